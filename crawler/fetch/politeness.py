"""How long a host is left alone between two requests, and how many at once.

    gap = clamp(max(delay, crawl delay, 5 x EWMA of latency), delay, 60 s) x U(0.8, 1.2)

The least gap is `delay` (5 s unless the operator says otherwise); a Crawl-delay is honoured to
120 s. Errors never shrink a gap.
"""

import random
from dataclasses import dataclass

MOST_GAP = 60.0
CRAWL_DELAY_CAP = 120.0
_LATENCY_FACTOR, _ALPHA = 5.0, 0.25
_LEAST_JITTER, _MOST_JITTER = 0.8, 1.2


@dataclass(slots=True)
class HostState:
    """The politeness state of a host: settings, and what was learned. Monotonic seconds."""

    delay: float
    max_at_once: int = 1
    crawl_delay: float = 0.0
    latency: float | None = None
    in_flight: int = 0
    ready_at: float = 0.0
    ready_before: float = 0.0  # what ready_at was before the newest request
    open_at: float = 0.0  # from when on another process may ask: ready_at without its jitter
    is_own: bool = False  # an operator said so of this host, not of all

    @property
    def has_room(self) -> bool:
        """Whether another request may be under way."""
        return self.in_flight < self.max_at_once

    @property
    def least_gap(self) -> float:
        """The gap before jitter and without haste."""
        wanted = max(self.delay, _LATENCY_FACTOR * (self.latency or 0.0))
        return max(min(wanted, max(MOST_GAP, self.delay)), min(self.crawl_delay, CRAWL_DELAY_CAP))

    @property
    def shortest_gap(self) -> float:
        """The gap with the least jitter."""
        return _LEAST_JITTER * self.least_gap

    def start(self, now: float) -> None:
        """A request begins: the next waits the gap, also beside one still under way."""
        self.in_flight += 1
        self.ready_before = self.ready_at
        self.ready_at = max(self.ready_at, now + self.least_gap)

    def finish(self, now: float, latency: float | None, sent: float | None = None) -> None:
        """A request ended after `latency` seconds (None: it failed, which teaches nothing).

        `sent` is when it left, once the host was connected: a server counts from there.
        """
        self.in_flight -= 1
        if latency is not None:
            known = latency if self.latency is None else self.latency
            self.latency = (1 - _ALPHA) * known + _ALPHA * latency
        if sent is not None:
            self.ready_at = max(self.ready_at, sent + self.least_gap)
        self.open_at = max(self.ready_at, now + self.shortest_gap)
        gap = self.least_gap * random.uniform(_LEAST_JITTER, _MOST_JITTER)  # noqa: S311 - spreads load, guards nothing
        self.ready_at = max(self.ready_at, now + gap)

    def cancel(self) -> None:
        """The newest request was not needed after all: its turn is given back."""
        self.in_flight -= 1
        self.ready_at = self.ready_before

    def pause(self, until: float) -> None:
        """Ask for nothing before a time."""
        self.ready_at = max(self.ready_at, until)
