"""The columns of the corpus in memory, brought forward for each page that counts."""

import sqlite3
import threading
from datetime import datetime

from storage.facts.facts import Facts


class Keeper:
    """Holds the last complete state. One thread at a time brings it forward."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._facts: Facts | None = None

    def now(self, connection: sqlite3.Connection) -> Facts:
        """Return the state of now; the first call reads the whole corpus."""
        with self._lock:
            if self._facts is None:
                self._facts = Facts.read(connection)
            else:
                self._facts = self._facts.advanced(connection)
            return self._facts

    def at(self, connection: sqlite3.Connection, as_of: datetime | None) -> Facts | None:
        """Return the state of a time; None where that is too much to read for a page."""
        now = self.now(connection)
        return now if as_of is None else now.past(connection, as_of)
