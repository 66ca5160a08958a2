"""Each format is read back by the library that others read it with, or by its own rules."""

import csv as python_csv
import gzip
import hashlib
import io
import json
import sqlite3
import xml.etree.ElementTree as xml
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.archive.packing import module
from storage.articles import revisions
from storage.articles.corpus import CORPUS_FIELDS, Wanted, stream
from storage.errors import StorageError
from storage.export import FORMATS, ExportRequest, write
from storage.export.first_schema import FIELDS
from storage.export.manifest import Manifest
from storage.sqlite import corpus_view
from storage.sqlite.values import public, to_json
from tests.support.filling import NOW, store, visit

ODD = '<b>\x00 {50%} \\_$#~^ & "quoted" \ud83d] *x* `y` سوريا\n- line | =1+1'


@pytest.fixture
def corpus(connection: sqlite3.Connection) -> sqlite3.Connection:
    plain = visit(
        "https://a.example/1?x=1&y=2", ["One paragraph.", "And another."], NOW - timedelta(days=1),
        headline="Boats & bridges", byline=("Ana Ruiz", "Bo Li"), standfirst="A standfirst.",
    )  # fmt: skip
    store(connection, 1, "https://a.example/1", plain)
    odd = visit("https://a.example/2", [ODD, "1. one", "+ two"], None, headline=ODD, byline=(ODD,))
    store(connection, 2, "https://a.example/2", odd)
    return connection


def export(
    connection: sqlite3.Connection, form: str, compression: str | None = None, **wanted: object
) -> tuple[bytes, Manifest]:
    out = io.BytesIO()
    known = Wanted(as_of=corpus_view.settled(connection), **wanted)  # type: ignore[arg-type]  # a test's shorthand
    request = ExportRequest(form=form, wanted=known, compression=compression)
    manifest = write(connection, out, request)
    return out.getvalue(), manifest


def test_braces_of_an_address_end_no_field_of_bibtex(connection: sqlite3.Connection) -> None:
    url = "https://a.example/1?q=},note={Invented}"
    store(connection, 1, url, visit(url, ["One paragraph."], NOW))
    data, _ = export(connection, "bibtex")

    assert b"url = {https://a.example/1?q=%7D,note=%7BInvented%7D}," in data
    assert data.count(b"{") == data.count(b"}")


@pytest.mark.parametrize("form", ["csv", "markdown", "ris", "bibtex"])
def test_no_control_character_of_an_older_store_reaches_a_reader(
    connection: sqlite3.Connection, form: str
) -> None:
    body = ["It \x1b[2Jclears\x9b1m the\x07 screen.\x7f"]
    seen = visit("https://a.example/1", body, NOW, headline="A \x1b]0;b\x9d headline")
    store(connection, 1, "https://a.example/1", seen)
    data, _ = export(connection, form)

    text = data.decode("utf-8-sig")
    assert [c for c in text if (c < " " and c not in "\r\n") or "\x7f" <= c < "\xa0"] == []


def _tested(form: str) -> object:
    """Return a format as a parameter; one that loads the system's libraries takes a process."""
    return pytest.param(form, marks=pytest.mark.slow) if form == "pdf" else form


