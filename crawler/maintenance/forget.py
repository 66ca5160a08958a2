"""Removes articles from a store and its archive, for good."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeVar

from crawler.runtime.resources import patience
from storage import forgetting
from storage.archive import removal
from storage.archive.places import folder_for
from storage.errors import StorageError, StoreBusy, StoreFull
from storage.forgetting import Forgotten, What
from storage.sqlite.database import Database

T = TypeVar("T")


async def finish_interrupted(store: Path) -> bool:
    """Finish a removal that a kill interrupted; return whether there was one.

    Raises StorageError, StoreBusy where a reader keeps the removed text in the file.
    """
    if not removal.list_for(store).is_file():
        return False
    async with _opened(store) as database:
        await _finish(database, "an earlier removal is not complete")
    return True


async def forget(
    store: Path,
    ids: list[int],
    what: What,
    reason: str,
) -> Forgotten:
    """Remove articles by their ids; return what was removed. Raises StorageError.

    `what` is what the operator named: a source, an author or single articles.
    """

    def remove(connection: sqlite3.Connection) -> Forgotten:
        addresses = forgetting.addresses_of(connection, ids)
        removal.remove(
            connection,
            store,
            ids,
            addresses,
        )
        return forgetting.forget(
            connection,
            ids,
            what,
            reason,
        )

    async with _opened(store) as database:
        done = await _remove(database, remove)
        await _finish(database, f"{done.articles} articles are deleted")
    return done


async def forget_speaker(store: Path, name: str, reason: str) -> int:
    """Remove the statements and claims of a person; return how many. Raises StorageError."""

    def remove(connection: sqlite3.Connection) -> int:
        removal.write_down(store, [])  # so that the next start finishes what a kill interrupts
        return forgetting.forget_speaker(connection, name, reason)

    async with _opened(store) as database:
        removed = await _remove(database, remove)
        await _finish(database, f"{removed} statements and claims are deleted")
    return removed


def _opened(store: Path) -> AbstractAsyncContextManager[Database]:
    """Open a store that is there, for a removal."""
    return Database.open(store, patience(), may_create=False)


async def _remove(database: Database, remove: Callable[[sqlite3.Connection], T]) -> T:
    """Apply a removal. Raises StorageError, StoreFull where the archive cannot be rewritten."""
    try:
        return await database.write(remove)
    except OSError as error:
        raise _not_written(database.path, error) from error


async def _finish(database: Database, state: str) -> None:
    try:
        is_complete = await forgetting.finish(database)
    except OSError as error:
        raise _not_written(database.path, error) from error
    if not is_complete:
        raise StoreBusy(
            f"{database.path}: {state}, but a reader still keeps removed text in the file; end it "
            "(an export, a notebook), then `drawdown forget`, `once` or `run` finishes the removal"
        )


def _not_written(store: Path, error: OSError) -> StorageError:
    return StoreFull(
        f"{error.filename or folder_for(store)}: cannot be written ({error.strerror or error}); "
        "free disk space or fix its permissions, then `drawdown forget`, `once` or `run` finishes "
        "the removal"
    )
