"""The gap ledger in memory, brought forward for each page that shows it."""

import threading
from datetime import datetime
from pathlib import Path

from storage.monitoring.gaps import Ledger
from storage.sqlite.database import open_corpus


class LedgerKeeper:
    """Holds the last complete state. One thread at a time brings it forward.

    It reads through a connection of its own: that of a page is interrupted after two seconds, and
    a million polls may take longer at the start.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._ledger: Ledger | None = None

    def now(self, now: datetime) -> Ledger:
        """Return the gaps up to now; the first call looks at all polls that decide something.

        Raises StorageError.
        """
        with self._lock, open_corpus(self._store) as connection:
            if self._ledger is None:
                self._ledger = Ledger.read(connection, now)
            else:
                self._ledger = self._ledger.advanced(connection, now)
            return self._ledger
