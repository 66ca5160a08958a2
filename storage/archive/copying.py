"""A copy of an archive, as far as a copy of its store names it."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from storage.archive.places import ends, files_in, name_of, size_of
from storage.sqlite.atomic import whole

_AT_ONCE = 1024 * 1024
_COMPARED = 64 * 1024  # bytes: the first records of a file, with their times and ids


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied of an archive."""

    size_bytes: int = 0
    incomplete: tuple[str, ...] = ()  # files that are shorter than the store names, or missing


def copy(connection: sqlite3.Connection, folder: Path, target: Path) -> Copied:
    """Copy every file that the store names.

    Files only grow, so what an earlier copy has complete is left as it is. Each file takes its name
    when it is complete. What a damaged archive has lost is left as an earlier copy has it. Raises
    OSError.
    """
    copied = 0
    incomplete = []
    for name, end in _named(connection).items():
        source = folder / name
        file = target / name
        if _is_earlier_copy(file, source) and size_of(file) >= min(end, size_of(source)):
            available = size_of(file)
        else:
            available = _copy(source, file)
            copied += available
        if available < end:
            incomplete.append(name)
    return Copied(copied, tuple(incomplete))


def remove_unnamed(connection: sqlite3.Connection, target: Path) -> None:
    """Delete the files of an earlier copy that the store no longer names.

    They may contain pages that were forgotten since. Raises OSError.
    """
    named = _named(connection)
    for file in files_in(target):
        if name_of(file, target) not in named:
            file.unlink()


def _named(connection: sqlite3.Connection) -> dict[str, int]:
    """Return where each file ends; nothing for a store of a version without an archive."""
    has_archive = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'archived'")
    return ends(connection) if has_archive.fetchone() else {}


def _is_earlier_copy(file: Path, source: Path) -> bool:
    """Return whether a file is a copy of the source as it was, and not another one by its name."""
    if not file.is_file():
        return False
    if not size_of(source):
        return True  # what was lost there is still here
    common = min(size_of(file), size_of(source), _COMPARED)
    return _start_of(file, common) == _start_of(source, common)


def _start_of(file: Path, length: int) -> bytes:
    with file.open("rb") as stream:
        return stream.read(length)


def _copy(source: Path, file: Path) -> int:
    """Copy a file; return how many bytes it has, 0 where there is none."""
    if not source.is_file():
        return 0
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole(file) as partial, source.open("rb") as read, partial.open("wb") as written:
        shutil.copyfileobj(read, written, _AT_ONCE)
    return size_of(file)
