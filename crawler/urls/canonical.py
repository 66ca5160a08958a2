"""URLs: the identity of an article, and the politeness host. Never rewrites what is fetched.

Syntax by the WHATWG URL Standard (ada-url). Which parts of a URL do not identify an article is
data: the parameters in tracking.py, hosts and paths in the tables below.
"""

import re
from collections.abc import Mapping, Set
from urllib.parse import parse_qs, unquote

import ada_url

from crawler.urls import tracking
from crawler.urls.address import address_of, check

# Hosts of outlets that serve one article under several names.
_SAME_HOST = {"bbc.com": "bbc.co.uk", "edition.cnn.com": "cnn.com", "us.cnn.com": "cnn.com"}
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|wap|touch|mob|print)\.(?=[^.]+\.)")
_INDEX_FILE = re.compile(r"/(?:index|default|home)\.(?:x?html?|php|aspx?|jsp|shtml)$", re.I)
_AMP_SEGMENT = re.compile(r"/(?:amp|amphtml)(?=/|$)|^/amp(?=/)|\.amp(?=\.html?$|$)", re.I)
_PRINT_TAIL = re.compile(r"/(?:print|printview|printable)/?$|(?<=.)/(?:feed|trackback)/?$", re.I)
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.I)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_AMP_CACHE = re.compile(r"^[a-z0-9-]+\.cdn\.ampproject\.org$")
_GOOGLE = re.compile(r"^(?:www\.)?google\.[a-z.]{2,6}$")

# Redirectors that carry their target: host (and path) -> the parameter that names it.
_REDIRECTORS = {
    "l.facebook.com/l.php": "u", "lm.facebook.com/l.php": "u",
    "facebook.com/sharer/sharer.php": "u",
    "out.reddit.com/": "url", "vk.com/away.php": "to", "youtube.com/redirect": "q",
    "news.google.com/news/url": "url", "steamcommunity.com/linkfilter/": "url",
    "l.instagram.com/": "u", "slack-redir.net/link": "url", "t.umblr.com/redirect": "z",
}  # fmt: skip

_NOTHING_LEARNED: Mapping[str, Set[str]] = {}


def canonicalize(url: str, learned: Mapping[str, Set[str]] = _NOTHING_LEARNED) -> str:
    """Return the identity of the article at a URL: equal for every address of one article.

    `learned` are the names of parameters that proved to change nothing, by host without www.
    An identity is never asked for, so it may be longer than an address. Raises ValueError for what
    is no http(s) URL, or has no usable host.

    >>> canonicalize("http://www.Example.org:80/a/?utm_source=rss#top")
    'https://example.org/a'
    """
    parts = _parse(_unwrap(_repair(url.strip())))
    host = _strip_host(parts.hostname)
    path = _strip_path(parts.pathname)
    dropped = learned.get(host, frozenset())
    query = "&".join(sorted(p for p in _pairs(parts) if _identifies(p, host, path, dropped)))
    fragment = parts.hash if parts.hash.startswith(("#!", "#/")) and len(parts.hash) > 2 else ""
    port = f":{parts.port}" if parts.port not in {"", "443"} else ""
    return f"https://{host}{port}{path}{'?' + query if query else ''}{fragment}"


def parameters(url: str) -> dict[str, str]:
    """Return the parameters of a canonical URL, by name, repeated ones as one value."""
    found: dict[str, str] = {}
    for pair in _pairs(_parse(url)):
        name, _, value = pair.partition("=")
        found[name] = f"{found[name]}&{value}" if name in found else value
    return found


def _parse(url: str) -> ada_url.URL:
    try:
        parts = ada_url.URL(url)
    except ValueError as error:
        raise ValueError(f"not a URL: {url[:200]!r}") from error
    if parts.protocol not in {"http:", "https:"}:
        raise ValueError(f"neither http nor https: {url[:200]!r}")
    check(parts.hostname, parts.port, url)
    return parts


def _repair(url: str) -> str:
    """Mend what feeds break often: entities left in the query, a scheme written twice."""
    repaired = re.sub(r"^(https?://)https?:?//", r"\1", url.replace("&amp;", "&"))
    try:
        _parse(repaired)
    except ValueError:
        return url
    return repaired


