"""The identity of an article: one canonical URL for all its addresses. Never fetched itself.

Syntax by the WHATWG URL Standard (ada-url). Which parts of a URL do not identify an article is
data: the parameters in tracking.py, hosts and paths in the tables below.
"""

import re
from collections.abc import Mapping, Set
from urllib.parse import unquote

import ada_url

from crawler.urls import tracking
from crawler.urls.address import parse
from crawler.urls.redirectors import unwrap

# Hosts of outlets that serve one article under several names.
_SAME_HOST = {"bbc.com": "bbc.co.uk", "edition.cnn.com": "cnn.com", "us.cnn.com": "cnn.com"}
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|wap|touch|mob|print)\.(?=[^.]+\.)")
# Other forms of one page: "/a/index.html", "/amp/a", "/a.amp.html", "/a/print", "/a/feed".
_INDEX_FILE = re.compile(r"/(?:index|default|home)\.(?:x?html?|php|aspx?|jsp|shtml)$", re.I)
_AMP_SEGMENT = re.compile(r"/(?:amp|amphtml)(?=/|$)|^/amp(?=/)|\.amp(?=\.html?$|$)", re.I)
_PRINT_TAIL = re.compile(r"/(?:print|printview|printable)/?$|(?<=.)/(?:feed|trackback)/?$", re.I)
# "/a;jsessionid=5F3E"
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.I)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # RFC 3986, 2.3
_DOUBLE_SCHEME = re.compile(r"^(https?://)https?:?//")
_SLASHES = re.compile(r"/{2,}")
_NOTHING_LEARNED: Mapping[str, Set[str]] = {}


def canonicalize(url: str, learned: Mapping[str, Set[str]] = _NOTHING_LEARNED) -> str:
    """Return the identity of the article at a URL: equal for every address of one article.

    `learned` are the names of parameters that proved to change nothing, by host without www.
    An identity is never asked for, so it may be longer than an address. Raises ValueError for what
    is no http(s) URL, or has no usable host.

    >>> canonicalize("http://www.Example.org:80/a/?utm_source=rss#top")
    'https://example.org/a'
    """
    parts = parse(unwrap(_repair(url.strip())))
    host = known_host(parts.hostname)
    path = _strip_path(parts.pathname)

    dropped = learned.get(host, frozenset())
    kept = sorted(pair for pair in _pairs(parts) if _identifies(pair, host, path, dropped))
    query = f"?{'&'.join(kept)}" if kept else ""

    port = f":{parts.port}" if parts.port not in {"", "443"} else ""
    return f"https://{host}{port}{path}{query}{_route(parts.hash)}"


def _route(fragment: str) -> str:
    """Return a fragment that an application reads as its path ("#!/a", "#/a"); no other one."""
    return fragment if fragment.startswith(("#!", "#/")) and len(fragment) > 2 else ""


def _repair(url: str) -> str:
    """Mend what feeds break often.

    Entities left in the query ("?a=1&amp;b=2"), a scheme written twice ("http://https://").
    """
    repaired = _DOUBLE_SCHEME.sub(r"\1", url.replace("&amp;", "&"))
    try:
        parse(repaired)
    except ValueError:
        return url
    return repaired


def parameters(url: str) -> dict[str, str]:
    """Return the parameters of a canonical URL, by name, repeated ones as one value."""
    found: dict[str, str] = {}
    for pair in _pairs(parse(url)):
        name, _, value = pair.partition("=")
        found[name] = f"{found[name]}&{value}" if name in found else value
    return found


def known_host(host: str) -> str:
    """Return the name under which an outlet is known: "m.example.org" is "example.org"."""
    host = host.rstrip(".") or host
    stripped = _HOST_PREFIX.sub("", host)
    return _SAME_HOST.get(stripped, stripped)


def _strip_path(path: str) -> str:
    """Return a path without what names another form of the page: AMP, print, the index file."""
    path = _ESCAPE.sub(_unescape, path)
    path = path.replace("[", "%5B").replace("]", "%5D")
    path = _SESSION_PATH.sub("", path)
    path = _SLASHES.sub("/", path)
    for form in (_AMP_SEGMENT, _PRINT_TAIL, _INDEX_FILE):
        path = form.sub("", path)
    return path.rstrip("/") if path != "/" else ""


def _unescape(match: re.Match[str]) -> str:
    """Decode what needs no escape (RFC 3986, 2.3); write the rest in capitals."""
    character = chr(int(match[0][1:], 16))
    return character if _UNRESERVED.match(character) else match[0].upper()


def _pairs(parts: ada_url.URL) -> list[str]:
    """Return the parameters of a query, each as it identifies."""
    pairs = parts.search.removeprefix("?").split("&")
    return [_ESCAPE.sub(_unescape, pair) for pair in pairs if pair]


def _identifies(pair: str, host: str, path: str, dropped: Set[str]) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name).lower()
    return name not in dropped and not tracking.tracks(host, path, name, value)


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one outlet: equal but for www, or one inside the other."""
    name, other_name = known_host(one), known_host(other)
    is_inside = name.endswith(f".{other_name}") or other_name.endswith(f".{name}")
    return name == other_name or is_inside
