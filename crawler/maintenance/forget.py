"""Removes articles from a store and its archive, for good."""

import sqlite3
from pathlib import Path

from crawler.runtime.resources import patience
from storage import forgetting
from storage.archive import archive
from storage.archive.archive import folder_for
from storage.forgetting import Forgotten, What
from storage.sqlite.database import Database


async def forget(store: Path, ids: list[int], what: What, reason: str) -> Forgotten:
    """Remove articles by their ids; return what was removed. Raises StorageError.

    `what` is what the operator named: a source, an author or single articles.
    """
    replaced_files: list[Path] = []

    def remove(connection: sqlite3.Connection) -> Forgotten:
        addresses = forgetting.addresses_of(connection, ids)
        replaced_files.extend(archive.remove(connection, folder_for(store), ids, addresses))
        return forgetting.forget(connection, ids, what, reason)

    async with Database.open(store, patience()) as database:
        done = await database.write(remove)
        for file in replaced_files:
            file.unlink(missing_ok=True)
            archive.orphan_of(file).unlink(missing_ok=True)
        await database.vacuum()
    return done
