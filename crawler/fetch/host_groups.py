"""Which hosts take turns with one another, and what is remembered of each.

Hosts of one registrable domain at one address are one server and share a slot. Until its address is
known, a name shares the slot of the other unknown names of its domain: a wildcard in the DNS gives
one server as many names as anybody likes.
"""

from collections.abc import Callable, Container

from crawler.fetch.politeness import HostManners
from crawler.urls.address import site_of

_REMEMBERED = 20_000  # slots that are kept though nothing of them waits


class Slots:
    """Slots by host. A slot is named by the host that had it first."""

    def __init__(self, manners_for: Callable[[str], HostManners]):
        self._manners_for = manners_for
        self._manners: dict[str, HostManners] = {}
        self._names: dict[str, str] = {}  # slot of each host
        self._unknown: dict[str, str] = {}  # site -> slot of its names without a known address
        self._addresses: dict[str, str] = {}  # of hosts, as far as they are known
        self._servers: dict[tuple[str, str], str] = {}  # site and address -> slot
        self._bound: dict[str, tuple[str, str]] = {}  # slot -> site and address
        self._moved: set[str] = set()  # hosts that came to a slot after their address was known
        self._room = _REMEMBERED
        site_of("example.org")  # reads the suffix list now, not while fetches wait

    def name(self, host: str) -> str:
        """Return the slot of a host."""
        slot = self._names.get(host)
        if slot is None:
            slot = self._names[host] = self._unknown.setdefault(site_of(host), host)
            if slot != host:
                self._join(slot, host)
        return slot

    def manners(self, slot: str) -> HostManners:
        """Return what is remembered of a slot."""
        known = self._manners.get(slot)
        if known is None:
            known = self._manners[slot] = self._manners_for(slot.partition(" ")[0])
        return known

    def retune(self, manners_for: Callable[[str], HostManners]) -> None:
        """Take over what an operator now says of hosts; what was learned of them stays."""
        self._manners_for = manners_for
        for slot, manners in self._manners.items():
            wanted = manners_for(slot.partition(" ")[0])
            manners.delay, manners.max_at_once = wanted.delay, wanted.max_at_once
            manners.is_own = wanted.is_own
        for host, slot in self._names.items():
            if slot != host:
                self._join(slot, host)

    def all(self) -> list[HostManners]:
        """Return what is remembered of all."""
        return list(self._manners.values())

    def server(self, slot: str) -> tuple[str, str]:
        """Return the site of a slot, and the address that its hosts share; empty: not known."""
        return self._bound.get(slot) or (site_of(slot.partition(" ")[0]), "")

    def meet(self, host: str, address: str) -> bool:
        """Learn the address of a host; return whether it now has another slot."""
        known = self._addresses.get(host)
        if known == address or host in self._moved:
            return False
        before = self.name(host)
        self._addresses[host] = address
        server = site_of(host), address
        slot = self._servers.get(server)
        if slot is None or slot not in self._manners:
            is_taken = known is None and before in self._bound
            slot = self._servers[server] = f"{host} {address}" if is_taken else before
            self._bound[slot] = server
        if slot == before:
            return False
        if known is not None:
            self._moved.add(host)
        self._move(host, before, slot)
        return True

    def _move(self, host: str, before: str, slot: str) -> None:
        """Give a host another slot, which waits as long as the one that it had."""
        self._names[host] = slot
        old, new = self.manners(before), self.manners(slot)
        new.ready_at = max(new.ready_at, old.ready_at)
        new.crawl_delay = max(new.crawl_delay, old.crawl_delay)
        self._join(slot, host)

    def _join(self, slot: str, host: str) -> None:
        """Let a slot be as careful as an operator wants it for any host of it that has a word."""
        manners, own = self.manners(slot), self._manners_for(host)
        if own.is_own and manners.is_own:
            manners.delay = max(manners.delay, own.delay)
            manners.max_at_once = min(manners.max_at_once, own.max_at_once)
        elif own.is_own:
            manners.delay, manners.max_at_once, manners.is_own = own.delay, own.max_at_once, True

    def forget_idle(self, needed: Container[str]) -> None:
        """Drop the slots that were left alone the longest, once there are too many."""
        if len(self._manners) <= self._room:
            return
        idle = [s for s, m in self._manners.items() if not m.in_flight and s not in needed]
        for slot in sorted(idle, key=lambda s: self._manners[s].ready_at)[: len(idle) // 2 + 1]:
            del self._manners[slot]
        self._servers = {k: slot for k, slot in self._servers.items() if slot in self._manners}
        self._bound = {s: server for s, server in self._bound.items() if s in self._manners}
        self._unknown = {k: slot for k, slot in self._unknown.items() if slot in self._manners}
        self._names = {h: slot for h, slot in self._names.items() if slot in self._manners}
        self._addresses = {h: a for h, a in self._addresses.items() if h in self._names}
        self._moved &= self._names.keys()
        self._room = max(_REMEMBERED, 2 * len(self._manners))
