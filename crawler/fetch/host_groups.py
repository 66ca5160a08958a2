"""Groups of hosts that share one server, and the politeness state of each group.

Hosts of one registrable domain at one address are one server and share a group. Until its address
is known, a name shares the group of the other unknown names of its domain: a wildcard in the DNS
gives one server as many names as anybody likes.
"""

from collections.abc import Callable, Container

from crawler.fetch.politeness import HostState
from crawler.urls.address import site_of

_REMEMBERED = 20_000  # groups that are kept though nothing of them waits


class PolitenessGroups:
    """PolitenessGroups by host. A group is named by the host that had it first."""

    def __init__(self, state_for: Callable[[str], HostState]):
        self._state_for = state_for
        self._states: dict[str, HostState] = {}
        self._names: dict[str, str] = {}  # group of each host
        self._unknown: dict[str, str] = {}  # site -> group of its names without a known address
        self._addresses: dict[str, str] = {}  # of hosts, as far as they are known
        self._servers: dict[tuple[str, str], str] = {}  # site and address -> group
        self._bound: dict[str, tuple[str, str]] = {}  # group -> site and address
        self._moved: set[str] = set()  # hosts that came to a group after their address was known
        self._room = _REMEMBERED
        site_of("example.org")  # reads the suffix list now, not while fetches wait

    def group_of(self, host: str) -> str:
        """Return the group of a host."""
        group = self._names.get(host)
        if group is None:
            group = self._names[host] = self._unknown.setdefault(site_of(host), host)
            if group != host:
                self._join(group, host)
        return group

    def state_of(self, group: str) -> HostState:
        """Return the politeness state of a group."""
        known = self._states.get(group)
        if known is None:
            known = self._states[group] = self._state_for(group.partition(" ")[0])
        return known

    def retune(self, state_for: Callable[[str], HostState]) -> None:
        """Apply changed settings of hosts; what was learned of them stays."""
        self._state_for = state_for
        for group, state in self._states.items():
            wanted = state_for(group.partition(" ")[0])
            state.delay, state.max_at_once = wanted.delay, wanted.max_at_once
            state.is_own = wanted.is_own
        for host, group in self._names.items():
            if group != host:
                self._join(group, host)

    def all(self) -> list[HostState]:
        """Return what is remembered of all."""
        return list(self._states.values())

    def server(self, group: str) -> tuple[str, str]:
        """Return the site of a group, and the address that its hosts share; empty: not known."""
        return self._bound.get(group) or (site_of(group.partition(" ")[0]), "")

    def meet(self, host: str, address: str) -> bool:
        """Learn the address of a host; return whether it now has another group."""
        known = self._addresses.get(host)
        if known == address or host in self._moved:
            return False
        before = self.group_of(host)
        self._addresses[host] = address
        server = site_of(host), address
        group = self._servers.get(server)
        if group is None or group not in self._states:
            is_taken = known is None and before in self._bound
            group = self._servers[server] = f"{host} {address}" if is_taken else before
            self._bound[group] = server
        if group == before:
            return False
        if known is not None:
            self._moved.add(host)
        self._move(host, before, group)
        return True

    def _move(self, host: str, before: str, group: str) -> None:
        """Give a host another group, which waits as long as the one that it had."""
        self._names[host] = group
        old, new = self.state_of(before), self.state_of(group)
        new.ready_at = max(new.ready_at, old.ready_at)
        new.crawl_delay = max(new.crawl_delay, old.crawl_delay)
        self._join(group, host)

    def _join(self, group: str, host: str) -> None:
        """Let a group be as careful as an operator wants it for any host of it that has a word."""
        state, own = self.state_of(group), self._state_for(host)
        if own.is_own and state.is_own:
            state.delay = max(state.delay, own.delay)
            state.max_at_once = min(state.max_at_once, own.max_at_once)
        elif own.is_own:
            state.delay, state.max_at_once, state.is_own = own.delay, own.max_at_once, True

    def forget_idle(self, needed: Container[str]) -> None:
        """Drop the groups that were left alone the longest, once there are too many."""
        if len(self._states) <= self._room:
            return
        idle = [s for s, m in self._states.items() if not m.in_flight and s not in needed]
        for group in sorted(idle, key=lambda s: self._states[s].ready_at)[: len(idle) // 2 + 1]:
            del self._states[group]
        self._servers = {k: group for k, group in self._servers.items() if group in self._states}
        self._bound = {s: server for s, server in self._bound.items() if s in self._states}
        self._unknown = {k: group for k, group in self._unknown.items() if group in self._states}
        self._names = {h: group for h, group in self._names.items() if group in self._states}
        self._addresses = {h: a for h, a in self._addresses.items() if h in self._names}
        self._moved &= self._names.keys()
        self._room = max(_REMEMBERED, 2 * len(self._states))
