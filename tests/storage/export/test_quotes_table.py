"""The table of statements: exact words, their speakers, the same bytes as of a time."""

import csv
import io
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.articles.corpus import Wanted
from storage.export import ExportRequest, write
from storage.export.tables import FORMS
from storage.records.sayings import Sayings
from storage.records.statement import How, Span, Statement, StatementKind
from storage.sqlite import corpus_view
from storage.statements import keeping
from tests.support.filling import store, visit

BODY = ["“=The last convoy leaves in May,” Brahm said."]
SAID = Statement(
    paragraph=0, start=1, end=32, kind=StatementKind.DIRECT, speaker=Span(0, 34, 39),
    name="Edda Brahm", how=How.SURNAME, rule="after: subject verb", certainty=0.98,
)  # fmt: skip


def put(connection: sqlite3.Connection, source: int, url: str) -> None:
    seen = visit(url, BODY)
    found = Sayings(statements=(SAID,), version="rules-1")
    store(connection, source, url, replace(seen, reading=replace(seen.reading, sayings=found)))


@pytest.fixture
def corpus(connection: sqlite3.Connection) -> sqlite3.Connection:
    put(connection, 1, "https://a.example/1")
    put(connection, 2, "https://b.example/2")
    return connection


def export(connection: sqlite3.Connection, form: str, **wanted: object) -> bytes:
    out = io.BytesIO()
    asked = Wanted(**wanted)  # type: ignore[arg-type]  # a test's shorthand
    write(connection, out, ExportRequest(form=form, wanted=asked, table="quotes"))
    return out.getvalue()


def test_lines_have_the_words_in_their_place_and_the_speaker(corpus: sqlite3.Connection) -> None:
    first, second = map(json.loads, export(corpus, "jsonl").splitlines())

    assert BODY[first["paragraph"]][first["start"] : first["end"]] == first["text"]
    assert (first["speaker"], first["speaker_written"]) == ("Edda Brahm", "Brahm")
    assert (first["day"], first["sure"], first["kind"]) == ("2026-11-25", True, "direct")
    assert (second["article"], second["duplicate_of"]) == (2, 1)


def test_words_that_are_a_formula_are_made_harmless(corpus: sqlite3.Connection) -> None:
    text = export(corpus, "csv").decode("utf-8-sig")

    assert next(csv.DictReader(io.StringIO(text)))["text"] == "'=The last convoy leaves in May,"


def test_parquet_has_types(corpus: sqlite3.Connection) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")

    table = parquet.read_table(io.BytesIO(export(corpus, "parquet")))

    assert table.column("certainty").to_pylist() == [0.98, 0.98]
    assert str(table.schema.field("start").type) == "int64"


def test_unique_leaves_statements_of_copies_out(corpus: sqlite3.Connection) -> None:
    rows = [json.loads(line) for line in export(corpus, "jsonl", unique=True).splitlines()]

    assert [row["article"] for row in rows] == [1]


@pytest.mark.parametrize("form", FORMS)
def test_as_of_a_time_the_bytes_stay_the_same(connection: sqlite3.Connection, form: str) -> None:
    put(connection, 1, "https://a.example/1")
    at = corpus_view.settled(connection)
    before = export(connection, form, as_of=at)
    put(connection, 2, "https://b.example/2")
    other = replace(SAID, name="Somebody Else")
    keeping.add(connection, 1, 1, Sayings(statements=(other,), version="rules-2"))

    assert export(connection, form, as_of=at) == before
    assert export(connection, form) != before


def test_since_a_time_has_only_what_was_found_later(corpus: sqlite3.Connection) -> None:
    later = datetime.now(UTC) + timedelta(days=1)

    assert export(corpus, "jsonl", since=later) == b""


def test_only_articles_on_topic_where_asked(corpus: sqlite3.Connection) -> None:
    corpus.execute("UPDATE verdict SET relevant = 0 WHERE article_id = 1")

    rows = [json.loads(line) for line in export(corpus, "jsonl", relevant=True).splitlines()]

    assert [row["article"] for row in rows] == [2]
