"""The first schema of exports, for programs that read it: `drawdown export --schema 1`.

It has the fields, names and forms of times of version 0.1. The kind and share of a copy, and the
time of a text that was taken down, are the right ones. It is written for two minor versions after
the second schema came.
"""

import csv as python_csv
import io
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import msgspec

from storage.articles.corpus import TIMES
from storage.export import csv, lines
from storage.export.formats import compressed
from storage.export.request import Rows

FIELDS = (
    *("id", "url", "canonical_url", "source", "family", "headline", "standfirst", "byline"),
    *("published", "published_zone", "modified", "language", "body", "captions", "inserts"),
    *("credit", "wire", "section", "tags", "image", "site_name", "access", "charset"),
    *("word_count", "first_seen", "first_published", "fetched_at", "relevant", "probability"),
    *("score", "evidence", "duplicate_of", "duplicate_kind", "containment", "seen_first"),
    *("group_id", "outlets", "independent_texts", "revision", "extractor_version"),
    *("topic_version",),
)
_TIMES = frozenset(TIMES) & frozenset(FIELDS)


@dataclass(frozen=True, slots=True)
class FirstSchema:
    """A format of the first schema: `jsonl` or `csv`."""

    form: str
    unit: str = "articles"
    compression: str | None = None

    def write(self, rows: Rows, out: BinaryIO, compression: str | None) -> int:
        """Write all rows; return their number."""
        with compressed(out, compression) as stream:
            if self.form == "csv":
                return _write_csv(_records(rows), stream)
            count = 0
            for record in _records(rows):
                values = {name: _json(name, record[name]) for name in FIELDS}
                stream.write(msgspec.json.encode(values) + b"\n")
                count += 1
            return count


FIRST = {form: FirstSchema(form) for form in ("jsonl", "csv")}


def _records(rows: Rows) -> Iterator[Mapping[str, object]]:
    """Yield the rows as decoded records, under the names of the first schema."""
    for row in rows.texts():
        record: dict[str, object] = msgspec.json.decode(lines.encode(row))
        record["canonical_url"] = record["url_key"]
        record["url"] = _fetched_url(rows.connection, row["id"], row["revision"])
        yield record


def _fetched_url(connection: sqlite3.Connection, article_id: int, revision: int) -> str:
    """Return the address that a text was fetched from, which `url` was."""
    row = connection.execute(
        "SELECT url FROM revision WHERE article_id = ? AND number = ?", (article_id, revision)
    ).fetchone()
    return str(row["url"])


def _json(name: str, value: object) -> object:
    """Return a time as it was: without a fraction where that is zero, else with microseconds."""
    if name not in _TIMES or value is None:
        return value
    text = str(value)
    if text.endswith(".000Z"):
        return text.removesuffix(".000Z") + "Z"
    return text.removesuffix("Z") + "000Z"


def _write_csv(records: Iterator[Mapping[str, object]], out: BinaryIO) -> int:
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    try:
        writer = python_csv.writer(text)
        writer.writerow(FIELDS)
        count = 0
        for record in records:
            writer.writerow([_cell(name, record[name]) for name in FIELDS])
            count += 1
        return count
    finally:
        text.detach()


def _cell(name: str, value: object) -> str | int | float | None:
    if name in _TIMES and value is not None:
        return datetime.fromisoformat(str(value)).isoformat()
    if name == "published_zone" and value is not None:
        return csv.neutralize(str(value))
    if isinstance(value, list):
        value = [one["sentence"] if name == "evidence" else one for one in value]
        value = [one["text"] if name == "inserts" else one for one in value]
    return csv.cell(name, value)
