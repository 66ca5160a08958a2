"""Copies a store with its archive and labels, also while a daemon writes to it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from crawler.maintenance import labels
from storage.archive import copying
from storage.archive.archive import folder_for
from storage.errors import StorageError, StoreCorrupt
from storage.sqlite.atomic import whole
from storage.sqlite.database import find_damage, open_corpus

_STEP_PAGES = 10_000  # database pages (4 KiB each) between two progress reports


def copy_store(store: Path, path: Path, progress: Callable[[int, int | None], None]) -> int:
    """Copy a store to a path, with its archive and labels; return the bytes of archive copied.

    The copy is checked before it gets its name. Raises StorageError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as partial_file:
            partial_file.touch()  # here an error names the copy, later it would name the store
            archive_bytes = _copy_database(store, partial_file, folder_for(path), progress)
            label_file = labels.file_for(store)
            if label_file.is_file():
                labels.copy(label_file, labels.file_for(path))
        # Not before the new copy has its name: the old one names the old files.
        with closing(sqlite3.connect(path)) as copied:
            copied.row_factory = sqlite3.Row
            copying.remove_unnamed(copied, folder_for(path))
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error}") from error
    return archive_bytes


def _copy_database(
    store: Path, file: Path, folder: Path, progress: Callable[[int, int | None], None]
) -> int:
    """Copy a store, then the archive that the copy names; return the bytes of archive copied."""
    with open_corpus(store) as source, closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        source.backup(
            connection,
            pages=_STEP_PAGES,
            progress=lambda _, left, total: progress(total - left, total),
        )
        damage = find_damage(connection)
        if damage is not None:
            raise StoreCorrupt(f"{store}: the copy is damaged: {damage}")
        return copying.copy(connection, folder_for(store), folder)
