"""Where connections may lead: names are resolved, and the guard checks every address."""

from collections.abc import Mapping
from itertools import zip_longest

from crawler.errors import FetchError
from crawler.fetch.http.guard import AddressGuard, is_private_name
from crawler.fetch.http.resolver import Resolver, is_literal
from storage.records.outcome import Outcome

_ATTEMPTS = 4  # addresses of a name that are tried


class Route:
    """Where a host's connections may lead: its checked addresses and a port."""

    def __init__(self, guard: AddressGuard, resolver: Resolver, connect_to: Mapping[str, str]):
        self._guard = guard
        self._resolver = resolver
        self._connect_to = {key.lower(): value for key, value in connect_to.items()}

    async def find(self, host: str, port: int, url: str) -> tuple[tuple[str, ...], int]:
        """Return what may be dialled for a host: IP addresses and a port. `url` is what asks.

        `connect_to` puts names elsewhere, as curl's option of that name does.

        Raises FetchError (dns, blocked_address).
        """
        if self._connect_to and (place := self._connect_to.get(f"{host}:{port}")) is not None:
            name, _, digits = place.rpartition(":")
            host, port = name.strip("[]"), int(digits)
        addresses = await self._resolver.resolve(host.strip("[]"), url)
        # One forbidden address among many is an attack or a mistake: none is dialled.
        if not all(map(self._guard.allows, addresses)):
            raise _blocked(url)
        return _by_turns(addresses)[:_ATTEMPTS], port

    async def find_unguarded(self, host: str, port: int, url: str) -> tuple[tuple[str, ...], int]:
        """Return the addresses of a proxy: an operator has named it, so any is allowed.

        Raises FetchError (dns).
        """
        return (await self._resolver.resolve(host.strip("[]"), url))[:_ATTEMPTS], port

    def refuse_private(self, host: str, url: str) -> None:
        """Raise FetchError where a host is private by its literal address or its name alone.

        That is all that can be checked where a proxy resolves the names.
        """
        literal = host.strip("[]")
        is_private = (
            not self._guard.allows(literal) if is_literal(literal) else is_private_name(literal)
        )
        if is_private:
            raise _blocked(url)


def _blocked(url: str) -> FetchError:
    detail = "the name leads to an address that is not public; [network] allow_private opens ranges"
    return FetchError(Outcome.BLOCKED_ADDRESS, url, detail, unreached=True)


def _by_turns(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Order addresses by turns of their families, IPv4 first (RFC 8305, 4)."""
    if len(addresses) == 1:
        return addresses
    fours = [address for address in addresses if ":" not in address]
    sixes = [address for address in addresses if ":" in address]
    turns = zip_longest(fours, sixes)
    return tuple(address for turn in turns for address in turn if address is not None)
