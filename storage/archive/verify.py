"""Compares the pages that the store names with the records of the archive."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from storage.archive.places import Place, files_in, orphan_of, read


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be read, or has another page than the store names."""

    file: str
    offset: int
    article_id: int | None
    reason: str


Watch = Callable[[Iterable[sqlite3.Row]], Iterable[sqlite3.Row]]  # shows the progress


def broken(
    connection: sqlite3.Connection,
    folder: Path,
    watch: Watch = iter,
) -> Iterator[Broken]:
    """Yield every named record that is damaged, in the order of files."""
    rows = connection.execute(
        """
        SELECT archived.*, page_digest FROM archived
        LEFT JOIN revision ON revision.article_id = archived.article_id
                          AND number = archived.revision
        ORDER BY file, offset
        """
    )
    for row in watch(rows):
        reason = _wrong_with(row, folder)
        if reason is not None:
            yield Broken(
                row["file"],
                row["offset"],
                row["article_id"],
                reason,
            )


def _wrong_with(row: sqlite3.Row, folder: Path) -> str | None:
    try:
        response = read(
            folder,
            Place(
                row["file"],
                row["offset"],
                row["length"],
            ),
        )[0]
    except (ValueError, OSError) as error:
        return f"cannot be read: {error}"
    digest = sha256(response.payload).hexdigest()
    if digest != row["digest"]:
        return "its digest is another one"
    if row["article_id"] is not None and row["page_digest"] != digest:
        return "the revision names another page"
    return None


def count(connection: sqlite3.Connection) -> int:
    """Return the number of pages that the store names."""
    return int(connection.execute("SELECT count(*) FROM archived").fetchone()[0])


def unnamed(connection: sqlite3.Connection, folder: Path) -> Iterator[tuple[str, int]]:
    """Yield the files with bytes that no row names, and their number; orphans too."""
    named = {
        row["file"]: (row["start"], row["bytes"])
        for row in connection.execute(
            "SELECT file, min(offset) AS start, sum(length) AS bytes FROM archived GROUP BY file"
        )
    }
    for file in files_in(folder):
        name = str(file.relative_to(folder))
        start, size = named.get(name, (0, 0))
        over = file.stat().st_size - start - size
        if over > 0:
            yield name, over
        aside = orphan_of(file)
        if aside.is_file():
            yield f"{name}.orphan", aside.stat().st_size


def not_archived(connection: sqlite3.Connection) -> int:
    """Return the number of texts on topic without an archived page: the archive was off."""
    row = connection.execute(
        """
        SELECT count(*) FROM revision WHERE change <> 'removed'
          AND EXISTS (SELECT 1 FROM verdict WHERE verdict.article_id = revision.article_id
                      AND verdict.revision = number AND relevant)
          AND NOT EXISTS (SELECT 1 FROM archived WHERE archived.article_id = revision.article_id
                          AND archived.digest = page_digest)
        """
    ).fetchone()
    return int(row[0])
