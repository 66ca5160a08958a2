"""Archive files that a removal replaced: written down before its commit, deleted after it.

The list outlives a kill. A file on it is deleted only where no row of the store names it, so a
removal that was never committed loses nothing.
"""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from storage.archive.archive import folder_for, orphan_of
from storage.sqlite.atomic import whole
from storage.sqlite.database import Database


def write_down(store: Path, files: Sequence[Path]) -> None:
    """Write down what is to be deleted once the removal is committed. Raises OSError."""
    folder = folder_for(store)
    names = {str(file.relative_to(folder)) for file in files}
    names.update(read(store))
    with whole(list_for(store)) as partial:
        partial.write_text(json.dumps(sorted(names)), "utf-8")


def list_for(store: Path) -> Path:
    """Return where the list of a store is."""
    return store.with_name(f"{store.name}.forgetting")


def read(store: Path) -> list[str]:
    """Return the files that are to be deleted, by their names in the archive."""
    file = list_for(store)
    return list(json.loads(file.read_text("utf-8"))) if file.is_file() else []


def delete(connection: sqlite3.Connection, store: Path) -> None:
    """Delete each file of the list that no row names. Raises OSError."""
    named = {row["file"] for row in connection.execute("SELECT DISTINCT file FROM archived")}
    folder = folder_for(store)
    for name in set(read(store)) - named:
        file = folder / name
        file.unlink(missing_ok=True)
        orphan_of(file).unlink(missing_ok=True)


async def finish(database: Database) -> bool:
    """Finish a removal, also one that was interrupted; return False where a reader prevents it."""
    if not list_for(database.path).is_file():
        return True
    await database.read(delete, database.path)
    if not await database.vacuum():
        return False
    list_for(database.path).unlink(missing_ok=True)
    return True
