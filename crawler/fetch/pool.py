"""Connections that wait for their next request, by origin: the newest is used first.

Every operation takes constant time, however many connections wait.
"""

import asyncio
from collections import OrderedDict

from crawler.fetch.connection import Connection

Origin = tuple[str, str, int]  # scheme, host, port


class ConnectionPool:
    """Keeps idle connections within limits: so many an origin, so many in all, so long each."""

    def __init__(self, *, per_origin: int = 4, total: int = 1000, idle_seconds: float = 90.0):
        self._per_origin = per_origin
        self._total = total
        self._idle_seconds = idle_seconds
        self._by_origin: dict[Origin, list[Connection]] = {}
        self._idle: OrderedDict[Connection, Origin] = OrderedDict()  # the longest idle first
        self._sweeper: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._idle)

    def take(self, origin: Origin) -> Connection | None:
        """Return a connection that is open and silent; None where a new one is needed."""
        now = asyncio.get_running_loop().time()
        while waiting := self._by_origin.get(origin):
            connection = waiting[-1]
            self._remove(connection)
            if connection.expires_at > now and connection.is_silent():
                return connection
            connection.abort()
        return None

    def put(
        self, origin: Origin, connection: Connection, idle_seconds: float | None = None
    ) -> None:
        """Keep a connection for later; the server may have said for how long it does."""
        loop = asyncio.get_running_loop()
        wished = self._idle_seconds if idle_seconds is None else idle_seconds
        connection.expires_at = loop.time() + min(wished, self._idle_seconds)
        connection.on_lost = self._remove
        waiting = self._by_origin.setdefault(origin, [])
        waiting.append(connection)
        self._idle[connection] = origin
        if len(waiting) > self._per_origin:
            self._close(waiting[0])
        elif len(self._idle) > self._total:
            self.close_oldest()
        if self._sweeper is None:
            self._sweeper = loop.call_later(self._idle_seconds, self._sweep)

    def close_oldest(self) -> bool:
        """Close the connection that was idle the longest; False where none is."""
        oldest = next(iter(self._idle), None)
        if oldest is None:
            return False
        self._close(oldest)
        return True

    def close(self) -> None:
        """Close all."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        while self.close_oldest():
            pass

    def _sweep(self) -> None:
        """Close what was idle too long, and come back for the next."""
        loop = asyncio.get_running_loop()
        self._sweeper = None
        while self._idle:
            oldest = next(iter(self._idle))
            # No connection is kept longer than idle_seconds after it was put, so the first in
            # order is never behind one that expires much earlier.
            if oldest.expires_at > loop.time():
                wait = min(max(oldest.expires_at - loop.time(), 1.0), self._idle_seconds)
                self._sweeper = loop.call_later(wait, self._sweep)
                return
            self._close(oldest)

    def _close(self, connection: Connection) -> None:
        self._remove(connection)
        connection.close()

    def _remove(self, connection: Connection) -> None:
        connection.on_lost = None
        origin = self._idle.pop(connection, None)
        if origin is None:
            return
        waiting = self._by_origin[origin]
        waiting.remove(connection)
        if not waiting:
            del self._by_origin[origin]
