"""A copy of a store from before an upgrade, made by the version that upgrades it."""

import glob
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.errors import StoreFull
from storage.sqlite.atomic import whole
from storage.sqlite.errors import translated
from storage.sqlite.schema import migrations, version_of


def copies_of(store: Path) -> list[Path]:
    """Return the copies of a store from before its upgrades."""
    return sorted(store.parent.glob(f"{glob.escape(store.name)}.version-*"))


def copy_before(connection: sqlite3.Connection, store: Path) -> Path | None:
    """Copy a store of an earlier version; return the copy, None where no upgrade is due.

    An empty file with the name of the copy says that the operator has another one, for instance of
    a store that has no room beside it. Raises StoreTooNew, StoreFull.
    """
    version = version_of(connection)
    if version in {0, migrations()[-1][0]}:
        return None
    file = store.with_name(f"{store.name}.version-{version}")
    if file.is_file() and not file.stat().st_size:
        return None
    file = _free_name(file)
    _refuse_without_room(store, file)
    _copy(connection, file)
    return file


def _copy(connection: sqlite3.Connection, file: Path) -> None:
    try:
        with translated(file), whole(file) as partial, closing(sqlite3.connect(partial)) as copy:
            connection.backup(copy)
    except OSError as error:
        raise StoreFull(f"{file}: cannot be written ({error.strerror or error})") from error


def _free_name(file: Path) -> Path:
    """Return a name that no copy has: an earlier copy may be of another time."""
    number, free = 1, file
    while free.exists():
        number += 1
        free = file.with_name(f"{file.name}-{number}")
    return free


def _refuse_without_room(store: Path, file: Path) -> None:
    needed = store.stat().st_size
    free = shutil.disk_usage(store.parent).free
    if free < needed:
        raise StoreFull(
            f"{file}: no room for a copy of the store before its upgrade ({needed:,} bytes needed, "
            f"{free:,} free); free disk space, or `drawdown backup` to another disk and then make "
            "an empty file of this name"
        )
