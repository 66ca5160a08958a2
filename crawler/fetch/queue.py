"""What is claimed and waits in memory; hands out a URL when its host may be asked.

A heap of (next turn, slot): a decision costs O(log n) with n hosts.
"""

import heapq
import time
from collections import Counter, deque
from collections.abc import Callable

from crawler.fetch.host_groups import Slots
from crawler.fetch.politeness import HostManners
from crawler.fetch.turns import Turns
from storage.records.model import FrontierUrl, TargetKind

_Key = tuple[TargetKind, int, str]


class HostQueue:
    """Waiting URLs by slot. All methods are plain functions: no task sees a half-made change."""

    def __init__(self, manners_for: Callable[[str], HostManners], turns: Turns | None = None):
        self._slots = Slots(manners_for)
        self._shared = turns  # of all processes; None: this one is alone
        self._held: dict[_Key, list[FrontierUrl]] = {}  # by the target that they wait for
        self._waiting: dict[str, deque[FrontierUrl]] = {}
        self._count = 0
        self._claimed: dict[_Key, tuple[str, float]] = {}  # with the host it began at, and when
        self._claims: Counter[str] = Counter()  # by that host
        self._drained: set[str] = set()
        self._heap: list[tuple[float, str]] = []
        self._turns: dict[str, float] = {}  # the entry of the heap that counts, by slot
        self._under_way: dict[_Key, str] = {}  # with its slot

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

    def retune(self, manners_for: Callable[[str], HostManners]) -> None:
        """Take over what an operator now says of hosts; what was learned of them stays."""
        self._slots.retune(manners_for)

    def manners(self, host: str) -> HostManners:
        """Return what is remembered of a host, or of the hosts that it shares its server with."""
        return self._slots.manners(self._slots.name(host))

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
            turn, slot = heapq.heappop(self._heap)
            if self._turns.get(slot) != turn:
                continue  # an earlier or later entry took its place
            del self._turns[slot]
            waiting, manners = self._waiting.get(slot), self._slots.manners(slot)
            if not waiting or not manners.has_slot:
                continue  # comes back with `finish` or `add`
            if manners.ready_at > now or not self._take_turn(slot, manners, now):
                self._schedule(slot)
                continue
            target = waiting.popleft()
            self._count -= 1
            if not waiting:
                del self._waiting[slot]
            manners.start(now)
            self._under_way[_key(target)] = slot
            self._schedule(slot)
            return target
        return None

    def finish(self, target: FrontierUrl, now: float, latency: float | None) -> None:
        """Take a URL back: its fetch has ended and the host's next turn can be set."""
        slot = self._under_way.pop(_key(target))
        manners = self._slots.manners(slot)
        manners.finish(now, latency)
        self._share(slot, manners.shortest_gap)  # who waits elsewhere may well come first
        self._schedule(slot)

    def cancel(self, target: FrontierUrl) -> None:
        """Take a URL back that needed no request: the host's turn is not spent."""
        slot = self._under_way.pop(_key(target))
        manners = self._slots.manners(slot)
        manners.cancel()
        self._share(slot, manners.ready_at - time.monotonic())
        self._schedule(slot)

    def meet(self, host: str, address: str) -> None:
        """Learn the address of a host; it may be the server of a host that has its own turns."""
        before = self._slots.name(host)
        if self._slots.meet(host, address):
            for target in self._take(before, host):
                self._put(target, first=False)

    def drop(self, host: str, origin: str | None = None) -> list[FrontierUrl]:
        """Forget what waits for a host, or for one origin of it; return it: it is in the store."""
        dropped = self._take(self._slots.name(host), host, origin)
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
        self._slots.forget_idle(self._waiting)
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
        for manners in self._slots.all():
            manners.in_flight = 0

    def next_turn(self) -> float | None:
        """Return when the next host may be asked; None while none waits."""
        return self._heap[0][0] if self._heap else None

    def _put(self, target: FrontierUrl, *, first: bool) -> None:
        slot = self._slots.name(target.host)
        waiting = self._waiting.setdefault(slot, deque())
        (waiting.appendleft if first else waiting.append)(target)
        self._count += 1
        self._schedule(slot)

    def _take(self, slot: str, host: str, origin: str | None = None) -> list[FrontierUrl]:
        """Take what waits of one host, or of one origin of it, out of its slot."""
        waiting = self._waiting.pop(slot, deque())
        taken = [target for target in waiting if _is_of(target, host, origin)]
        self._count -= len(taken)
        if len(taken) < len(waiting):
            left = (target for target in waiting if not _is_of(target, host, origin))
            self._waiting[slot] = deque(left)
        return taken

    def _take_turn(self, slot: str, manners: HostManners, now: float) -> bool:
        """Whether no other process has just asked a slot's server; its next turn is later then."""
        if self._shared is None or not manners.least_gap:
            return True
        left = self._shared.take(self._slots.server(slot), manners.least_gap)
        if left > 0:
            manners.pause(now + left)
        return left <= 0

    def _share(self, slot: str, seconds: float) -> None:
        """Tell other processes for how long a slot's server is not to be asked."""
        if self._shared is not None and seconds:
            self._shared.set(self._slots.server(slot), seconds)

    def _schedule(self, slot: str) -> None:
        if slot not in self._waiting:
            return
        manners = self._slots.manners(slot)
        if manners.has_slot and manners.ready_at < self._turns.get(slot, float("inf")):
            self._turns[slot] = manners.ready_at
            heapq.heappush(self._heap, (manners.ready_at, slot))


def _is_of(target: FrontierUrl, host: str, origin: str | None) -> bool:
    # A stored address may be none, so it is compared as text: what waits is written as it is sent.
    return target.host == host and (origin is None or f"{target.url}/".startswith(f"{origin}/"))


def _key(target: FrontierUrl) -> _Key:
    """Return what a target is claimed by, the same wherever redirects have led it."""
    return target.kind, target.id, target.asked