def _can_set_pdf() -> bool:
    """Whether WeasyPrint and the libraries of the system that it needs are there."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


# Pages of the format warc are in tests/maintenance/test_importing.py.
OF_TEXTS = [_tested(form) for form in FORMATS if form != "warc"]


@pytest.mark.parametrize("form", OF_TEXTS)
@pytest.mark.parametrize("compression", [None, "gzip", "zstd"])
def test_the_same_call_gives_the_same_bytes_and_its_digest(
    corpus: sqlite3.Connection, form: str, compression: str | None
) -> None:
    if form == "pdf" and not _can_set_pdf():
        pytest.skip("WeasyPrint, or Pango of the system, is missing")
    data, manifest = export(corpus, form, compression)

    assert export(corpus, form, compression) == (data, manifest)
    assert manifest.sha256 == hashlib.sha256(data).hexdigest()
    assert (manifest.bytes, manifest.rows) == (len(data), 2)
    assert manifest.topic_versions == ["t-1"]


@pytest.mark.parametrize("form", [_tested(form) for form in FORMATS])
def test_an_empty_corpus_is_a_whole_file(connection: sqlite3.Connection, form: str) -> None:
    if form == "pdf" and not _can_set_pdf():
        pytest.skip("WeasyPrint, or Pango of the system, is missing")
    data, manifest = export(connection, form)

    assert manifest.rows == 0
    if form in ("jsonl", "markdown", "bibtex", "ris"):
        assert data == b""
    if form == "csl-json":
        assert json.loads(data) == []
    if form == "atom":
        xml.fromstring(data)  # noqa: S314 - our own


def test_atom_is_xml_with_every_text(corpus: sqlite3.Connection) -> None:
    feed = xml.fromstring(export(corpus, "atom")[0])  # noqa: S314 - our own
    name = {"a": "http://www.w3.org/2005/Atom"}
    first, second = feed.findall("a:entry", name)

    assert first.findtext("a:title", namespaces=name) == "Boats & bridges"
    link = first.find("a:link", name)
    assert link is not None
    assert link.get("href") == "https://a.example/1?x=1&y=2"
    assert [a.findtext("a:name", namespaces=name) for a in first.findall("a:author", name)] == [
        "Ana Ruiz", "Bo Li",
    ]  # fmt: skip
    assert "سوريا" in (second.findtext("a:content", namespaces=name) or "")


def test_csl_json_and_ris_and_bibtex(corpus: sqlite3.Connection) -> None:
    first, second = json.loads(export(corpus, "csl-json")[0])
    assert first["issued"] == {"date-parts": [[2026, 11, 24]]}
    assert first["author"] == [
        {"family": "Ruiz", "given": "Ana"},
        {"family": "Li", "given": "Bo"},
    ]
    assert "issued" not in second

    ris = export(corpus, "ris")[0].decode()
    assert ris.startswith(
        "TY  - NEWS\r\nID  - drawdown1r1\r\nTI  - Boats & bridges\r\nAU  - Ruiz, Ana\r\n"
    )
    assert ris.count("\r\nER  - \r\n") == 2
    assert all(line == "" or line[2:6] == "  - " for line in ris.split("\r\n"))

    bibtex = export(corpus, "bibtex")[0].decode()
    assert "  title = {Boats \\& bridges}," in bibtex
    assert "  author = {Ruiz, Ana and Li, Bo}," in bibtex
    bare = bibtex.replace("\\{", "").replace("\\}", "")
    assert bare.count("{") == bare.count("}")


def test_markdown_shows_the_text_and_runs_nothing(corpus: sqlite3.Connection) -> None:
    text = export(corpus, "markdown")[0].decode()

    assert text.startswith("# Boats & bridges\n\none · Ana Ruiz, Bo Li · 2026-11-24 · article 1")
    assert "\\<b\\>" in text
    assert "\n\n1\\. one\n\n\\+ two\n\n" in text


def test_parquet_has_real_types(corpus: sqlite3.Connection) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    data, _ = export(corpus, "parquet")
    table = parquet.read_table(io.BytesIO(data))
    first = table.to_pylist()[0]

    assert tuple(table.column_names) == CORPUS_FIELDS
    assert str(table.schema.field("published").type) == "timestamp[us, tz=UTC]"
    assert first["published"] == NOW - timedelta(days=1)
    assert first["body"] == ["One paragraph.", "And another."]
    assert first["evidence"][0]["sentence"] == "They leave."
    assert (first["relevant"], first["duplicate_of"]) == (True, None)


def test_compressed_files_are_opened_by_others(corpus: sqlite3.Connection) -> None:
    plain, _ = export(corpus, "jsonl")
    assert gzip.decompress(export(corpus, "jsonl", "gzip")[0]) == plain
    zstd = module()
    assert zstd.decompress(export(corpus, "jsonl", "zstd")[0]) == plain
    cells = gzip.decompress(export(corpus, "csv", "gzip")[0]).decode("utf-8-sig")
    assert len(list(python_csv.DictReader(io.StringIO(cells)))) == 2


def test_lines_are_what_an_encoded_article_is(corpus: sqlite3.Connection) -> None:
    encoded = [to_json(public(article)).encode() for article in stream(corpus)]

    assert export(corpus, "jsonl")[0].splitlines() == encoded


def test_wanted_limits_what_is_exported(corpus: sqlite3.Connection) -> None:
    assert [
        row["id"] for row in map(json.loads, export(corpus, "jsonl", ids=[2])[0].splitlines())
    ] == [2]
    assert export(corpus, "jsonl", relevant=False)[1].rows == 0


def test_each_revision_is_a_reference_of_its_own(connection: sqlite3.Connection) -> None:
    first = visit("https://a.example/1", ["One paragraph."], NOW)
    store(connection, 1, "https://a.example/1", first)
    revisions.add(connection, 1, visit("https://a.example/1", ["Another one."], NOW), number=2)
    revisions.mark_removed(connection, 1, NOW + timedelta(days=1), 410)
    for form in ("bibtex", "ris", "csl-json"):
        data, _ = export(connection, form, revisions=True)
        text = data.decode()

        assert [f"drawdown1r{number}" in text for number in (1, 2, 3)] == [True] * 3
        assert "SHA-256 of the page d" in text
        assert text.count("taken down by the outlet, seen 2026-11-26") == 1


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("+03:00", "2026-11-26"),
        ("-10:00", "2026-11-25"),
        (None, "2026-11-25"),
        ("odd", "2026-11-25"),
    ],
)
def test_a_reference_has_the_day_of_the_page(
    connection: sqlite3.Connection, zone: str | None, day: str
) -> None:
    evening = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)
    seen = visit("https://a.example/1", ["One paragraph."], evening, published_zone=zone)
    store(connection, 1, "https://a.example/1", seen)
    bibtex, _ = export(connection, "bibtex")
    ris, _ = export(connection, "ris")
    (item,) = json.loads(export(connection, "csl-json")[0])

    assert f"date = {{{day}}}," in bibtex.decode()
    assert f"DA  - {day.replace('-', '/')}" in ris.decode()
    assert item["issued"]["date-parts"] == [[int(part) for part in day.split("-")]]


def test_every_time_of_a_csv_file_has_one_form(connection: sqlite3.Connection) -> None:
    for number, moment in enumerate([NOW, NOW + timedelta(milliseconds=705)]):
        url = f"https://a.example/{number}"
        seen = visit(url, [f"Paragraph {number}."], moment, published_zone="+03:00")
        store(connection, 1, url, seen)
    text = export(connection, "csv")[0].decode("utf-8-sig")
    rows = list(python_csv.DictReader(io.StringIO(text)))

    assert [row["published"] for row in rows] == [
        "2026-11-25T12:00:00.000Z",
        "2026-11-25T12:00:00.705Z",
    ]
    assert {row["published_zone"] for row in rows} == {"+03:00"}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_analysts_programs_read_an_export_with_its_types(
    corpus: sqlite3.Connection, form: str, tmp_path: Path
) -> None:
    file = tmp_path / f"corpus.{form}"
    file.write_bytes(export(corpus, form)[0])
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    # pandas takes a name that ends so for a time in JSON lines, and in CSV where it is asked to.
    times = ["fetched_at"]

    by_pandas = {
        "csv": lambda: pandas.read_csv(file, parse_dates=times),
        "jsonl": lambda: pandas.read_json(file, lines=True),
        "parquet": lambda: pandas.read_parquet(file),
    }[form]()
    by_polars = {
        "csv": lambda: polars.read_csv(file, try_parse_dates=True),
        "jsonl": lambda: polars.read_ndjson(file),
        "parquet": lambda: polars.read_parquet(file),
    }[form]()
    by_duckdb = duckdb.sql(f"SELECT * FROM '{file}' ORDER BY id")  # noqa: S608 - our own file

    assert [str(kind)[:10] for kind in by_pandas[times].dtypes] == ["datetime64"]
    assert by_pandas["id"].tolist() == by_polars["id"].to_list() == [1, 2]
    assert by_polars["relevant"].to_list() == [True, True]
    types = dict(zip(by_duckdb.columns, map(str, by_duckdb.types), strict=True))
    assert types["id"] == "BIGINT"
    assert types["relevant"] == "BOOLEAN"
    assert types["fetched_at"].startswith("TIMESTAMP")


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_first_schema_has_its_names_and_times(
    connection: sqlite3.Connection, form: str
) -> None:
    url = "https://a.example/1?utm_source=rss"
    seen = visit(url, ["One paragraph.", "=2"], NOW, published_zone="+03:00")
    store(connection, 1, url, replace(seen, cited_url="https://a.example/1"))
    request = ExportRequest(form=form, wanted=Wanted(), schema=1)
    out = io.BytesIO()
    manifest = write(connection, out, request)
    text = out.getvalue().decode("utf-8-sig")
    row = (
        json.loads(text)
        if form == "jsonl"
        else next(iter(python_csv.DictReader(io.StringIO(text))))
    )

    assert manifest.export_schema == 1
    assert tuple(row) == FIELDS
    assert (row["url"], row["canonical_url"]) == (url, url)
    times = {"jsonl": "2026-11-25T12:00:00Z", "csv": "2026-11-25T12:00:00+00:00"}
    assert row["published"] == times[form]
    assert row["published_zone"] == {"jsonl": "+03:00", "csv": "'+03:00"}[form]


def test_the_first_schema_has_no_other_formats(corpus: sqlite3.Connection) -> None:
    request = ExportRequest(form="ris", wanted=Wanted(), schema=1)

    with pytest.raises(StorageError, match="jsonl and csv alone"):
        write(corpus, io.BytesIO(), request)
