"""Rows of the corpus as JSON lines, without making articles of them first.

The same bytes as an encoded `CorpusArticle` (a test holds that), in half the time: lists lie as
JSON in the store.
"""

import sqlite3
from collections.abc import Callable, Iterable

import msgspec

from storage.articles.corpus import TIMES
from storage.records.verdict import Evidence

_RAW = ("byline", "body", "captions", "inserts", "tags")
_encode = msgspec.json.Encoder().encode
_evidence = msgspec.json.Decoder(list[Evidence]).decode


def encode(row: sqlite3.Row) -> bytes:
    """Return a row as one line of JSON."""
    values: dict[str, object] = dict(row)
    for name in _RAW:
        values[name] = msgspec.Raw(row[name].encode("utf-8", "replace"))
    for name in TIMES:
        values[name] = _time(row[name])
    values["relevant"] = bool(row["relevant"])
    values["evidence"] = _evidence(row["evidence"])
    return _encode(values) + b"\n"


def _time(text: str | None) -> str | None:
    """Return a time of the store as JSON has it: without a fraction, or with microseconds."""
    if text is None:
        return None
    return f"{text[:-5]}Z" if text.endswith(".000Z") else f"{text[:-1]}000Z"


Watch = Callable[[Iterable[sqlite3.Row]], Iterable[sqlite3.Row]]
