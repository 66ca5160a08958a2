"""The corpus as Parquet, with real types: for pandas, polars, DuckDB and `datasets`.

Needs pyarrow: pip install 'drawdown[parquet]'.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from storage.articles.corpus import CORPUS_FIELDS, TIMES
from storage.errors import StorageError

_GROUP = 1000  # articles in a row group
# Columns in which values repeat: of the others a dictionary would only be built and thrown away.
_REPEATED = (
    "source", "family", "published_zone", "language", "credit", "wire", "section", "site_name",
    "access", "charset", "duplicate_kind", "extractor_version", "topic_version",
)  # fmt: skip
_decode = msgspec.json.Decoder().decode
_LISTS = ("byline", "body", "captions", "inserts", "tags", "evidence")


def write(rows: Iterable[sqlite3.Row], out: BinaryIO) -> int:
    """Write rows as they come; return how many. Raises StorageError without pyarrow."""
    pyarrow = _pyarrow()
    schema, count = _schema(pyarrow), 0
    with pyarrow.parquet.ParquetWriter(
        out, schema, compression="zstd", use_dictionary=list(_REPEATED)
    ) as writer:
        for group in _groups(rows):
            writer.write_table(_table(pyarrow, schema, group))
            count += len(group)
    return count


def as_table(rows: Iterable[sqlite3.Row]) -> Any:
    """Return a pyarrow table. Any: pyarrow is an extra, and untyped.

    Raises StorageError without pyarrow.
    """
    pyarrow = _pyarrow()
    schema = _schema(pyarrow)
    tables = [_table(pyarrow, schema, group) for group in _groups(rows)]
    return pyarrow.concat_tables([schema.empty_table(), *tables])


def _groups(rows: Iterable[sqlite3.Row]) -> Iterator[list[sqlite3.Row]]:
    rest = iter(rows)
    while group := list(islice(rest, _GROUP)):
        yield group


def _table(pyarrow: Any, schema: Any, group: Sequence[sqlite3.Row]) -> Any:
    """Make columns of rows. Any: as above."""
    columns = dict(zip(group[0].keys(), zip(*group, strict=True), strict=True))
    arrays = [_column(pyarrow, field.name, columns[field.name], field.type) for field in schema]
    return pyarrow.table(arrays, schema=schema)


def _column(pyarrow: Any, name: str, values: Sequence[Any], kind: Any) -> Any:
    """Make one column, of values as they lie in the store. Any: as above."""
    if name in TIMES:
        return pyarrow.array(values, pyarrow.string()).cast(kind)
    if name in _LISTS:
        return pyarrow.array([[] if v == "[]" else _decode(v) for v in values], kind)
    if name == "relevant":
        return pyarrow.array([value == 1 for value in values], kind)
    return pyarrow.array(values, kind)


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise StorageError("Parquet needs pyarrow: pip install 'drawdown[parquet]'") from error
    return pyarrow


def _schema(pa: Any) -> Any:
    """Any: pyarrow is an extra, and untyped."""
    text, texts, whole = pa.string(), pa.list_(pa.string()), pa.int64()
    moment, number = pa.timestamp("us", tz="UTC"), pa.float64()
    special = {
        **dict.fromkeys(("id", "word_count", "duplicate_of", "seen_first", "group_id", "outlets",
                         "independent_texts", "revision"), whole),
        **dict.fromkeys(("byline", "body", "captions", "tags"), texts),
        **dict.fromkeys(("published", "modified", "first_seen", "first_published", "fetched_at"),
                        moment),
        **dict.fromkeys(("score", "containment"), number),
        "relevant": pa.bool_(),
        "inserts": pa.list_(pa.struct([("kind", text), ("text", text), ("after", whole)])),
        "evidence": pa.list_(pa.struct([
            ("sentence", text), ("weight", number), ("place", text), ("movement", text),
            ("mover", text), ("is_asked", pa.bool_()), ("is_denied", pa.bool_()),
            ("paragraph", whole), ("start", whole), ("terms", texts),
        ])),
    }  # fmt: skip
    return pa.schema([(name, special.get(name, text)) for name in CORPUS_FIELDS])
