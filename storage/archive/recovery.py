"""What is different between an archive and its store when a crawler opens them.

A kill leaves records that were never committed. An older copy of the store, put back, leaves many:
they stay where they are, so a newer copy of the store finds them again, and `drawdown import` takes
them in. Only a torn record at the end of a file is moved, since it would hide those behind it.
"""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from storage.archive import unpacking
from storage.archive.places import ends, files_in, name_of, orphan_of, size_of
from storage.errors import StoreFull

_AT_ONCE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Differences:
    """Bytes by the name of a file."""

    unnamed: dict[str, int] = field(default_factory=dict)  # whole records that no row names
    torn: dict[str, int] = field(default_factory=dict)  # moved to `orphan_of` the file
    missing: dict[str, int] = field(default_factory=dict)  # named by the store, not in the file


def recover(connection: sqlite3.Connection, folder: Path) -> Differences:
    """Prepare the files of an archive for new records; return what was found. Raises StoreFull."""
    found = Differences()
    named = ends(connection)
    for name, end in named.items():
        lost = end - size_of(folder / name)
        if lost > 0:
            found.missing[name] = lost
    for file in files_in(folder):
        name = name_of(file, folder)
        _recover_file(
            file,
            name,
            named.get(name, 0),
            found,
        )
    return found


def _recover_file(
    file: Path,
    name: str,
    end: int,
    found: Differences,
) -> None:
    try:
        size = size_of(file)
        if size <= end:
            return
        whole = unpacking.whole_end(file, end)
        if whole < size:
            found.torn[name] = size - whole
            _set_aside(file, whole)
    except OSError as error:
        raise StoreFull(f"{file}: cannot be repaired: {error}") from error
    if whole > end:
        found.unnamed[name] = whole - end


def _set_aside(file: Path, start: int) -> None:
    """Move the end of a file to its orphan, so that no half record hides those behind it."""
    with file.open("r+b") as stream, orphan_of(file).open("ab") as aside:
        stream.seek(start)
        while piece := stream.read(_AT_ONCE):
            aside.write(piece)
        aside.flush()
        stream.truncate(start)
    if not start:
        file.unlink()
