"""An http(s) address as it is sent, taken apart once (WHATWG URL Standard, ada-url)."""

from dataclasses import dataclass
from functools import cache, lru_cache

import ada_url
from publicsuffixlist import PublicSuffixList

MAX_URL = 2048  # characters; longer ones are refused (Media Cloud's limit)
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a normal URL, without fragment and user name."""

    url: str
    scheme: str
    host: str  # the politeness key; an IPv6 address in brackets
    port: int
    authority: str  # host, and the port where it is not the scheme's own
    target: str  # path and query: what a request line asks for

    @property
    def origin(self) -> str:
        """Scheme, host and port, to which robots rules and credentials belong."""
        return f"{self.scheme}://{self.authority}"


@lru_cache(maxsize=8192)
def address_of(url: str) -> Address:
    """Read an address.

    Raises ValueError for what is no http(s) URL or longer than MAX_URL.
    """
    try:
        href = ada_url.normalize_url(url.strip())
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
    if not host or _is_broken(host):
        raise ValueError(f"no usable host: {url[:200]!r}")
    normal = f"{scheme}://{authority}/{target}"
    if len(normal) > MAX_URL:
        raise ValueError(f"longer than {MAX_URL} characters")
    return Address(
        normal, scheme, host, int(port) if port else _PORTS[scheme], authority, f"/{target}"
    )


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
