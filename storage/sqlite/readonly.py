"""A store that its reader may not write to: another user's, a snapshot, a read-only disk.

SQLite makes an index of the write-ahead log beside the database, also for a reader. Where it may
not, the database is read as a file that nobody changes ("immutable", sqlite.org/uri.html), which is
right as long as there is no log and nobody writes. Both are checked.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import StoreBusy, StoreFull
from storage.sqlite.files import log_bytes

# By the beginning of their names (sqlite.org/rescode.html); the last also where a disk is full.
_UNWRITABLE = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR_SHM")


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a store for reading only. Raises sqlite3.Error, StoreFull, StoreBusy."""
    connection = _connect(file, "mode=ro")
    before = None
    try:
        if _needs_writing(connection):
            connection.close()
            _refuse_log(file)
            before = _version_of(file)
            connection = _connect(file, "mode=ro&immutable=1")
        yield connection
    finally:
        connection.close()
    if before is not None and (before != _version_of(file) or log_bytes(file)):
        raise StoreBusy(f"{file}: somebody wrote to it while it was read; read it again")


def _connect(file: Path, options: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?{options}", uri=True)


def _needs_writing(connection: sqlite3.Connection) -> bool:
    """Return whether SQLite would have to write a file beside the store."""
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(_UNWRITABLE):
            return True
        raise
    return False


def _refuse_log(file: Path) -> None:
    """Raise StoreFull where the log has changes, which a file that nobody changes would lack."""
    if log_bytes(file):
        raise StoreFull(
            f"{file}: its newest changes are in {file.name}-wal, and you may not write in this "
            "folder, as SQLite has to for reading them; have its owner run `drawdown once`, or "
            "copy both files to a folder of your own and read there"
        )


def _version_of(file: Path) -> tuple[int, int, int]:
    """Return what is different after somebody wrote to a file, or replaced it."""
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
