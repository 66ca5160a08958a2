"""The gap ledger in memory, brought forward for each page that shows it."""

import sqlite3
import threading
from datetime import datetime

from storage.monitoring.gaps import Ledger


class LedgerKeeper:
    """Holds the last complete state. One thread at a time brings it forward."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ledger: Ledger | None = None

    def now(self, connection: sqlite3.Connection, now: datetime) -> Ledger:
        """Return the gaps up to now; the first call looks at all polls that decide something."""
        with self._lock:
            if self._ledger is None:
                self._ledger = Ledger.read(connection, now)
            else:
                self._ledger = self._ledger.advanced(connection, now)
            return self._ledger
