"""Which addresses may be dialled: public ones, and those that an operator opened by name.

Python's own tables were wrong until 3.11.10 (CVE-2024-4032) and never look inside the IPv6 forms
that carry an IPv4 address: both are mended here.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Ranges that `is_global` of some supported Python lets through. Source: IANA's special-purpose
# address registries; fec0::/10 by RFC 3879.
_NEVER_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10", "240.0.0.0/4",
        "fec0::/10", "64:ff9b:1::/48", "3fff::/20", "5f00::/16", "2001:db8::/32", "100::/64",
    )
)  # fmt: skip
_GLOBAL_UNICAST = ip_network("2000::/3")  # all of IPv6 that IANA has given to the public
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE = ip_network("::/96")  # RFC 4291 2.5.5.1, and with it :: and ::1
_ISATAP = {0x00005EFE, 0x02005EFE}  # RFC 5214: the upper half of the interface identifier


class AddressGuard:
    """Decides on addresses, after a name was resolved and before it is dialled."""

    def __init__(self, allow_private: Iterable[str] = ()):
        self._open: tuple[Network, ...] = tuple(ip_network(text) for text in allow_private)

    def allows(self, address: str) -> bool:
        """Whether a literal address may be dialled; what is no address may not."""
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if any(parsed.version == net.version and parsed in net for net in self._open):
            return True
        return all(_is_public(part) for part in (parsed, *_embedded(parsed)))


# Names that lead into private networks wherever they are resolved. Sources: RFC 6761 (localhost),
# RFC 6762 (local) and its appendix G, RFC 8375 (home.arpa), ICANN's reservation of internal
# (2024) and of corp, home and mail (2018); the domains are public services that answer with
# private addresses.
_PRIVATE_SUFFIXES = frozenset(
    "localhost local localdomain internal intranet private corp home lan mail home.arpa "
    "localtest.me lvh.me nip.io sslip.io xip.io traefik.me in-addr.arpa ip6.arpa".split()
)


def is_private_name(host: str) -> bool:
    """Whether a name is known to lead into a private network, without a look-up.

    A name without a dot is one: only the search list of a resolver makes it an address.
    """
    labels = host.lower().rstrip(".").split(".")
    suffixes = (".".join(labels[start:]) for start in range(len(labels)))
    return len(labels) == 1 or any(suffix in _PRIVATE_SUFFIXES for suffix in suffixes)


def _is_public(address: Address) -> bool:
    if any(address.version == net.version and address in net for net in _NEVER_PUBLIC):
        return False
    if isinstance(address, IPv6Address) and (address in _NAT64 or address.ipv4_mapped):
        return True  # decided by the IPv4 address inside
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False  # e.g. ::ffff:0:7f00:1, which a translator leads to 127.0.0.1 (RFC 7915)
    return address.is_global and not address.is_multicast


def _embedded(address: Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address represents or leads through."""
    if isinstance(address, IPv4Address):
        return []
    found = [a for a in (address.ipv4_mapped, address.sixtofour) if a is not None]
    found += address.teredo or ()
    low = int(address) & 0xFFFFFFFF
    if address in _NAT64 or address in _COMPATIBLE or (int(address) >> 32 & 0xFFFFFFFF) in _ISATAP:
        found.append(IPv4Address(low))
    return found
