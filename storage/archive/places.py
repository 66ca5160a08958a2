"""Where an archive's records are, and how they are read from there."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from storage.archive import records
from storage.archive.packing import PACKINGS, packing_of
from storage.archive.records import Record


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records of a page are: a file of the archive, and bytes of it."""

    file: str
    offset: int
    length: int

    @property
    def end(self) -> int:
        """The first byte behind the records."""
        return self.offset + self.length


def folder_for(store: Path) -> Path:
    """Return the folder of the archive of a store."""
    return store.with_name(f"{store.stem}.archive")


def files_in(folder: Path) -> list[Path]:
    """Return the files of an archive."""
    endings = tuple(packing.ending for packing in PACKINGS.values())
    return sorted(file for file in folder.glob("*/*") if file.name.endswith(endings))


def name_of(file: Path, folder: Path) -> str:
    """Return the name by which the store knows a file: its path in the archive."""
    return str(file.relative_to(folder))


def orphan_of(file: Path) -> Path:
    """Return where the torn end of a file is set aside."""
    return file.with_name(f"{file.name}.orphan")


def size_of(file: Path) -> int:
    """Return the size of a file in bytes; 0 where there is none. Raises OSError."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def ends(connection: sqlite3.Connection) -> dict[str, int]:
    """Return where the last named record of each file ends."""
    rows = connection.execute(
        "SELECT file, max(offset + length) AS end FROM archived GROUP BY file ORDER BY file"
    )
    return {row["file"]: row["end"] for row in rows}


def keep(
    connection: sqlite3.Connection,
    place: Place,
    digest: str,
    *,
    article_id: int | None = None,
    revision: int | None = None,
    poll_id: int | None = None,
) -> None:
    """Name a place in the store: the page of a revision, or of a poll."""
    connection.execute(
        """
        INSERT INTO archived (article_id, revision, poll_id, file, offset, length, digest)
        VALUES (:article_id, :revision, :poll_id, :file, :offset, :length, :digest)
        """,
        {
            "article_id": article_id,
            "revision": revision,
            "poll_id": poll_id,
            "file": place.file,
            "offset": place.offset,
            "length": place.length,
            "digest": digest,
        },
    )


def place_of(row: sqlite3.Row) -> Place:
    """Return the place that a row of `archived` names."""
    return Place(row["file"], row["offset"], row["length"])


def head_of(file: Path) -> bytes:
    """Return the head of a file, with the dictionary if it has one. Raises ValueError, OSError."""
    packing = packing_of(file.name)
    with file.open("rb") as stream:
        length = packing.head_length(stream.read(8))
        stream.seek(0)
        head = stream.read(length)
    if len(head) < length:
        raise ValueError("the file ends within its dictionary")
    return head


def data_at(folder: Path, place: Place) -> bytes:
    """Return the packed records at a place. Raises ValueError, OSError."""
    with (folder / place.file).open("rb") as stream:
        stream.seek(place.offset)
        data = stream.read(place.length)
    if len(data) < place.length:
        raise ValueError("the file is cut short")
    return data


def read(folder: Path, place: Place) -> list[Record]:
    """Return the records at a place, the response first. Raises ValueError, OSError."""
    head = head_of(folder / place.file)
    data = data_at(folder, place)
    found = list(records.read(packing_of(place.file).unpack(data, head)))
    if not found or found[0].headers.get("warc-type") != "response":
        raise ValueError("no response at this place")
    return found


def gaps(places: Iterable[Place], size: int) -> list[tuple[int, int]]:
    """Return the bytes of a file that no place covers: begin and end of each gap.

    >>> gaps([Place("f", 10, 5), Place("f", 20, 5)], 30)
    [(0, 10), (15, 20), (25, 30)]
    """
    found = []
    reached = 0
    for place in sorted(places, key=lambda place: place.offset):
        if place.offset > reached:
            found.append((reached, place.offset))
        reached = max(reached, place.end)
    if size > reached:
        found.append((reached, size))
    return found
