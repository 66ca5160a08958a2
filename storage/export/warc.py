"""The archived pages of articles in one WARC 1.1 file, which `drawdown import` can read."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.archive import places, records
from storage.archive.packing import Packing, packing_of
from storage.archive.places import Place
from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.errors import StorageError

_PART = 500  # pages of one query

# The places of pages, each with the texts that were extracted from it. A page that was extracted
# again has two texts; a page that an outlet showed, replaced, and showed again has two places.
_PLACES = """
    SELECT archived.id, archived.article_id, file, offset, length, number
    FROM (SELECT * FROM archived WHERE id > :last AND article_id IS NOT NULL
          ORDER BY id LIMIT :most) AS archived
    JOIN revision ON revision.article_id = archived.article_id AND page_digest = digest
        AND number >= archived.revision
    WHERE NOT EXISTS (
        SELECT 1 FROM archived AS later
        WHERE later.article_id = archived.article_id AND later.digest = archived.digest
          AND later.revision > archived.revision AND later.revision <= number)
    ORDER BY archived.id, number
"""


class Pages:
    """The archived pages of the wanted articles."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        folder: Path,
        wanted: Wanted,
    ):
        self._connection = connection
        self._folder = folder
        self._wanted = wanted
        self._places: dict[tuple[int, int], Place] = {}

    def texts(self) -> Iterator[sqlite3.Row]:
        """Yield a row of the corpus for each page, in the order in which texts were stored.

        Pages are read in parts, so that memory stays constant. Articles without a page are left
        out.
        """
        last = 0
        while places := self._next(last):
            last = places[-1]["id"]
            rows = self._rows({row["article_id"] for row in places})
            newest = {}  # the last wanted text of each page
            for row in places:
                text = (row["article_id"], row["number"])
                if text in rows:
                    newest[row["id"]] = (text, row)

            for text, row in newest.values():
                place = Place(row["file"], row["offset"], row["length"])
                self._places[text] = place  # until the row is written, which may be much later
                yield rows[text]

    def _next(self, last: int) -> list[sqlite3.Row]:
        asked = {"last": last, "most": _PART}
        return self._connection.execute(_PLACES, asked).fetchall()

    def _rows(
        self,
        article_ids: set[int],
    ) -> dict[tuple[int, int], sqlite3.Row]:
        if self._wanted.ids is not None:
            article_ids = article_ids.intersection(self._wanted.ids)
        wanted = replace(self._wanted, ids=sorted(article_ids))
        rows = corpus.rows(self._connection, wanted)
        return {(row["id"], row["revision"]): row for row in rows}

    def write(
        self,
        texts: Iterable[sqlite3.Row],
        out: BinaryIO,
        packing: Packing,
    ) -> int:
        """Write the pages of texts as they arrive; return their number.

        Raises StorageError if a page that the store names cannot be read.
        """
        made = self._wanted.as_of or datetime.now(UTC)
        info = records.warcinfo(f"export{packing.ending}", "drawdown", made)
        head = b""
        count = 0
        for row in texts:
            found = self._records(row)
            if count == 0:  # the head of a file may have a dictionary, made from its first page
                head = packing.head(found[0])
                out.write(head + packing.pack(info, head))
            for record in found:
                out.write(packing.pack(record, head))
            count += 1

        if count == 0:
            head = packing.head(info)
            out.write(head + packing.pack(info, head))
        return count

    def _records(self, row: sqlite3.Row) -> list[bytes]:
        place = self._places.pop((row["id"], row["revision"]))
        try:
            data = places.data_at(self._folder, place)
            head = places.head_of(self._folder / place.file)
            return list(records.split(packing_of(place.file).unpack(data, head)))
        except (ValueError, OSError) as error:
            raise StorageError(
                f"{place.file} at {place.offset} (article {row['id']}): cannot be read ({error}); "
                "`drawdown verify` names every broken page"
            ) from error
