"""The files of an open store: the database, its write-ahead log, and the index of that log.

Whoever deletes or replaces one of them does not stop SQLite, which goes on in files that have no
name any more (sqlite.org/howtocorrupt.html, "Unlinking or renaming a database file while in use").
"""

from pathlib import Path

from storage.errors import StoreMissing

# Bytes of a log. SQLite begins it again every 1000 pages of 4 KiB (PRAGMA wal_autocheckpoint), if
# no reader needs it. Twice as much says that one did; sixteen times is worth a message.
LOG_BYTES = 4 * 1024 * 1024
GROWN_LOG = 2 * LOG_BYTES
LONG_LOG = 16 * LOG_BYTES
_ENDINGS = ("", "-wal", "-shm")
_Identity = tuple[int, int]  # device and inode


class StoreFiles:
    """Remembers the files of a store as they were opened."""

    def __init__(self, store: Path):
        self._store = store
        self._opened: dict[Path, _Identity] = {}

    def check(self) -> None:
        """Raise StoreMissing where a file that was opened is no longer at its path.

        A log that did not exist yet is remembered from now on.
        """
        for ending in _ENDINGS:
            file = _beside(self._store, ending)
            found = _identity_of(file)
            opened = self._opened.get(file)
            if opened is None and found is not None:
                self._opened[file] = found
            elif found != opened:
                raise StoreMissing(_explain(file, is_there=found is not None))


def log_bytes(store: Path) -> int:
    """Return the size of the write-ahead log of a store."""
    try:
        return _beside(store, "-wal").stat().st_size
    except OSError:
        return 0


def refuse_lost_database(store: Path) -> None:
    """Raise StoreMissing where a log with changes, or an archive, is here without its database.

    SQLite would delete that log when it makes a new database, and the new corpus would name none of
    the pages of that archive. The reason is a wrong path, a disk that is not mounted, or a file
    that was deleted or emptied.
    """
    if _is_there(store):
        return
    if log_bytes(store):
        raise StoreMissing(
            f"{store}: there is no corpus, but {_beside(store, '-wal').name} has the last changes "
            "of one; put the corpus back, or move that file away to begin another"
        )
    archive = store.with_name(f"{store.stem}.archive")
    if any(archive.glob("*/*.warc.*")):
        raise StoreMissing(
            f"{store}: there is no corpus, but {archive} is the archive of one; put the corpus "
            "back (a disk that is not mounted? a backup?), or move the archive away to begin "
            "another"
        )


def refuse_missing_database(store: Path) -> None:
    """Raise StoreMissing where there is no corpus to read or to work over."""
    refuse_lost_database(store)
    if not store.is_file():
        raise StoreMissing(f"{store}: no corpus here; `drawdown once` makes one")
    if not _is_there(store):
        raise StoreMissing(f"{store}: no corpus yet; a Drawdown that has just started makes it")


def _is_there(store: Path) -> bool:
    return store.is_file() and store.stat().st_size > 0


def _beside(store: Path, ending: str) -> Path:
    return store.with_name(store.name + ending)


def _identity_of(file: Path) -> _Identity | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _explain(file: Path, *, is_there: bool) -> str:
    what = "was replaced" if is_there else "was deleted or moved away"
    return (
        f"{file}: {what} while the store was open; nothing more is stored, since it would be lost: "
        "put the right file back, then start again"
    )
