"""Tables beside the corpus: read back by what others read them with."""

import csv
import io
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.articles.corpus import Wanted
from storage.export import ExportRequest, write
from storage.export.manifest import Manifest
from storage.export.tables import FORMS
from storage.records.claim import Claim, Stance
from storage.records.sayings import Sayings
from storage.sqlite import corpus_view
from tests.support.filling import store, visit

BODY = ["=Ankara says that its troops will stay in Syria."]
CLAIM = Claim(
    paragraph=0, start=0, end=48, force="turkey", stance=Stance.STAYS, speaker="Ankara",
    speaker_how="capital", speaker_country="turkey", certainty=0.85, rule="kept, own",
)  # fmt: skip


def put(connection: sqlite3.Connection, source: int, url: str) -> None:
    """Store an article with one claim."""
    seen = visit(url, BODY)
    found = Sayings(statements=(), claims=(CLAIM,), version="rules-1")
    store(connection, source, url, replace(seen, reading=replace(seen.reading, sayings=found)))


@pytest.fixture
def corpus(connection: sqlite3.Connection) -> sqlite3.Connection:
    put(connection, 1, "https://a.example/1")
    put(connection, 2, "https://b.example/2")
    return connection


def export(connection: sqlite3.Connection, form: str, **wanted: object) -> tuple[bytes, Manifest]:
    out = io.BytesIO()
    asked = Wanted(**wanted)  # type: ignore[arg-type]
    request = ExportRequest(form=form, wanted=asked, table="claims")
    manifest = write(connection, out, request)
    return out.getvalue(), manifest


def test_lines_have_the_claim_with_its_sentence(corpus: sqlite3.Connection) -> None:
    data, manifest = export(corpus, "jsonl")

    first, second = map(json.loads, data.splitlines())
    assert first["sentence"] == BODY[0]
    assert (first["speaker"], first["force"], first["stance"]) == ("Ankara", "turkey", "stays")
    assert (first["article"], second["article"], second["duplicate_of"]) == (1, 2, 1)
    assert (manifest.rows, manifest.table, manifest.rule_versions) == (2, "claims", ["rules-1"])


def test_a_sentence_that_is_a_formula_is_made_harmless(corpus: sqlite3.Connection) -> None:
    data, _ = export(corpus, "csv")

    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0]["sentence"] == f"'{BODY[0]}"
    assert rows[0]["sure"] == "true"


def test_parquet_has_types(corpus: sqlite3.Connection) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    data, _ = export(corpus, "parquet")

    table = parquet.read_table(io.BytesIO(data))
    assert table.column("certainty").to_pylist() == [0.85, 0.85]
    assert str(table.schema.field("sure").type) == "bool"


def test_unique_leaves_claims_of_copies_out(corpus: sqlite3.Connection) -> None:
    data, _ = export(corpus, "jsonl", unique=True)

    assert [json.loads(line)["article"] for line in data.splitlines()] == [1]


@pytest.mark.parametrize("form", FORMS)
def test_as_of_a_time_the_bytes_stay_the_same(connection: sqlite3.Connection, form: str) -> None:
    put(connection, 1, "https://a.example/1")
    at = corpus_view.settled(connection)
    before, _ = export(connection, form, as_of=at)
    put(connection, 2, "https://b.example/2")
    after, _ = export(connection, form, as_of=at)

    assert before == after


def test_since_a_time_has_only_what_was_found_later(corpus: sqlite3.Connection) -> None:
    later = datetime.now(UTC) + timedelta(days=1)

    assert export(corpus, "jsonl", since=later)[0] == b""