def _unwrap(url: str, depth: int = 3) -> str:
    """Take the target out of redirectors and AMP caches that carry a usable one."""
    try:
        target = _carried(_parse(url)) if depth else None
        if target is not None:
            _parse(target)
    except ValueError:
        return url
    return url if target is None else _unwrap(target, depth - 1)


def _carried(parts: ada_url.URL) -> str | None:
    host, path = parts.hostname.removeprefix("www."), parts.pathname
    if _AMP_CACHE.match(host) or (_GOOGLE.match(host) and path.startswith("/amp/")):
        match = re.match(r"^/(?:amp/|[a-z]/)?(s/)?(.+)$", path)
        return f"http{'s' if match[1] else ''}://{match[2]}{parts.search}" if match else None
    if host == "web.archive.org":
        match = re.match(r"^/web/\d+[a-z_]*/(.+)$", path)
        return (
            match[1].replace(":/", "://").replace(":///", "://") + parts.search if match else None
        )
    if host == "outline.com" and path.startswith("/http"):
        return unquote(path[1:])
    if host.endswith("safelinks.protection.outlook.com"):
        return _parameter(parts, "url")
    if _GOOGLE.match(host) and path == "/url":
        return _parameter(parts, "url") or _parameter(parts, "q")
    name = _REDIRECTORS.get(f"{host}{path}")
    return _parameter(parts, name) if name else None


def _parameter(parts: ada_url.URL, name: str) -> str | None:
    values = parse_qs(parts.search.removeprefix("?")).get(name)
    return values[0] if values and values[0].startswith("http") else None


def _strip_host(host: str) -> str:
    host = host.rstrip(".") or host
    stripped = _HOST_PREFIX.sub("", host)
    return _SAME_HOST.get(stripped, stripped)


def _strip_path(path: str) -> str:
    path = _ESCAPE.sub(_unescape, path).replace("[", "%5B").replace("]", "%5D")
    path = re.sub(r"/{2,}", "/", _SESSION_PATH.sub("", path))
    for pattern in (_AMP_SEGMENT, _PRINT_TAIL, _INDEX_FILE):
        path = pattern.sub("", path)
    return path.rstrip("/") if path != "/" else ""


def _unescape(match: re.Match[str]) -> str:
    """Decode what needs no escape (RFC 3986, 2.3); write the rest in capitals."""
    character = chr(int(match[0][1:], 16))
    return character if re.match(r"[A-Za-z0-9._~-]", character) else match[0].upper()


def _pairs(parts: ada_url.URL) -> list[str]:
    """Return the parameters of a query, each as it identifies."""
    pairs = parts.search.removeprefix("?").split("&")
    return [_ESCAPE.sub(_unescape, pair) for pair in pairs if pair]


def _identifies(pair: str, host: str, path: str, dropped: Set[str]) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name).lower()
    return name not in dropped and not tracking.tracks(host, path, name, value)


def host_of(url: str) -> str:
    """Return the politeness key of a URL: its host, without the port.

    Raises ValueError for what is no http(s) URL.
    """
    return address_of(url).host


def origin_of(url: str) -> str:
    """Return scheme, host and port, to which robots rules and credentials belong.

    Raises ValueError for what is no http(s) URL.
    """
    return address_of(url).origin


def absolute(link: str, base: str) -> str | None:
    """Resolve a link against the page that contains it; None where that gives no usable address.

    The one gate for addresses from outside: of what passes, no function here raises ValueError.
    """
    try:
        resolved = str(ada_url.join_url(base, link.strip()))
        address_of(resolved)
    except ValueError:
        return None
    return resolved


def whole(url: str) -> str | None:
    """Return an address that has to stand for itself, as `absolute` does, which may resolve it."""
    return absolute(url, url.strip())


def normal(url: str) -> str:
    """Return a URL as it is sent: WHATWG syntax, without fragment and user name.

    Raises ValueError for what is no http(s) URL or longer than MAX_URL.
    """
    return address_of(url).url


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one outlet: equal but for www, or one inside the other."""
    a, b = _strip_host(one), _strip_host(other)
    return a == b or a.endswith("." + b) or b.endswith("." + a)
