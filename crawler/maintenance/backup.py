"""Copies a store with its archive and labels, also while a daemon writes to it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from storage.archive import copying
from storage.archive.copying import Copied
from storage.archive.places import folder_for
from storage.articles import labels
from storage.errors import StorageError, StoreCorrupt, StoreFull
from storage.sqlite.atomic import named, whole
from storage.sqlite.database import find_cut, find_damage, open_corpus
from storage.sqlite.errors import translated
from storage.sqlite.os_errors import explain

_STEP_PAGES = 10_000  # database pages (4 KiB each) between two progress reports
_Progress = Callable[[int, int | None], None]


def copy_store(store: Path, path: Path, progress: _Progress) -> Copied:
    """Copy a store of any version to a path, with its archive and labels.

    The copy is checked before it gets its name. Where the archive has lost something, all that is
    left of it is copied, and the result names its files. Raises StorageError.
    """
    try:
        return _copy_store(store, path, progress)
    except OSError as error:
        raise StoreFull(f"the backup failed: {explain(error)}") from error


def _copy_store(store: Path, path: Path, progress: _Progress) -> Copied:
    with named(path, path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.samefile(store):
        raise StorageError(f"{path}: is the store itself; name another place for the copy")
    with whole(path) as partial_file:
        partial_file.touch()  # here an error names the copy, later it would name the store
        copied = _copy_database(
            store,
            partial_file,
            path,
            progress,
        )
        label_file = labels.file_for(store)
        if label_file.is_file():
            labels.copy(label_file, labels.file_for(path))
    # Not before the new copy has its name: the old one names the old files.
    with _opened(path) as connection:
        copying.remove_unnamed(connection, folder_for(path))
    return copied


def _copy_database(
    store: Path,
    file: Path,
    path: Path,
    progress: _Progress,
) -> Copied:
    """Copy a store to a file that will be at `path`, then the archive that the copy names."""
    with open_corpus(store, any_version=True) as source, _opened(file) as connection:
        with translated(path):
            source.backup(
                connection,
                pages=_STEP_PAGES,
                progress=lambda _, left, total: progress(total - left, total),
            )
        damage = find_cut(source) or find_damage(connection)
        if damage is not None:
            raise StoreCorrupt(f"{store}: the copy is damaged: {damage}")
        return copying.copy(connection, folder_for(store), folder_for(path))


def _opened(file: Path) -> closing[sqlite3.Connection]:
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    return closing(connection)
