"""Where the time of one fetch goes; filled in as it happens, on success and on failure."""

import time
from dataclasses import dataclass, field

from storage.records.model import Phases


@dataclass(slots=True)
class Timing:
    """Milliseconds by phase, summed over a chain of redirects; None: the phase was not needed."""

    started: float = field(default_factory=time.perf_counter)
    queued: float | None = None
    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    address: str | None = None  # the address that answered last
    wire_bytes: int = 0  # of bodies, as sent

    def add(self, phase: str, since: float) -> float:
        """Count what passed since a moment towards a phase; return the time now."""
        now = time.perf_counter()
        setattr(self, phase, (getattr(self, phase) or 0.0) + (now - since) * 1000)
        return now

    def answered(self) -> None:
        """Note that a response has begun."""
        self.first_byte = (time.perf_counter() - self.started) * 1000

    @property
    def connected(self) -> float:
        """Milliseconds until the request could be sent; 0 over a connection that was open."""
        return sum(phase or 0.0 for phase in (self.dns, self.connect, self.tls))

    def phases(self) -> Phases:
        """Return the phases so far."""
        return Phases(
            queue=self.queued,
            dns=self.dns,
            connect=self.connect,
            tls=self.tls,
            first_byte=self.first_byte,
            total=(time.perf_counter() - self.started) * 1000,
        )
