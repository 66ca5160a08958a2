"""A copy of an archive, as far as a copy of its store names it."""

import shutil
import sqlite3
from pathlib import Path

from storage.archive.archive import files_in
from storage.sqlite.atomic import whole

_AT_ONCE = 1024 * 1024


def copy(connection: sqlite3.Connection, folder: Path, target: Path) -> int:
    """Copy every file that the store names; return how many bytes were copied.

    Files only grow, so what an earlier copy has whole is left as it is. Each file takes its name
    when it is complete. Raises OSError.
    """
    rows = connection.execute(
        "SELECT file, max(offset + length) AS end FROM archived GROUP BY file ORDER BY file"
    )
    copied = 0
    for row in rows:
        file = target / row["file"]
        if file.is_file() and file.stat().st_size >= row["end"]:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        _copy(folder / row["file"], file)
        copied += file.stat().st_size
    return copied


def remove_unnamed(connection: sqlite3.Connection, target: Path) -> None:
    """Delete the files of an earlier copy that the store no longer names.

    They may contain pages that were forgotten since. Raises OSError.
    """
    named = {row["file"] for row in connection.execute("SELECT DISTINCT file FROM archived")}
    for file in files_in(target):
        if str(file.relative_to(target)) not in named:
            file.unlink()


def _copy(source: Path, file: Path) -> None:
    with whole(file) as partial, source.open("rb") as read, partial.open("wb") as written:
        shutil.copyfileobj(read, written, _AT_ONCE)
