"""Which hosts take turns with one another, and what is remembered of each.

A host has a slot of its own until its address is known; hosts of one registrable domain that share
an address are one server and share the slot.
"""

from collections.abc import Callable, Container

from crawler.address import site_of
from crawler.fetch.politeness import HostManners

_REMEMBERED = 20_000  # slots that are kept though nothing of them waits


class Slots:
    """Slots by host. A slot is named by the host that had it first."""

    def __init__(self, manners_for: Callable[[str], HostManners]):
        self._manners_for = manners_for
        self._manners: dict[str, HostManners] = {}
        self._names: dict[str, str] = {}  # of hosts that share another's slot
        self._servers: dict[tuple[str, str], str] = {}  # site and address -> slot
        self._room = _REMEMBERED
        site_of("example.org")  # reads the suffix list now, not while fetches wait

    def name(self, host: str) -> str:
        """Return the slot of a host."""
        return self._names.get(host, host)

    def manners(self, slot: str) -> HostManners:
        """Return what is remembered of a slot."""
        known = self._manners.get(slot)
        if known is None:
            known = self._manners[slot] = self._manners_for(slot)
        return known

    def retune(self, manners_for: Callable[[str], HostManners]) -> None:
        """Take over what an operator now says of hosts; what was learned of them stays."""
        self._manners_for = manners_for
        for slot, manners in self._manners.items():
            told = manners_for(slot)
            manners.delay, manners.max_at_once = told.delay, told.max_at_once

    def all(self) -> list[HostManners]:
        """Return what is remembered of all."""
        return list(self._manners.values())

    def meet(self, host: str, address: str) -> bool:
        """Learn the address of a host; return whether it now shares another host's slot."""
        manners = self.manners(self.name(host))
        if manners.address == address or host in self._names:
            return False
        manners.address = address
        server = site_of(host), address
        leader = self._servers.get(server, host)
        if leader == host or leader not in self._manners:
            self._servers[server] = host
            return False
        self._names[host] = leader
        other = self._manners[leader]
        other.ready_at = max(other.ready_at, manners.ready_at)
        other.crawl_delay = max(other.crawl_delay, manners.crawl_delay)
        return True

    def forget_idle(self, needed: Container[str]) -> None:
        """Drop the slots that were left alone the longest, once there are too many."""
        if len(self._manners) <= self._room:
            return
        idle = [s for s, m in self._manners.items() if not m.in_flight and s not in needed]
        for slot in sorted(idle, key=lambda s: self._manners[s].ready_at)[: len(idle) // 2 + 1]:
            del self._manners[slot]
        self._servers = {k: slot for k, slot in self._servers.items() if slot in self._manners}
        self._names = {h: slot for h, slot in self._names.items() if slot in self._manners}
        self._room = max(_REMEMBERED, 2 * len(self._manners))
