"""Connections by origin: those that wait for their next request, and those under way.

Every operation takes constant time, however many connections there are; once a second a sweep
closes what was idle too long and ends exchanges in which no byte came for the read timeout.
"""

import asyncio
from collections import OrderedDict

from crawler.fetch.http.connection import Connection

_SWEEP_SECONDS = 1.0


class ConnectionPool:
    """Keeps idle connections within limits: so many an origin, so many in all, so long each."""

    def __init__(
        self,
        *,
        per_origin: int = 4,
        total: int = 1000,
        idle_seconds: float = 90.0,
        read_timeout: float = 20.0,
    ):
        self._per_origin = per_origin
        self._total = total
        self._idle_seconds = idle_seconds
        self._read_timeout = read_timeout
        self._by_origin: dict[str, list[Connection]] = {}  # the newest last
        self._idle: OrderedDict[Connection, str] = OrderedDict()  # the longest idle first
        self._busy: set[Connection] = set()
        self._sweeper: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._idle)

    def take(self, origin: str) -> Connection | None:
        """Return a connection that is open and silent; None where a new one is needed."""
        while waiting := self._by_origin.get(origin):
            connection = waiting[-1]
            self._remove(connection)
            if connection.may_be_used():
                return connection
            connection.abort()
        return None

    def watch(self, connection: Connection) -> None:
        """Enforce the read timeout of an exchange, until its connection is given back."""
        self._busy.add(connection)
        self._sweep_later()

    def give_back(
        self, origin: str, connection: Connection, idle_seconds: float | None = None
    ) -> None:
        """Take a connection after an exchange: kept where another may follow, else closed.

        The server may have said for how many seconds it keeps it.
        """
        self._busy.discard(connection)
        if not connection.finish():
            return
        wished = self._idle_seconds if idle_seconds is None else idle_seconds
        connection.expires_at = connection.now() + min(wished, self._idle_seconds)
        connection.on_lost = self._remove
        waiting = self._by_origin.setdefault(origin, [])
        waiting.append(connection)
        self._idle[connection] = origin
        if len(waiting) > self._per_origin:
            self._close(waiting[0])
        elif len(self._idle) > self._total:
            self.close_oldest()

    def close_oldest(self) -> bool:
        """Close the connection that was idle the longest; False where none is."""
        oldest = next(iter(self._idle), None)
        if oldest is None:
            return False
        self._close(oldest)
        return True

    def close(self) -> None:
        """Close all that are idle."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        while self.close_oldest():
            pass

    def _sweep_later(self) -> None:
        if self._sweeper is None:
            pause = min(_SWEEP_SECONDS, self._read_timeout / 4)
            self._sweeper = asyncio.get_running_loop().call_later(pause, self._sweep)

    def _sweep(self) -> None:
        """Close what expired, fail what is stuck; come back while there is anything to mind.

        Idle connections are in the order in which they were given back. One that its server keeps
        for less time than we do is closed by the server, or when it is taken.
        """
        self._sweeper = None
        now = asyncio.get_running_loop().time()
        while self._idle and (oldest := next(iter(self._idle))).expires_at <= now:
            self._close(oldest)
        for connection in self._busy:
            connection.check_progress(now, self._read_timeout)
        if self._idle or self._busy:
            self._sweep_later()

    def _close(self, connection: Connection) -> None:
        self._remove(connection)
        connection.abort()

    def _remove(self, connection: Connection) -> None:
        """Forget an idle connection: it is used again, closed or lost."""
        connection.on_lost = None
        origin = self._idle.pop(connection, None)
        if origin is None:
            return
        waiting = self._by_origin[origin]
        waiting.remove(connection)
        if not waiting:
            del self._by_origin[origin]
