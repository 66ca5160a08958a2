"""An http(s) address as it is sent, taken apart once (WHATWG URL Standard, ada-url).

The one notion of a usable address: what is read here can be resolved, dialled, and named in TLS.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import ada_url
from publicsuffixlist import PublicSuffixList

MAX_URL = 2048  # characters; longer ones are refused (Media Cloud's limit)
_PORTS = {"http": 80, "https": 443}
_LONGEST_HOST = 253  # characters of a name in the DNS (RFC 1035, 2.3.4)
# Labels of 1 to 63 letters, digits and hyphens (RFC 1123, 2.1), and underscores, which are in use.
# The standard lets empty and longer ones pass; no resolver answers for them, and TLS raises.
# `www.paper.example/news/1`, `http:/paper.example/1`: a host where a scheme and slashes belong.
_HOST_FIRST = re.compile(
    r"\A(?:(https?):?/?(?!/))?([^\s/?#:@.]++(?:\.[^\s/?#:@.]++)++)(?=[/?#]|:[0-9]|\Z)", re.I
)
_WWW = re.compile(r"www\d?\.[^.]+\.")
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a normal URL, without fragment and user name."""

    url: str
    scheme: str
    host: str  # the politeness key; an IPv6 address in brackets; no name ends in a dot
    port: int
    authority: str  # host, and the port where it is not the scheme's own
    target: str  # path and query: what a request line asks for

    @property
    def origin(self) -> str:
        """Scheme, host and port, to which robots rules and credentials belong."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def address_of(url: str) -> Address:
    """Read an address.

    Raises ValueError for what is no http(s) URL, has no usable host or port, or is longer than
    MAX_URL, as it is written or as it is sent.
    """
    written = url.strip()
    if len(written) > MAX_URL:
        raise ValueError(f"longer than {MAX_URL} characters")
    return _read(written)


@lru_cache(maxsize=8192)
def _read(url: str) -> Address:
    try:
        href = ada_url.normalize_url(url)
    except ValueError as error:
        raise ValueError(f"not a URL: {url[:200]!r}") from error
    scheme, _, rest = href.partition("://")
    if scheme not in _PORTS or not rest:
        raise ValueError(f"neither http nor https: {url[:200]!r}")
    # A normal href has no other place for these characters than the ones the standard gives them.
    authority, _, target = rest.partition("#")[0].partition("/")
    authority = authority.rpartition("@")[2]
    host, colon, port = authority.rpartition(":")
    if not colon or "]" in port:
        host, port = authority, ""
    _check(host, port, url)
    normal = f"{scheme}://{authority}/{target}"
    if len(normal) > MAX_URL:
        raise ValueError(f"longer than {MAX_URL} characters")
    number = int(port) if port else _PORTS[scheme]
    return Address(normal, scheme, host.removesuffix("."), number, authority, f"/{target}")


def parse(url: str) -> ada_url.URL:
    """Take a URL apart, as it is written and of any length.

    Raises ValueError for what is no http(s) URL or has no usable host or port.
    """
    try:
        parts = ada_url.URL(url)
    except ValueError as error:
        raise ValueError(f"not a URL: {url[:200]!r}") from error
    if parts.protocol not in {"http:", "https:"}:
        raise ValueError(f"neither http nor https: {url[:200]!r}")
    _check(parts.hostname, parts.port, url)
    return parts


def _check(host: str, port: str, url: str) -> None:
    """Raise ValueError where the host of a normal URL is no name of the DNS, or its port none.

    An IP address is a host. `port` is empty where it is the scheme's own.
    """
    name = host.removesuffix(".")
    is_name = len(name) <= _LONGEST_HOST and _NAME.fullmatch(name) is not None
    if not (is_name or host.startswith("[")) or _is_broken(name):
        raise ValueError(f"no usable host: {url[:200]!r}")
    if port == "0":
        raise ValueError(f"no usable port: {url[:200]!r}")


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

    The one gate for addresses from outside: of what passes, no function here raises ValueError,
    and nothing has a user name or password.

    >>> absolute("www.paper.example/news/1", "https://paper.example/rss/feed")
    'https://www.paper.example/news/1'
    """
    try:
        resolved = str(ada_url.join_url(base, _with_scheme(link.strip(), base)))
        address_of(resolved)
    except ValueError:
        return None
    return without_credentials(resolved)


def without_credentials(url: str) -> str:
    """Return an address without user name and password; what has none is returned as it is."""
    if "@" not in url:
        return url
    try:
        parts = ada_url.URL(url.strip())
    except ValueError:
        return url
    if not parts.username and not parts.password:
        return url
    parts.username = parts.password = ""
    return parts.href


def _with_scheme(link: str, base: str) -> str:
    """Return a link that begins with a host as an address: it is no path of that name.

    A first label `www.`, or a host of the outlet itself, cannot be a folder; `www.html` is a file.
    """
    match = _HOST_FIRST.match(link)
    if match is None:
        return link
    named = match[2].lower()
    if _WWW.match(named) is None and not _is_within(named, _host_in(base)):
        return link
    scheme = match[1] or base.partition("://")[0]
    return f"{scheme}://{link[match.start(2) :]}"


def _is_within(one: str, other: str) -> bool:
    """Whether one of two hosts is the other, or a part of it."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")


def _host_in(url: str) -> str:
    try:
        return address_of(url).host
    except ValueError:
        return "."  # no part of any host


def usable(url: str) -> str | None:
    """Return an address that needs no base, in its normal form; None where it is not usable."""
    return absolute(url, url.strip())


def normal(url: str) -> str:
    """Return a URL as it is sent: WHATWG syntax, without fragment and user name.

    Raises ValueError for what is no http(s) URL or longer than MAX_URL.
    """
    return address_of(url).url


@lru_cache(maxsize=8192)
def site_of(host: str) -> str:
    """Return the registrable domain of a host by the Public Suffix List; an address is its own."""
    if ":" in host or host.replace(".", "").isdigit():
        return host
    return _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()  # the package carries the list


def _is_broken(host: str) -> bool:
    """Whether a label claims to be Punycode and is none (ada lets those pass)."""
    if "xn--" not in host:
        return False
    return any(label.startswith("xn--") for label in ada_url.idna_to_unicode(host).split("."))
