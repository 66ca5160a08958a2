"""Which names a request may have in `Host`: a page of the web cannot read us under its own name.

A name that an attacker owns may point to 127.0.0.1 ("DNS rebinding"); the browser then sends that
name. A number in place of a name cannot be moved.
"""

import ipaddress
import re
from collections.abc import Collection

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")


def name_of(host: str) -> str | None:
    """Return the name of a Host header in lower case, without its port; None if it is none.

    >>> name_of("LocalHost:8321"), name_of("[::1]:80"), name_of("a b")
    ('localhost', '::1', None)
    """
    match = _HOST.fullmatch(host.lower())
    return match[1].strip("[]").removesuffix(".") if match else None


def is_allowed(host: str, local: str, names: Collection[str]) -> bool:
    """Return whether a Host header is ours: localhost, loopback, a name of `[web] hosts`.

    `local` is the address of this machine that the connection came to. It may be named where it is
    no loopback address, since a token guards it then.
    """
    name = name_of(host)
    if name is None:
        return False
    if name == "localhost" or name in names:
        return True
    address = _address_of(name)
    return address is not None and (address.is_loopback or address == _address_of(local))


def is_loopback(address: str) -> bool:
    """Return whether nobody but this machine reaches an address."""
    found = _address_of(address)
    return address == "localhost" or (found is not None and found.is_loopback)


def _address_of(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
