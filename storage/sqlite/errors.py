"""Errors of SQLite in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import StorageError, StoreBusy, StoreCorrupt, StoreFull

# Primary and extended result codes, by the beginning of their names (sqlite.org/rescode.html).
_CORRUPT = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_CORRUPTFS", "SQLITE_IOERR_DATA")
_FULL = (
    "SQLITE_FULL",
    "SQLITE_IOERR_WRITE",
    "SQLITE_IOERR_SHMSIZE",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
)
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL", "SQLITE_IOERR")
_MISTAKES = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)


def is_mistake(error: sqlite3.DatabaseError) -> bool:
    """Whether a statement is wrong, and neither the file nor the disk."""
    name = getattr(error, "sqlite_errorname", "")
    return isinstance(error, _MISTAKES) or name == "SQLITE_ERROR"


@contextmanager
def translated(path: Path, *, is_query: bool = False) -> Iterator[None]:
    """Turn errors of SQLite into ours; of a query its own mistakes are left as they are."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_query and is_mistake(error):
            raise
        raise _error_of(path, error) from error


def _error_of(path: Path, error: sqlite3.DatabaseError) -> StorageError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(_CORRUPT):
        return StoreCorrupt(
            f"{path}: damaged or not a database ({error}); restore a back-up, or move the "
            "file away to start a new corpus"
        )
    if name.startswith(_FULL):
        return StoreFull(
            f"{path}: cannot be written ({error}); free disk space or fix its permissions, "
            "nothing committed is lost"
        )
    if name.startswith(_BUSY):
        return StoreBusy(
            f"{path}: another program holds it, or its disk fails ({error}); end that program (a "
            "sqlite3 shell, a backup) and try again, nothing committed is lost"
        )
    return StorageError(f"{path}: {error}")
