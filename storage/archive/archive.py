"""The archive of a store: appended before the row that names a record is committed.

One file an outlet and month. What was appended for a change that was never committed is set
aside when the archive is opened.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.archive import records
from storage.archive.packing import PACKINGS, Packing, packing_of
from storage.archive.records import ArchivedPage, Record
from storage.errors import StoreFull, StoreMissing
from storage.records.model import Page
from storage.sqlite.values import to_json


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records of a page lie."""

    file: str
    offset: int
    length: int


def folder_for(store: Path) -> Path:
    """Return where the archive of a store lies."""
    return store.with_name(f"{store.stem}.archive")


class Archive:
    """Appends pages. Used in the writer's thread alone."""

    def __init__(self, folder: Path, compression: str, user_agent: str):
        self._folder = folder
        self._packing: Packing = PACKINGS[compression]
        self._user_agent = user_agent

    def append(self, kept: ArchivedPage) -> Place:
        """Write the records of a page, and flush them. Raises StoreFull."""
        try:
            return self._append(kept, records.of_page(kept, self._user_agent))
        except OSError as error:
            raise StoreFull(
                f"{self._folder}: cannot be written ({error}); free disk space or fix its "
                "permissions, nothing committed is lost"
            ) from error

    def _append(self, kept: ArchivedPage, found: Sequence[bytes]) -> Place:
        name = f"{_slug(kept.outlet)}/{kept.page.fetched_at:%Y-%m}{self._packing.ending}"
        file = self._folder / name
        if not file.is_file():
            self._begin(file, name, kept.page, found[0])
        head = head_of(file)
        data = b"".join(self._packing.pack(record, head) for record in found)
        return Place(name, _append_whole(file, data), len(data))

    def _begin(self, file: Path, name: str, page: Page, sample: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        head = self._packing.head(sample)
        info = records.warcinfo(name, self._user_agent, page.fetched_at)
        _append_whole(file, head + self._packing.pack(info, head))


def _append_whole(file: Path, data: bytes) -> int:
    """Append all of it or nothing: half a record hides those behind it. Return where it begins.

    Raises OSError.
    """
    size = file.stat().st_size if file.is_file() else 0
    try:
        with file.open("ab") as out:
            out.write(data)
    except OSError:
        if size:
            os.truncate(file, size)
        else:
            file.unlink(missing_ok=True)
        raise
    return size


def _slug(outlet: str) -> str:
    """Return an outlet's name as a folder: letters and digits, of any script, and hyphens."""
    slug = re.sub(r"[^\w]+", "-", outlet.lower()).strip("-_")[:80]
    return slug or "outlet"


def head_of(file: Path) -> bytes:
    """Return the head of a file, with the dictionary if it has one. Raises ValueError, OSError."""
    packing = packing_of(file.name)
    with file.open("rb") as stream:
        length = packing.head_length(stream.read(8))
        stream.seek(0)
        return stream.read(length)


def keep(
    connection: sqlite3.Connection,
    place: Place,
    digest: str,
    *,
    article_id: int | None = None,
    revision: int | None = None,
    poll_id: int | None = None,
) -> None:
    """Name a place in the store."""
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
    data, head = data_at(folder, place), head_of(folder / place.file)
    found = list(records.read(packing_of(place.file).unpack(data, head)))
    if not found or found[0].headers.get("warc-type") != "response":
        raise ValueError("no response at this place")
    return found


def recover(connection: sqlite3.Connection, folder: Path) -> None:
    """Set aside what no row names: it was never committed, or its store is an older copy.

    It goes into a file `.orphan` beside, so that the archive is whole and nothing is lost.
    """
    ends = {
        row["file"]: row["end"]
        for row in connection.execute(
            "SELECT file, max(offset + length) AS end FROM archived GROUP BY file"
        )
    }
    for file in files_in(folder):
        end = ends.get(str(file.relative_to(folder)), 0)
        if file.stat().st_size > end:
            with file.open("r+b") as stream, orphan_of(file).open("ab") as aside:
                stream.seek(end)
                shutil.copyfileobj(stream, aside)
                aside.flush()
                stream.truncate(end)
        if not end:
            file.unlink()


def orphan_of(file: Path) -> Path:
    """Return where what is set aside of a file lies."""
    return file.with_name(f"{file.name}.orphan")


def files_in(folder: Path) -> list[Path]:
    """Return the files of an archive."""
    endings = tuple(packing.ending for packing in PACKINGS.values())
    return sorted(file for file in folder.glob("*/*") if file.name.endswith(endings))


def refuse_without_store(store: Path) -> None:
    """Raise StoreMissing where an archive is here whose corpus is not.

    A new corpus beside it would name none of its pages. The reason is a wrong path, a disk that is
    not mounted, or a file that was deleted.
    """
    is_missing = not store.is_file() or store.stat().st_size == 0
    folder = folder_for(store)
    if is_missing and files_in(folder):
        raise StoreMissing(
            f"{store}: there is no corpus, but {folder} is the archive of one; put the corpus back "
            "(a disk that is not mounted? a backup?), or move the archive away to begin another"
        )


def remove(
    connection: sqlite3.Connection,
    folder: Path,
    article_ids: Sequence[int],
    addresses: Iterable[str],
) -> list[Path]:
    """Rewrite the files of some articles without them; return the old files.

    Feeds that show one of the addresses go with them. The old files are to be deleted once the
    change is committed; until then both are there.
    """
    doomed = [
        row["id"]
        for row in connection.execute(
            "SELECT id FROM archived WHERE article_id IN (SELECT value FROM json_each(?))",
            (to_json(list(article_ids)),),
        )
    ]
    doomed += _feeds_with(connection, folder, [address.encode() for address in addresses])
    names = [
        row["file"]
        for row in connection.execute(
            "SELECT DISTINCT file FROM archived WHERE id IN (SELECT value FROM json_each(?))",
            (to_json(doomed),),
        )
    ]
    connection.executemany("DELETE FROM archived WHERE id = ?", [(row,) for row in doomed])
    for name in names:
        _rewrite(connection, folder, name)
    return [folder / name for name in names]


def _feeds_with(
    connection: sqlite3.Connection, folder: Path, addresses: Sequence[bytes]
) -> list[int]:
    """Return the rows of feeds that show an address; one that cannot be read goes too."""
    found = []
    for row in connection.execute("SELECT * FROM archived WHERE poll_id IS NOT NULL"):
        try:
            payload = read(folder, Place(row["file"], row["offset"], row["length"]))[0].payload
        except (ValueError, OSError):
            found.append(row["id"])
            continue
        plain = payload.replace(b"&amp;", b"&")
        if any(address in plain for address in addresses):
            found.append(row["id"])
    return found


def _rewrite(connection: sqlite3.Connection, folder: Path, name: str) -> None:
    """Pack what is left of a file into a new one: the old dictionary may hold what has to go."""
    kept = connection.execute(
        "SELECT * FROM archived WHERE file = :file ORDER BY offset", {"file": name}
    ).fetchall()
    if not kept:
        return
    packing, old_head = packing_of(name), head_of(folder / name)
    new, head = _next_name(folder, name), b""
    with (folder / name).open("rb") as source, (folder / new).open("xb") as out:
        for row in kept:
            source.seek(row["offset"])
            unpacked = packing.unpack(source.read(row["length"]), old_head)
            found = list(records.split(unpacked))
            if not out.tell():
                head = packing.head(found[0])
                out.write(head)
            offset = out.tell()
            out.write(b"".join(packing.pack(record, head) for record in found))
            connection.execute(
                "UPDATE archived SET file = ?, offset = ?, length = ? WHERE id = ?",
                (new, offset, out.tell() - offset, row["id"]),
            )


def _next_name(folder: Path, name: str) -> str:
    stem, ending = name.split(".warc", 1)
    number = 2
    while (folder / f"{stem}-{number}.warc{ending}").exists():
        number += 1
    return f"{stem}-{number}.warc{ending}"
