"""The columns of the corpus in memory, brought forward for each page that counts."""

import sqlite3
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from storage.facts.facts import Facts
from storage.facts.outlets import Outlets
from storage.facts.progress import Progress
from storage.sqlite.database import open_corpus


class Keeper:
    """Holds the last complete state. One thread at a time brings it forward.

    It reads through a connection of its own: that of a page is interrupted after two seconds, and
    half a million articles take longer at the start.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._facts: Facts | None = None

    def warm(self) -> None:
        """Read the whole corpus, if that was not done. Raises StorageError."""
        with self._lock:
            if self._facts is None:
                self._advance()

    def now(self, connection: sqlite3.Connection) -> Facts:
        """Return the state of now; the first call reads the whole corpus. Raises StorageError."""
        with self._lock:
            known = self._facts
            outlets = Outlets.read(connection)
            if known is None or known.progress != Progress.of(connection):
                return self._advance()
            if known.outlets.dated != outlets.dated:
                return self._advance()
            self._facts = replace(known, outlets=outlets)
            return self._facts

    def _advance(self) -> Facts:
        with open_corpus(self._store) as connection:
            known = self._facts
            self._facts = Facts.read(connection) if known is None else known.advanced(connection)
            return self._facts

    def at(self, connection: sqlite3.Connection, as_of: datetime | None) -> Facts | None:
        """Return the state of a time; None where that is too much to read for a page."""
        now = self.now(connection)
        return now if as_of is None else now.past(connection, as_of)
