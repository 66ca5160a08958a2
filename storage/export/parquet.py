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
# Columns with few different values. For the others a dictionary is built, and then not used.
_REPEATED = (
    "source",
    "family",
    "outlet_kind",
    "alignment",
    "leaning",
    "owner",
    "country",
    "outlet_group",
    "published_zone",
    "language",
    "credit",
    "wire",
    "section",
    "site_name",
    "access",
    "license",
    "copyright",
    "copyright_holder",
    "usage_info",
    "tdm_policy",
    "charset",
    "duplicate_kind",
    "extractor_version",
    "topic_version",
)
_INTEGERS = (
    "id",
    "word_count",
    "max_snippet",
    "duplicate_of",
    "seen_first",
    "group_id",
    "outlets",
    "independent_texts",
    "revision",
)
_NUMBERS = ("probability", "score", "containment")
_TEXTS = ("byline", "body", "captions", "tags", "changes", "restrictions")
_LISTS = (*_TEXTS, "inserts", "evidence", "quotes", "claims")
_decode = msgspec.json.Decoder().decode


def write(rows: Iterable[sqlite3.Row], out: BinaryIO) -> int:
    """Write rows as they arrive; return their number. Raises StorageError without pyarrow."""
    pyarrow = _pyarrow()
    schema = _schema(pyarrow)
    count = 0
    with pyarrow.parquet.ParquetWriter(
        out,
        schema,
        compression="zstd",
        use_dictionary=list(_REPEATED),
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
    """Return rows as a table. Any: as above."""
    names = group[0].keys()
    columns = dict(zip(names, zip(*group, strict=True), strict=True))
    arrays = []
    for field in schema:
        values = columns[field.name]
        arrays.append(_column(pyarrow, field.name, values, field.type))
    return pyarrow.table(arrays, schema=schema)


def _column(
    pyarrow: Any,
    name: str,
    values: Sequence[Any],
    kind: Any,
) -> Any:
    """Return the values of the store as a column. Any: as above."""
    if name in TIMES:
        return pyarrow.array(values, pyarrow.string()).cast(kind)
    if name in _LISTS:
        return pyarrow.array(list(map(_list_of, values)), kind)
    if name == "relevant":
        return pyarrow.array([value == 1 for value in values], kind)
    return pyarrow.array(values, kind)


def _list_of(column: str | None) -> Any:
    """Return a list of the store. Any: JSON; most lists are empty, and decoding costs more."""
    if column is None:
        return None
    return [] if column == "[]" else _decode(column)


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise StorageError("Parquet needs pyarrow: pip install 'drawdown[parquet]'") from error
    return pyarrow


def _schema(pa: Any) -> Any:
    """Return the type of each column. Any: pyarrow is an extra, and untyped."""
    text = pa.string()
    integer = pa.int64()
    number = pa.float64()
    boolean = pa.bool_()
    insert = pa.struct([("kind", text), ("text", text), ("after", integer)])
    evidence = pa.struct(
        [
            ("sentence", text),
            ("probability", number),
            ("reasons", pa.list_(text)),
            ("weight", number),
            ("place", text),
            ("movement", text),
            ("mover", text),
            ("is_asked", boolean),
            ("is_denied", boolean),
            ("paragraph", integer),
            ("start", integer),
            ("terms", pa.list_(text)),
        ]
    )
    quoted = pa.struct(
        [
            ("text", text),
            ("kind", text),
            ("speaker", text),
            ("how", text),
            ("via", text),
            ("certainty", number),
            ("paragraph", integer),
            ("start", integer),
            ("end", integer),
            ("group", integer),
        ]
    )
    claimed = pa.struct(
        [
            ("sentence", text),
            ("force", text),
            ("stance", text),
            ("speaker", text),
            ("country", text),
            ("condition", text),
            ("said_on", text),
            ("via", text),
            ("certainty", number),
            ("paragraph", integer),
            ("start", integer),
            ("end", integer),
        ]
    )
    special = {
        **dict.fromkeys(_INTEGERS, integer),
        **dict.fromkeys(_TEXTS, pa.list_(text)),
        **dict.fromkeys(TIMES, pa.timestamp("us", tz="UTC")),
        **dict.fromkeys(_NUMBERS, number),
        "relevant": boolean,
        "inserts": pa.list_(insert),
        "evidence": pa.list_(evidence),
        "quotes": pa.list_(quoted),
        "claims": pa.list_(claimed),
    }
    return pa.schema([(name, special.get(name, text)) for name in CORPUS_FIELDS])
