"""The claimed URLs in memory: hands one out when its host may be asked.

A heap of (next turn, group): a decision costs O(log n) with n hosts.
"""

import heapq
import time
from collections import Counter, deque
from collections.abc import Callable

from crawler.fetch.host_groups import PolitenessGroups
from crawler.fetch.politeness import HostState
from crawler.fetch.turns import Turns
from storage.records.model import FrontierUrl, TargetKind

_UNDER_WAY = 10.0  # seconds, the limit of a connection: a request that is sent later is not sent
_Key = tuple[TargetKind, int, str]


class HostQueue:
    """Waiting URLs by group. All methods are plain functions: no task sees a half-made change."""

    def __init__(self, state_for: Callable[[str], HostState], turns: Turns | None = None):
        self._groups = PolitenessGroups(state_for)
        self._shared = turns  # of all processes; None: this one is alone
        self._held: dict[_Key, list[FrontierUrl]] = {}  # by the target that they wait for
        self._waiting: dict[str, deque[FrontierUrl]] = {}
        self._count = 0
        self._claimed: dict[_Key, tuple[str, float]] = {}  # with the host it began at, and when
        self._claims: Counter[str] = Counter()  # by that host
        self._drained: set[str] = set()
        self._heap: list[tuple[float, str]] = []
        self._turns: dict[str, float] = {}  # the entry of the heap that counts, by group
        self._under_way: dict[_Key, str] = {}  # with its group

    def __len__(self) -> int:
        return self._count

    @property
    def in_flight(self) -> int:
        """How many URLs were handed out and have not come back."""
        return len(self._under_way)

    @property
    def hosts(self) -> int:
        """How many hosts have URLs that wait, are fetched, or are not committed yet."""
        return len(self._claims)

    def retune(self, state_for: Callable[[str], HostState]) -> None:
        """Apply changed settings of hosts; what was learned of them stays."""
        self._groups.retune(state_for)

    def state_of(self, host: str) -> HostState:
        """Return the politeness state of a host, which it shares with the hosts of its server."""
        return self._groups.state_of(self._groups.group_of(host))

    def add(self, target: FrontierUrl, *, first: bool = False) -> bool:
        """Let a URL wait for its host's turn; False where it is claimed already."""
        key = _key(target)
        if key in self._claimed:
            return False
        self._claimed[key] = target.host, time.monotonic()
        self._claims[target.host] += 1
        self._drained.discard(target.host)
        self._put(target, first=first)
        return True

    def put_back(self, target: FrontierUrl) -> None:
        """Let a claimed URL wait again, first of its host."""
        self._put(target, first=True)

    def hold(self, target: FrontierUrl, until: FrontierUrl) -> None:
        """Keep a claimed URL back until another has ended, which goes first of its host."""
        self._held.setdefault(_key(until), []).append(target)
        self.add(until, first=True)

    def pop(self, now: float) -> FrontierUrl | None:
        """Hand out a URL whose host may be asked now, the one that became ready first."""
        while self._heap and self._heap[0][0] <= now:
            turn, group = heapq.heappop(self._heap)
            if self._turns.get(group) != turn:
                continue  # an earlier or later entry took its place
            del self._turns[group]
            waiting, state = self._waiting.get(group), self._groups.state_of(group)
            if not waiting or not state.has_room:
                continue  # comes back with `finish` or `add`
            if state.ready_at > now or not self._take_turn(group, state, now):
                self._schedule(group)
                continue
            target = waiting.popleft()
            self._count -= 1
            if not waiting:
                del self._waiting[group]
            state.start(now)
            self._under_way[_key(target)] = group
            self._schedule(group)
            return target
        return None

    def finish(
        self, target: FrontierUrl, now: float, latency: float | None, sent: float | None = None
    ) -> None:
        """Take a URL back: its fetch has ended and the host's next turn can be set.

        `sent` is when the request left, on the clock of `now`.
        """
        group = self._under_way.pop(_key(target))
        state = self._groups.state_of(group)
        state.finish(now, latency, sent)
        self._share(group, state.open_at - now)  # who waits elsewhere may well come first
        self._schedule(group)

    def cancel(self, target: FrontierUrl) -> None:
        """Take a URL back that needed no request: the host's turn is not spent."""
        group = self._under_way.pop(_key(target))
        state = self._groups.state_of(group)
        state.cancel()
        self._share(group, state.ready_at - time.monotonic())
        self._schedule(group)

    def meet(self, host: str, address: str) -> None:
        """Learn the address of a host; it may be the server of a host that has its own turns."""
        before = self._groups.group_of(host)
        if self._groups.meet(host, address):
            for target in self._take(before, host):
                self._put(target, first=False)

    def drop(self, host: str, origin: str | None = None) -> list[FrontierUrl]:
        """Forget what waits for a host, or for one origin of it; return it: it is in the store."""
        dropped = self._take(self._groups.group_of(host), host, origin)
        for key, held in self._held.items():
            dropped += [target for target in held if _is_of(target, host, origin)]
            self._held[key] = [target for target in held if not _is_of(target, host, origin)]
        for target in dropped:
            self.release(target)
        return dropped

    def release(self, target: FrontierUrl) -> None:
        """Forget a claim: the URL's outcome is committed."""
        for held in self._held.pop(_key(target), ()):
            self.put_back(held)
        host, _ = self._claimed.pop(_key(target), (None, 0.0))
        if host is None:
            return
        self._claims[host] -= 1
        if not self._claims[host]:
            del self._claims[host]
            self._drained.add(host)

    def take_drained(self) -> set[str]:
        """Return the hosts of which all that was claimed has ended, since the last call."""
        drained, self._drained = self._drained, set()
        self._groups.forget_idle(self._waiting)
        return drained

    def waited(self, target: FrontierUrl, now: float) -> float:
        """Return for how many seconds a URL has been claimed."""
        _, since = self._claimed.get(_key(target), ("", now))
        return now - since

    def reset(self) -> None:
        """Forget all claims, after work was interrupted: everything is in the store."""
        self._waiting.clear()
        self._count = 0
        self._held.clear()
        self._drained |= self._claims.keys()
        self._claimed.clear()
        self._claims.clear()
        self._under_way.clear()
        for state in self._groups.all():
            state.in_flight = 0

    def next_turn(self) -> float | None:
        """Return when the next host may be asked; None while none waits."""
        return self._heap[0][0] if self._heap else None

    def _put(self, target: FrontierUrl, *, first: bool) -> None:
        group = self._groups.group_of(target.host)
        waiting = self._waiting.setdefault(group, deque())
        (waiting.appendleft if first else waiting.append)(target)
        self._count += 1
        self._schedule(group)

    def _take(self, group: str, host: str, origin: str | None = None) -> list[FrontierUrl]:
        """Take what waits of one host, or of one origin of it, out of its group."""
        waiting = self._waiting.pop(group, deque())
        taken = [target for target in waiting if _is_of(target, host, origin)]
        self._count -= len(taken)
        if len(taken) < len(waiting):
            left = (target for target in waiting if not _is_of(target, host, origin))
            self._waiting[group] = deque(left)
        return taken

    def _take_turn(self, group: str, state: HostState, now: float) -> bool:
        """Whether no other process has just asked a group's server; its next turn is later then.

        A turn lasts until the request has surely reached the server; `finish` shortens it.
        """
        if self._shared is None or not state.least_gap:
            return True
        gap = state.least_gap
        left = self._shared.take(self._groups.server(group), gap + _UNDER_WAY)
        if left > 0:
            state.pause(now + min(left, gap))
        return left <= 0

    def _share(self, group: str, seconds: float) -> None:
        """Share with other processes for how long a group's server is not to be asked."""
        if self._shared is not None and seconds:
            self._shared.set(self._groups.server(group), seconds)

    def _schedule(self, group: str) -> None:
        if group not in self._waiting:
            return
        state = self._groups.state_of(group)
        if state.has_room and state.ready_at < self._turns.get(group, float("inf")):
            self._turns[group] = state.ready_at
            heapq.heappush(self._heap, (state.ready_at, group))


def _is_of(target: FrontierUrl, host: str, origin: str | None) -> bool:
    # A stored address may be none, so it is compared as text: what waits is written as it is sent.
    return target.host == host and (origin is None or f"{target.url}/".startswith(f"{origin}/"))


def _key(target: FrontierUrl) -> _Key:
    """Return what a target is claimed by, the same wherever redirects have led it."""
    return target.kind, target.id, target.asked
