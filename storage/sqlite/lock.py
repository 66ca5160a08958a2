"""The lock of a store: one process writes to it. The kernel frees it with the process."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storage.errors import StoreFull, StoreLocked

_TRIES, _GAP = 3, 0.05  # seconds: somebody may just be asking `writer_of`


@contextmanager
def locked(store: Path) -> Iterator[None]:
    """Hold the lock. Raises StoreLocked where another process does, and StoreFull."""
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        file: IO[str] = _file_of(store).open("a+")
    except OSError as error:
        raise StoreFull(f"{store}: cannot be written: {error.strerror}") from error
    with file:
        if not _take(file):
            raise StoreLocked(
                f"{store}: another Drawdown (process {_owner(file)}) writes to this store; stop it "
                "first"
            )
        _sign(file, store)
        yield


def _sign(file: IO[str], store: Path) -> None:
    """Write the id of this process into the lock. Raises StoreFull."""
    try:
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), str(os.getpid()).encode())
    except OSError as error:
        reason = f"cannot be written: {error.strerror}"
        raise StoreFull(f"{_file_of(store)}: {reason}; free disk space") from error


def writer_of(store: Path) -> str | None:
    """Return the process that writes to a store, None where none does."""
    try:
        with _file_of(store).open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _owner(file)
    except FileNotFoundError:
        return None
    return None


def _take(file: IO[str]) -> bool:
    for attempt in range(_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_GAP if attempt < _TRIES - 1 else 0)
        else:
            return True
    return False


def _owner(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip() or "unknown"


def _file_of(store: Path) -> Path:
    return store.with_name(f"{store.name}.lock")
