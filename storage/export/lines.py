"""Rows of the corpus as JSON lines, without the step of a `CorpusArticle`.

The bytes are those of an encoded `CorpusArticle` (a test checks that), in half the time: the store
contains lists as JSON, and times in the form in which they are exported.
"""

import sqlite3

import msgspec

from storage.records.claim import Claimed
from storage.records.statement import Quoted
from storage.records.verdict import Evidence

_JSON_FIELDS = ("byline", "body", "captions", "inserts", "tags", "changes")
_encode = msgspec.json.Encoder().encode
_evidence = msgspec.json.Decoder(list[Evidence]).decode
_claims = msgspec.json.Decoder(list[Claimed]).decode
_quotes = msgspec.json.Decoder(list[Quoted]).decode


def encode(row: sqlite3.Row) -> bytes:
    """Return a row as one line of JSON."""
    values: dict[str, object] = dict(row)
    for name in _JSON_FIELDS:
        values[name] = msgspec.Raw(row[name].encode("utf-8", "replace"))
    if row["restrictions"] is not None:
        values["restrictions"] = msgspec.Raw(row["restrictions"].encode())
    values["relevant"] = bool(row["relevant"])
    values["evidence"] = _evidence(row["evidence"])
    values["claims"] = [] if row["claims"] == "[]" else _claims(row["claims"])
    values["quotes"] = [] if row["quotes"] == "[]" else _quotes(row["quotes"])
    return _encode(values) + b"\n"
