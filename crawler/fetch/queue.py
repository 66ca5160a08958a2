"""What is claimed and waits in memory, host by host; hands out a URL when its host may be asked."""

import heapq
import time
from collections import deque
from collections.abc import Callable

from crawler.fetch.politeness import HostManners
from storage.model import FrontierUrl, TargetKind

_REMEMBERED = 20_000  # hosts whose manners are kept though nothing of them waits


class HostQueue:
    """Waiting URLs by host. All methods are plain functions: no task sees a half-made change."""

    def __init__(self, manners_for: Callable[[str], HostManners]):
        self._manners_for = manners_for
        self._manners: dict[str, HostManners] = {}
        self._waiting: dict[str, deque[FrontierUrl]] = {}
        # With the host it began at, and when.
        self._claimed: dict[tuple[TargetKind, int, str], tuple[str, float]] = {}
        self._heap: list[tuple[float, str]] = []
        self._turns: dict[str, float] = {}  # the entry of the heap that counts, by host
        self._in_flight = 0

    def __len__(self) -> int:
        return sum(len(waiting) for waiting in self._waiting.values())

    @property
    def in_flight(self) -> int:
        """How many URLs were handed out and have not come back."""
        return self._in_flight

    @property
    def busy_hosts(self) -> set[str]:
        """Hosts with URLs that wait, are fetched, or whose outcome is not committed yet."""
        return self._waiting.keys() | {host for host, _ in self._claimed.values()}

    def manners(self, host: str) -> HostManners:
        """Return what is remembered of a host."""
        if host not in self._manners:
            if len(self._manners) >= _REMEMBERED:
                self._forget()
            self._manners[host] = self._manners_for(host)
        return self._manners[host]

    def add(self, target: FrontierUrl, *, first: bool = False) -> bool:
        """Let a URL wait for its host's turn; False where it is claimed already."""
        if _key(target) in self._claimed:
            return False
        self._claimed[_key(target)] = target.host, time.monotonic()
        waiting = self._waiting.setdefault(target.host, deque())
        if first:
            waiting.appendleft(target)
        else:
            waiting.append(target)
        self._schedule(target.host)
        return True

    def pop(self, now: float) -> FrontierUrl | None:
        """Hand out a URL whose host may be asked now, the host that waits longest first."""
        while self._heap and self._heap[0][0] <= now:
            turn, host = heapq.heappop(self._heap)
            if self._turns.get(host) != turn:
                continue  # an earlier or later entry took its place
            del self._turns[host]
            waiting, manners = self._waiting.get(host), self.manners(host)
            if not waiting or not manners.has_slot:
                continue  # comes back with `finish` or `add`
            if manners.ready_at > now:
                self._schedule(host)
                continue
            target = waiting.popleft()
            if not waiting:
                del self._waiting[host]
            manners.start(now)
            self._in_flight += 1
            self._schedule(host)
            return target
        return None

    def finish(self, target: FrontierUrl, now: float, latency: float | None) -> None:
        """Take a URL back: its fetch has ended and the host's next turn can be set."""
        self._in_flight -= 1
        self.manners(target.host).finish(now, latency)
        self._schedule(target.host)

    def cancel(self, target: FrontierUrl) -> None:
        """Take a URL back that needed no request: the host's turn is not spent."""
        self._in_flight -= 1
        self.manners(target.host).cancel()
        self._schedule(target.host)

    def waited(self, target: FrontierUrl, now: float) -> float:
        """Return for how many seconds a URL has been claimed."""
        _, since = self._claimed.get(_key(target), ("", now))
        return now - since

    def drop(self, host: str) -> None:
        """Forget what waits for a host that asked for a pause: it stands in the store."""
        for target in self._waiting.pop(host, ()):
            self.release(target)

    def put_back(self, target: FrontierUrl) -> None:
        """Let a claimed URL wait again, first of its host: its rules or its redirect come first."""
        self._waiting.setdefault(target.host, deque()).appendleft(target)
        self._schedule(target.host)

    def release(self, target: FrontierUrl) -> None:
        """Forget a claim: the URL's outcome is committed."""
        self._claimed.pop(_key(target), None)

    def reset(self) -> None:
        """Forget all claims, after work was broken off: everything stands in the store."""
        for host in list(self._waiting):
            self.drop(host)
        self._claimed.clear()
        self._in_flight = 0
        for manners in self._manners.values():
            manners.in_flight = 0

    def next_turn(self) -> float | None:
        """Return when the next host may be asked; None while none waits."""
        return self._heap[0][0] if self._heap else None

    def _schedule(self, host: str) -> None:
        manners = self.manners(host)
        if host not in self._waiting or not manners.has_slot:
            return
        if manners.ready_at < self._turns.get(host, float("inf")):
            self._turns[host] = manners.ready_at
            heapq.heappush(self._heap, (manners.ready_at, host))

    def _forget(self) -> None:
        """Drop the hosts that have long been left alone (L3 of the long run: bounded memory)."""
        idle = [h for h, m in self._manners.items() if not m.in_flight and h not in self._waiting]
        for host in sorted(idle, key=lambda h: self._manners[h].ready_at)[: len(idle) // 2 + 1]:
            del self._manners[host]


def _key(target: FrontierUrl) -> tuple[TargetKind, int, str]:
    """Return what a target is claimed by, the same wherever redirects have led it."""
    return target.kind, target.id, target.asked
