"""The address to open and to cite: as the outlet writes it, without what only tracks a reader.

It is not the identity of an article (canonical.py), which leaves out `www` and the last slash and
which nobody opens.
"""

from collections.abc import Mapping, Set
from urllib.parse import unquote

from crawler.urls import tracking
from crawler.urls.address import parse
from crawler.urls.canonical import known_host

_NOTHING_LEARNED: Mapping[str, Set[str]] = {}


def citable(url: str, learned: Mapping[str, Set[str]] = _NOTHING_LEARNED) -> str:
    """Return an address without tracking parameters, and without a fragment that is no route.

    Host, path and the other parameters stay as the outlet writes them, in its order. `learned` are
    the names of parameters that proved to change nothing, by host without www. What is no URL is
    returned as it is.

    >>> citable("https://www.heron.example/a/?id=7&utm_source=rss#comments")
    'https://www.heron.example/a/?id=7'
    """
    try:
        parts = parse(url)
    except ValueError:
        return url
    host = known_host(parts.hostname)
    dropped = learned.get(host, frozenset())
    kept = []
    for pair in parts.search.removeprefix("?").split("&"):
        name, _, value = pair.partition("=")
        name = unquote(name).lower()
        if name not in dropped and not tracking.tracks(host, parts.pathname, name, value):
            kept.append(pair)
    parts.search = "&".join(kept)
    if not parts.hash.startswith(("#!", "#/")):  # an application reads these as its path
        parts.hash = ""
    return parts.href
