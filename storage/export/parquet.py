"""The corpus as Parquet, with real types: for pandas, polars, DuckDB and `datasets`.

Needs pyarrow: pip install 'drawdown[parquet]'.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from storage.corpus import CORPUS_FIELDS
from storage.errors import StorageError
from storage.model import CorpusArticle

_GROUP = 1000  # articles in a row group


def write(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write articles as they come; return how many. Raises StorageError without pyarrow."""
    pyarrow = _pyarrow()
    schema = _schema(pyarrow)
    count = 0
    with pyarrow.parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for group in _groups(articles):
            writer.write_batch(pyarrow.RecordBatch.from_pylist(group, schema))
            count += len(group)
    return count


def as_table(articles: Iterable[CorpusArticle]) -> Any:
    """Return a pyarrow table. Any: pyarrow is an extra, and untyped.

    Raises StorageError without pyarrow.
    """
    pyarrow = _pyarrow()
    schema = _schema(pyarrow)
    batches = [pyarrow.RecordBatch.from_pylist(group, schema) for group in _groups(articles)]
    return pyarrow.Table.from_batches(batches, schema)


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise StorageError("Parquet needs pyarrow: pip install 'drawdown[parquet]'") from error
    return pyarrow


def _groups(articles: Iterable[CorpusArticle]) -> Iterator[list[dict[str, Any]]]:
    """Any: values of the types of the schema."""
    rest = iter(articles)
    while group := [_row(article) for article in islice(rest, _GROUP)]:
        yield group


def _row(article: CorpusArticle) -> dict[str, Any]:
    row = {name: getattr(article, name) for name in CORPUS_FIELDS}
    row["inserts"] = [
        {"kind": i.kind.value, "text": i.text, "after": i.after} for i in article.inserts
    ]
    row["evidence"] = [
        {
            "sentence": e.sentence, "weight": e.weight, "place": e.place, "movement": e.movement,
            "mover": e.mover, "is_asked": e.is_asked, "is_denied": e.is_denied,
            "paragraph": e.paragraph, "start": e.start, "terms": list(e.terms),
        }
        for e in article.evidence
    ]  # fmt: skip
    return row


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
