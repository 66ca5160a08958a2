"""Removes pages from an archive. What is left of a file is packed into a new one.

Old and new files are written down before anything changes, so a removal that was interrupted is
finished, or undone, by the next start: of that list each file is deleted that no row names.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.archive import records, unpacking
from storage.archive.archive import next_name
from storage.archive.packing import Packing, packing_of
from storage.archive.places import (
    Place,
    data_at,
    files_in,
    folder_for,
    gaps,
    head_of,
    name_of,
    orphan_of,
    place_of,
    read,
    size_of,
)
from storage.sqlite.atomic import sync_folder, whole
from storage.sqlite.values import to_json

_LONGEST_ADDRESS = 64 * 1024  # bytes: 2048 characters (crawler.urls), however escaped


def remove(
    connection: sqlite3.Connection,
    store: Path,
    article_ids: Sequence[int],
    addresses: Iterable[str],
) -> None:
    """Rewrite the files of some articles without them, within a transaction of the store.

    Feeds that show one of the addresses are removed too, and files with such records that no row
    names. The old files are there until `delete` is called, after the commit. Raises OSError.
    """
    folder = folder_for(store)
    sought = [address.encode() for address in addresses]
    doomed = _pages_of(connection, article_ids)
    doomed += _feeds_with(connection, folder, sought)
    names = _files_of(connection, doomed)
    names |= _files_with_unnamed(connection, folder, sought)
    renamed = {name: _free_name(folder, name) for name in sorted(names)}
    torn = _orphans_with(folder, sought)

    write_down(store, [*renamed, *renamed.values(), *torn])
    connection.executemany("DELETE FROM archived WHERE id = ?", [(row,) for row in doomed])
    for name, new in renamed.items():
        _rewrite(
            connection,
            folder,
            name,
            new,
        )


def _pages_of(connection: sqlite3.Connection, article_ids: Sequence[int]) -> list[int]:
    """Return the rows of the pages of some articles."""
    rows = connection.execute(
        "SELECT id FROM archived WHERE article_id IN (SELECT value FROM json_each(?))",
        (to_json(list(article_ids)),),
    )
    return [row["id"] for row in rows]


def _files_of(connection: sqlite3.Connection, row_ids: Sequence[int]) -> set[str]:
    """Return the files that some rows name."""
    rows = connection.execute(
        "SELECT DISTINCT file FROM archived WHERE id IN (SELECT value FROM json_each(?))",
        (to_json(list(row_ids)),),
    )
    return {row["file"] for row in rows}


def _feeds_with(
    connection: sqlite3.Connection, folder: Path, addresses: Sequence[bytes]
) -> list[int]:
    """Return the rows of feeds that show an address; one that cannot be read is removed too."""
    found = []
    for row in connection.execute("SELECT * FROM archived WHERE poll_id IS NOT NULL"):
        try:
            payload = read(folder, place_of(row))[0].payload
        except (ValueError, OSError):
            found.append(row["id"])
            continue
        if _shows(payload, addresses):
            found.append(row["id"])
    return found


def _shows(content: bytes, addresses: Sequence[bytes]) -> bool:
    plain = content.replace(b"&amp;", b"&")
    return any(address in plain for address in addresses)


def _files_with_unnamed(
    connection: sqlite3.Connection, folder: Path, addresses: Sequence[bytes]
) -> set[str]:
    """Return the files that have an address in records that no row names.

    A kill leaves such records: the page of an article that was fetched again afterwards.
    """
    places: dict[str, list[Place]] = {}
    for row in connection.execute("SELECT * FROM archived"):
        places.setdefault(row["file"], []).append(place_of(row))
    found = set()
    for file in files_in(folder):
        name = name_of(file, folder)
        between = gaps(places.get(name, []), size_of(file))
        if any(
            _part_shows(
                file,
                begin,
                end,
                addresses,
            )
            for begin, end in between
        ):
            found.add(name)
    return found


def _orphans_with(folder: Path, addresses: Sequence[bytes]) -> list[str]:
    """Return the orphans that show an address; a torn record can only be guessed at."""
    return [
        name_of(file, folder)
        for file in folder.glob("*/*.orphan")
        if _part_shows(
            file,
            0,
            size_of(file),
            addresses,
        )
    ]


def _part_shows(
    file: Path,
    begin: int,
    end: int,
    addresses: Sequence[bytes],
) -> bool:
    """Return whether a part of a file shows an address, or cannot be read."""
    before = b""
    try:
        for piece in unpacking.content_between(file, begin, end):
            window = before + piece
            if _shows(window, addresses):
                return True
            before = window[-_LONGEST_ADDRESS:]
    except unpacking.errors():
        return True
    return False


def _rewrite(
    connection: sqlite3.Connection,
    folder: Path,
    name: str,
    new: str,
) -> None:
    """Pack what is left of a file into a new one: the old dictionary may contain what was removed.

    A record that cannot be read any more keeps its row, at a place without a page: `verify` names
    it.
    """
    if not (folder / name).is_file():
        return
    kept = connection.execute(
        "SELECT * FROM archived WHERE file = :file ORDER BY offset", {"file": name}
    ).fetchall()
    if not kept:
        return
    packing = packing_of(name)
    head = b""
    with (folder / new).open("xb") as out:
        for row in kept:
            found = _records_at(folder, place_of(row)) or [_lost_record(new)]
            if not out.tell():
                head = packing.head(found[0])
                out.write(head)
            place = Place(
                new,
                *_write(
                    out,
                    packing,
                    head,
                    found,
                ),
            )
            _move(connection, row["id"], place)
        out.flush()
        os.fsync(out.fileno())
    sync_folder((folder / new).parent)


def _records_at(folder: Path, place: Place) -> list[bytes]:
    """Return the records at a place, as they are; none where they cannot be read."""
    try:
        unpacked = packing_of(place.file).unpack(
            data_at(folder, place), head_of(folder / place.file)
        )
        return list(records.split(unpacked))
    except (ValueError, OSError):
        return []


def _lost_record(name: str) -> bytes:
    """Return a record for the place of one that cannot be read."""
    return records.warcinfo(
        name,
        "drawdown: a record that could not be read",
        datetime.now(UTC),
    )


def _write(
    out: BinaryIO,
    packing: Packing,
    head: bytes,
    found: Sequence[bytes],
) -> tuple[int, int]:
    """Write records; return where they begin, and how many bytes they take."""
    offset = out.tell()
    out.write(b"".join(packing.pack(record, head) for record in found))
    return offset, out.tell() - offset


def _move(connection: sqlite3.Connection, row_id: int, place: Place) -> None:
    connection.execute(
        "UPDATE archived SET file = ?, offset = ?, length = ? WHERE id = ?",
        (place.file, place.offset, place.length, row_id),
    )


def _free_name(folder: Path, name: str) -> str:
    """Return the name of a file that is to take what is left of another one."""
    name = next_name(name)
    while (folder / name).exists():
        name = next_name(name)
    return name


def write_down(store: Path, names: Sequence[str]) -> None:
    """Write down files, by their names in the archive, that `delete` looks at. Raises OSError."""
    names = sorted({*names, *listed(store)})
    with whole(list_for(store)) as partial:
        partial.write_text(json.dumps(names), "utf-8")


def list_for(store: Path) -> Path:
    """Return where the list of a store is; it is there until the removal is complete."""
    return store.with_name(f"{store.name}.forgetting")


def listed(store: Path) -> list[str]:
    """Return the files that were written down."""
    file = list_for(store)
    return list(json.loads(file.read_text("utf-8"))) if file.is_file() else []


def delete(connection: sqlite3.Connection, store: Path) -> None:
    """Delete each file of the list that no row names, with its orphan. Raises OSError."""
    rows = connection.execute("SELECT DISTINCT file FROM archived")
    named = {row["file"] for row in rows}
    folder = folder_for(store)
    for name in set(listed(store)) - named:
        file = folder / name
        file.unlink(missing_ok=True)
        orphan_of(file).unlink(missing_ok=True)
