"""Tables beside the corpus: one row a thing that is found in articles, as a claim.

Each is written as CSV, JSON lines or Parquet, in the order of articles. The same call with the same
`as_of` gives the same bytes: no row has a number that the store gave it.
"""

import csv
import io
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Final

import msgspec

from storage.articles.corpus import Wanted
from storage.errors import StorageError
from storage.export.csv import neutralize
from storage.export.formats import compressed
from storage.export.request import Rows
from storage.sqlite.values import stamp
from storage.statements import claims, finding
from storage.statements.claims import ClaimsWanted, StoredClaim
from storage.statements.finding import Asked, Quote

FORMS: Final = ("csv", "jsonl", "parquet")
_GROUP: Final = 1000  # rows of a row group of Parquet
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns with their types, and what reads its rows."""

    unit: str  # the plural noun of what is counted
    columns: Mapping[str, type]
    read: Callable[[sqlite3.Connection, Wanted], Iterator[Row]]


_CLAIM_COLUMNS: Final = {
    "article": int,
    "revision": int,
    "source": str,
    "family": str,
    "language": str,
    "day": str,
    "said_on_how": str,
    "force": str,
    "stance": str,
    "speaker": str,
    "speaker_how": str,
    "country": str,
    "role": str,
    "condition": str,
    "is_decision": bool,
    "via": str,
    "certainty": float,
    "sure": bool,
    "paragraph": int,
    "start": int,
    "end": int,
    "sentence": str,
    "duplicate_of": int,
    "url": str,
    "page_digest": str,
    "rule": str,
    "version": str,
}
# Columns with another name than the claim's.
_CLAIM_NAMES: Final = {
    "article": "article_id",
    "speaker": "name",
    "speaker_how": "how",
    "sure": "is_sure",
}


def _claims(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[Row]:
    since = stamp(wanted.since) if wanted.since else ""
    asked = ClaimsWanted(ids=wanted.ids, as_of=wanted.as_of, relevant=bool(wanted.relevant))
    for claim in claims.stream(connection, asked):
        is_copy = wanted.unique and claim.duplicate_of is not None
        if claim.found_at > since and not is_copy:
            yield claim_facts(claim)


def claim_facts(claim: StoredClaim) -> dict[str, object]:
    """Return a claim as the columns of its table."""
    return {name: getattr(claim, _CLAIM_NAMES.get(name, name)) for name in _CLAIM_COLUMNS}


_QUOTE_COLUMNS: Final = {
    "article": int,
    "revision": int,
    "source": str,
    "family": str,
    "language": str,
    "day": str,
    "kind": str,
    "text": str,
    "speaker": str,
    "speaker_written": str,
    "speaker_how": str,
    "via": str,
    "certainty": float,
    "sure": bool,
    "paragraph": int,
    "start": int,
    "end": int,
    "before": str,
    "after": str,
    "group": int,
    "duplicate_of": int,
    "url": str,
    "page_digest": str,
    "rule": str,
    "version": str,
}
# Columns with another name than the statement's.
_QUOTE_NAMES: Final = {
    "article": "article_id",
    "speaker": "name",
    "speaker_written": "speaker",
    "speaker_how": "how",
}


def _quotes(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[Row]:
    asked = Asked(
        ids=wanted.ids,
        as_of=wanted.as_of,
        since=wanted.since,
        relevant=bool(wanted.relevant),
        copies=not wanted.unique,
        in_text_order=True,
    )
    return map(quote_facts, finding.quotes(connection, asked))


def quote_facts(quote: Quote) -> dict[str, object]:
    """Return a statement as the columns of its table; `day` is that of publication."""
    facts: dict[str, object] = {
        name: getattr(quote, _QUOTE_NAMES.get(name, name))
        for name in _QUOTE_COLUMNS
        if name != "day"
    }
    facts["day"] = f"{quote.published:%Y-%m-%d}" if quote.published else None
    return {name: facts[name] for name in _QUOTE_COLUMNS}


TABLES: Final = {
    "claims": Table("claims", _CLAIM_COLUMNS, _claims),
    "quotes": Table("statements", _QUOTE_COLUMNS, _quotes),
}


@dataclass(frozen=True, slots=True)
class TableFormat:
    """Writes a table in one of FORMS, in place of the articles."""

    table: Table
    form: str
    compression: str | None = None

    @property
    def unit(self) -> str:
        """The plural noun of what is counted, for messages."""
        return self.table.unit

    def write(self, rows: Rows, out: BinaryIO, compression: str | None) -> int:
        """Write all rows; return their number. Raises StorageError without pyarrow."""
        writers = {"csv": _write_csv, "jsonl": _write_jsonl, "parquet": _write_parquet}
        left_out = rows.withheld.articles(rows.connection)
        read = self.table.read(rows.connection, rows.wanted)
        found = (row for row in read if row["article"] not in left_out)
        with compressed(out, compression) as stream:
            return writers[self.form](_observed(found, rows), self.table, stream)


def _observed(found: Iterable[Row], rows: Rows) -> Iterator[Row]:
    """Yield rows unchanged, and record the versions of the rules that found them."""
    for row in found:
        rows.versions.rules.add(str(row["version"]))
        yield row


def _write_jsonl(rows: Iterable[Row], table: Table, out: BinaryIO) -> int:
    count = 0
    for row in rows:
        out.write(msgspec.json.encode(row) + b"\n")
        count += 1
    return count


def _write_csv(rows: Iterable[Row], table: Table, out: BinaryIO) -> int:
    """Write rows with a byte order mark; a cell that would be run as a formula is made harmless."""
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow(table.columns)
        count = 0
        for row in rows:
            writer.writerow([_cell(value) for value in row.values()])
            count += 1
        return count
    finally:
        text.detach()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return neutralize(value) if isinstance(value, str) else value


def _write_parquet(rows: Iterable[Row], table: Table, out: BinaryIO) -> int:
    """Write rows with their types. Any: pyarrow is an extra, and untyped."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as parquet
    except ModuleNotFoundError as error:
        raise StorageError("Parquet needs pyarrow: pip install 'drawdown[parquet]'") from error
    kinds: dict[type, Any] = {int: pa.int64(), str: pa.string(), float: pa.float64()}
    kinds[bool] = pa.bool_()
    schema = pa.schema([(name, kinds[kind]) for name, kind in table.columns.items()])
    count = 0
    rest = iter(rows)
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(rest, _GROUP)):
            writer.write_table(pa.Table.from_pylist([dict(row) for row in group], schema=schema))
            count += len(group)
    return count
