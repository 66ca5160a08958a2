"""The corpus as Parquet, with real types: for pandas, polars, DuckDB and `datasets`.

Needs pyarrow: pip install 'drawdown[parquet]'.
"""

import io
from collections.abc import Iterable
from typing import Any, BinaryIO

from storage.corpus import CORPUS_FIELDS
from storage.errors import StorageError
from storage.export.lines import grouped

_GROUP = 1000  # articles in a row group


def write(lines: Iterable[bytes], out: BinaryIO) -> int:
    """Write lines of JSON as they come; return how many. Raises StorageError without pyarrow."""
    pyarrow = _pyarrow()
    count = 0
    with pyarrow.parquet.ParquetWriter(out, _schema(pyarrow), compression="zstd") as writer:
        for size, data in grouped(lines, _GROUP):
            writer.write_table(_read(pyarrow, data))
            count += size
    return count


def as_table(lines: Iterable[bytes]) -> Any:
    """Return a pyarrow table. Any: pyarrow is an extra, and untyped.

    Raises StorageError without pyarrow.
    """
    pyarrow = _pyarrow()
    tables = [_read(pyarrow, data) for _, data in grouped(lines, _GROUP)]
    return pyarrow.concat_tables([_schema(pyarrow).empty_table(), *tables])


def _read(pyarrow: Any, data: bytes) -> Any:
    """Let pyarrow read the lines: it makes columns of them in C++."""
    return pyarrow.json.read_json(
        io.BytesIO(data),
        read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=len(data) + 1),
        parse_options=pyarrow.json.ParseOptions(
            explicit_schema=_schema(pyarrow), unexpected_field_behavior="ignore"
        ),
    )


def _pyarrow() -> Any:
    try:
        import pyarrow.json
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
