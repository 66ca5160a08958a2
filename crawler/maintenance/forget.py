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
        if not await replaced.finish(database):
            raise StoreBusy(
                f"{store}: {done.articles} articles are deleted, but a reader still keeps their "
                "text in the file; end it (an export, a notebook), then `drawdown once` or `run` "
                "finishes the removal"
            )
    return done
