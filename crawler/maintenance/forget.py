"""Removes articles from a store and its archive, for good."""

import sqlite3
from pathlib import Path

from crawler.maintenance import labels
from crawler.runtime.resources import patience
from storage import forgetting
from storage.archive import archive, replaced
from storage.archive.archive import folder_for
from storage.errors import StoreBusy
from storage.forgetting import Forgotten, What
from storage.sqlite.database import Database


async def finish_interrupted(store: Path) -> bool:
    """Finish a removal that a kill interrupted; return whether there was one.

    Raises StorageError, StoreBusy where a reader keeps the removed text in the file.
    """
    if not replaced.list_for(store).is_file():
        return False
    async with Database.open(store, patience()) as database:
        await _finish(database, "an earlier removal is not complete")
    return True


async def forget(store: Path, ids: list[int], what: What, reason: str) -> Forgotten:
    """Remove articles by their ids; return what was removed. Raises StorageError.

    `what` is what the operator named: a source, an author or single articles.
    """

    def remove(connection: sqlite3.Connection) -> Forgotten:
        addresses = forgetting.addresses_of(connection, ids)
        old_files = archive.remove(connection, folder_for(store), ids, addresses)
        replaced.write_down(store, old_files)
        return forgetting.forget(connection, ids, what, reason)

    async with Database.open(store, patience()) as database:
        done = await database.write(remove)
        labels.drop(labels.file_for(store), set(done.canonical_urls))
        await _finish(database, f"{done.articles} articles are deleted")
    return done


async def _finish(database: Database, state: str) -> None:
    if not await replaced.finish(database):
        raise StoreBusy(
            f"{database.path}: {state}, but a reader still keeps removed text in the file; end it "
            "(an export, a notebook), then `drawdown forget`, `once` or `run` finishes the removal"
        )
