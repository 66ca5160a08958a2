"""Archives imported: our own gives the same corpus, others' pages pass the same pipeline."""

import asyncio
import gzip
import io
import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import NAMESPACE_URL, uuid5

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli import cli
from crawler.errors import FetchError, WarcUnreadable
from crawler.maintenance.warc import read_pages
from crawler.workers.jobs import PageJob
from crawler.workers.pool import WorkerPool
from storage import export as exports
from storage.articles.corpus import Wanted
from storage.records.model import PageReading
from storage.records.outcome import Outcome
from tests.support.farm import make_page, make_text
from tests.support.small_farm import Farm, feed, story

pytestmark = pytest.mark.usefixtures("parsers_in_place")

TROOPS = (
    "The last American troops have withdrawn from their base in northern Syria, officials said."
)
AT = "2024-12-09T10:00:00.000Z"
BREAD = "The price of bread has risen for the third month in a row, bakers in the valley said."


async def fill(folder: Path) -> None:
    """Two rounds of two outlets: eight articles, one a copy, one with a revision."""
    farm = Farm(folder, general="archive_off_topic = true")
    paths = {
        "/feed": feed(*(f"/{n}" for n in range(4)), more=f"<description>{BREAD}</description>")
    }
    paths |= {f"/{n}": story(f"/{n}", seed=n) for n in range(4)}
    others = {"/feed": feed(*(f"/{n}" for n in range(3, 7)), host="b.example")}
    others |= {f"/{n}": story(f"/{n}", host="b.example", seed=n) for n in range(3, 7)}
    others["/3"] = paths["/3"]
    farm.serve_paths("a.example", paths)
    farm.serve_paths("b.example", others)
    await farm.round()
    paths["/1"] = story("/1", seed=99)
    farm.make_due()
    await farm.round()


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(folder / "sources.toml"), *arguments])


def corpus(folder: Path) -> list[dict[str, object]]:
    result = call(folder, "export", "--revisions")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled folder that nobody changes."""
    folder = tmp_path_factory.mktemp("filled")
    asyncio.run(fill(folder))
    return folder


@pytest.fixture
def filled(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "filled"))


@pytest.fixture
def empty(filled: Path, tmp_path: Path) -> Path:
    """A place for another store of the same outlets."""
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "sources.toml").write_text((filled / "sources.toml").read_text())
    return folder


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_our_own_export_gives_the_same_corpus(
    filled: Path, empty: Path, tmp_path: Path, compression: str
) -> None:
    file = tmp_path / f"pages.warc.{'gz' if compression == 'gzip' else 'zst'}"
    made = call(filled, "export", "--format", "warc", "--revisions", "--compress", compression,
                "--out", str(file))  # fmt: skip
    assert made.exit_code == 0, made.output
    assert json.loads(Path(f"{file}.manifest.json").read_text())["rows"] == 9

    result = call(empty, "import", str(file))
    assert result.exit_code == 0, result.output
    assert "9 pages: 1 revised, 8 stored" in result.stdout
    before = corpus(filled)
    assert len(before) == 9
    assert any(row["duplicate_of"] for row in before)
    assert corpus(empty) == before
    assert call(empty, "verify").exit_code == 0
    assert "9 pages: 9 known" in call(empty, "import", str(file)).stdout


def test_a_page_whose_parser_was_lost_is_imported_by_the_next_call(
    filled: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pages.warc.gz"
    call(filled, "export", "--format", "warc", "--revisions", "--out", str(file))
    works = WorkerPool.read_page

    async def lose_some_parsers(pool: WorkerPool, job: PageJob) -> PageReading:
        if job.url.endswith(("/1", "/2")):
            raise FetchError(Outcome.PARSE_TIMEOUT, job.url, "not parsed in 5 s of CPU")
        return await works(pool, job)

    monkeypatch.setattr(WorkerPool, "read_page", lose_some_parsers)
    lost = call(empty, "import", str(file))
    assert lost.exit_code == 1
    assert "9 pages: 3 not_tried, 6 stored" in lost.stdout
    assert "3 pages not tried; import it again" in lost.stderr

    monkeypatch.setattr(WorkerPool, "read_page", works)
    again = call(empty, "import", str(file))
    assert again.exit_code == 0
    assert "9 pages: 6 known, 1 revised, 2 stored" in again.stdout
    assert corpus(empty) != []
    assert {row["url"] for row in corpus(empty)} == {row["url"] for row in corpus(filled)}


def test_our_archive_is_imported_file_by_file(filled: Path, empty: Path) -> None:
    files = sorted(map(str, (filled / "corpus.archive").glob("*/*.zst")))
    assert call(empty, "import", *files).exit_code == 0
    assert {row["url"] for row in corpus(empty)} == {row["url"] for row in corpus(filled)}


def test_an_import_of_a_damaged_file_keeps_what_can_be_read_and_goes_on_later(
    filled: Path, empty: Path, tmp_path: Path
) -> None:
    file, cut = tmp_path / "pages.warc.gz", tmp_path / "cut.warc.gz"
    call(filled, "export", "--format", "warc", "--revisions", "--out", str(file))
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    result = call(empty, "import", str(cut), str(file))
    assert result.exit_code == 1
    assert f"{cut}: damaged after" in result.stderr
    first, second = result.stdout.splitlines()
    kept = int(first.split()[1])
    assert 0 < kept < 9
    assert f"{kept} known" in second
    assert corpus(empty) == corpus(filled)


def test_one_export_is_always_the_same(filled: Path) -> None:
    made = [call(filled, "export", "--format", "warc").stdout_bytes for _ in range(2)]
    assert made[0] == made[1]
    assert gzip.decompress(made[0]).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo")


def test_whoever_watches_an_export_of_pages_may_read_ahead(filled: Path) -> None:
    expected = call(filled, "export", "--format", "warc", "--revisions").stdout_bytes
    out, wanted = io.BytesIO(), Wanted(revisions=True)
    with closing(sqlite3.connect(filled / "corpus.db")) as connection:
        connection.row_factory = sqlite3.Row
        exports.write(
            connection,
            out,
            exports.ExportRequest(form="warc", wanted=wanted),
            folder=filled / "corpus.archive",
            watch=lambda rows: iter(list(rows)),
        )

    records = [gzip.decompress(made).count(b"WARC-Type: response")
               for made in (expected, out.getvalue())]  # fmt: skip
    assert records == [9, 9]


def test_a_query_chooses_pages(filled: Path) -> None:
    made = call(filled, "export", "--format", "warc", "id:2").stdout_bytes
    assert gzip.decompress(made).count(b"WARC-Type: response") == 1


def response(url: str, body: bytes, *headers: str, status: str = "200 OK", date: str = AT) -> bytes:
    """Return a packed record as other crawlers write it."""
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""])
    block = head.encode() + body
    fields = (
        "WARC/1.0", "WARC-Type: response", f"WARC-Target-URI: {url}",
        f"WARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, url)}>", f"WARC-Date: {date}",
        "Content-Type: application/http; msgtype=response", f"Content-Length: {len(block)}", "", "",
    )  # fmt: skip
    return gzip.compress("\r\n".join(fields).encode() + block + b"\r\n\r\n")


def metadata(url: str, *fields: str) -> bytes:
    """Return a packed metadata record of ours about a response."""
    block = "\r\n".join(["outlet: Lantern", *fields, ""]).encode()
    head = (
        "WARC/1.0", "WARC-Type: metadata", f"WARC-Target-URI: {url}", f"WARC-Date: {AT}",
        f"WARC-Concurrent-To: <urn:uuid:{uuid5(NAMESPACE_URL, url)}>",
        f"Content-Length: {len(block)}", "", "",
    )  # fmt: skip
    return gzip.compress("\r\n".join(head).encode() + block + b"\r\n\r\n")


def foreign(file: Path) -> None:
    """Write what another crawler brought home."""
    html, rest = "Content-Type: text/html; charset=utf-8", random.Random(5)
    page = make_page("Troops leave northern Syria", make_text(rest, on_topic=True), "")
    bread = make_page("Bread", make_text(rest, on_topic=False), "")
    file.write_bytes(b"".join([
        response("https://www.a.example/1", gzip.compress(page), html, "Content-Encoding: gzip"),
        response("https://other.example/2", bread, html),
        response("https://other.example/3", b"%PDF", "Content-Type: application/pdf"),
        response("https://other.example/4", b"gone", html, status="404 Not Found"),
        response("https://other.example/5", bread, html, status="odd"),
        response("https://other.example/6", bread, html, date="yesterday"),
    ]))  # fmt: skip


@pytest.mark.parametrize(
    ("options", "counts", "sources"),
    [
        ([], "2 stored", {"a.example", "other.example"}),
        (["--relevant"], "1 off_topic, 2 protocol, 1 stored", {"a.example"}),
    ],
)
def test_pages_of_other_crawlers(
    empty: Path, tmp_path: Path, options: list[str], counts: str, sources: set[str]
) -> None:
    file = tmp_path / "CC-NEWS.warc.gz"
    foreign(file)
    result = call(empty, "import", str(file), *options)
    assert result.exit_code == 0, result.output
    assert "1 client_error" in result.stdout
    assert "1 not_html" in result.stdout
    assert "2 protocol" in result.stdout
    assert counts in result.stdout
    rows = corpus(empty)
    assert {row["source"] for row in rows} == sources
    assert {row["first_seen"] for row in rows} == {AT}
    assert "2 known" in call(empty, "import", str(file), *options).stdout


def test_a_page_at_a_former_domain_of_an_outlet_is_the_outlets(empty: Path, tmp_path: Path) -> None:
    config = empty / "sources.toml"
    name = 'name = "a.example"\n'
    text = config.read_text()
    assert name in text
    config.write_text(text.replace(name, f'{name}former_domains = ["other.example"]\n'))
    file = tmp_path / "CC-NEWS.warc.gz"
    foreign(file)

    result = call(empty, "import", str(file))

    assert result.exit_code == 0, result.output
    assert {row["source"] for row in corpus(empty)} == {"a.example"}


def test_what_was_published_long_ago_is_not_visited_again(empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "CC-NEWS.warc.gz"
    foreign(file)
    call(empty, "import", str(file))
    status = json.loads(call(empty, "status", "--json").stdout)
    assert status["outcomes"].get("pending") is None
    again = call(empty, "once", "--json")
    assert "revisit" not in again.stdout


@pytest.mark.parametrize(
    "make",
    [
        lambda file: file.write_bytes(b"no archive at all\n" * 9),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(gzip.compress(b"WARC/1.0\r\nbroken\r\n\r\n")),
    ],
)
def test_what_is_no_archive_is_said(
    empty: Path, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    file = tmp_path / "odd.warc.gz"
    make(file)
    result = call(empty, "import", str(file))
    assert result.exit_code == 1
    assert str(file) in result.stderr
    assert not isinstance(result.exception, (ValueError, AttributeError))


BREAD_PAGE = make_page("Bread", make_text(random.Random(7), on_topic=False), "")
SOUND = [response(f"https://other.example/{n}", BREAD_PAGE.replace(b"Bread", b"Oil" * n))
         for n in (1, 2)]  # fmt: skip
NAMELESS = response("https://c.example/", BREAD_PAGE)


def without_address() -> bytes:
    lines = gzip.decompress(NAMELESS).split(b"\r\n")
    kept = [line for line in lines if not line.startswith(b"WARC-Target-URI")]
    return gzip.compress(b"\r\n".join(kept))


@pytest.mark.parametrize(
    ("bad", "outcome", "why"),
    [
        (response("http://xn--a/x", BREAD_PAGE), "bad_url", "no usable host"),
        (response("http://a..example/x", BREAD_PAGE), "bad_url", "no usable host"),
        (response(f"http://a.example/{'a' * 5000}", BREAD_PAGE), "bad_url", "longer than 2048"),
        (without_address(), "bad_url", "no WARC-Target-URI"),
        (response("http://c.example/", BREAD_PAGE, date="9999-12-31T23:59:59-23:59"),
         "protocol", "WARC-Date"),
        (response("http://c.example/", BREAD_PAGE, date="2099-01-01T00:00:00Z"),
         "protocol", "WARC-Date"),
        (response("http://c.example/", BREAD_PAGE, date="1970-01-01T00:00:00Z"),
         "protocol", "WARC-Date"),
        (response("http://c.example/", BREAD_PAGE, status="2" * 5000), "protocol", "status"),
        (gzip.compress(gzip.decompress(NAMELESS).replace(b"HTTP/1.1 200", b"HTXP/1.1 200")),
         "protocol", "status"),
    ],
    ids=["punycode", "labels", "length", "none", "end of time", "future", "before the web",
         "status", "protocol"],
)  # fmt: skip
def test_a_record_that_cannot_be_is_named_and_costs_no_other(
    empty: Path, tmp_path: Path, bad: bytes, outcome: str, why: str
) -> None:
    file = tmp_path / "odd.warc.gz"
    file.write_bytes(SOUND[0] + bad + SOUND[1])
    result = call(empty, "import", str(file))

    assert result.exit_code == 0, result.output
    assert f"3 pages: 1 {outcome}, 2 stored" in result.stdout
    assert "record refused" in result.stderr
    assert why in result.stderr


@pytest.mark.parametrize(
    "field",
    [
        f"wireBytes: {'9' * 30}", "wireBytes: -1", "fetchTimeMs: nan", "requested: not an address",
        "redirect: ::::", "redirect: http://xn--a/", "firstSeen: 9999-12-31T23:59:59-23:59",
        "firstSeen: 2099-01-01T00:00:00Z", "readWith: {", f"readWith: {'[' * 5000}",
        'readWith: {"entry": {"url": "http://xn--a/x"}}',
    ],
)  # fmt: skip
def test_metadata_that_cannot_be_is_passed_over(field: str, tmp_path: Path) -> None:
    file, url = tmp_path / "odd.warc.gz", "https://c.example/1"
    file.write_bytes(response(url, BREAD_PAGE) + metadata(url, field) + SOUND[0])
    first, second = read_pages(file, 1_000_000)

    assert (first.outlet, first.page.url, first.page.requested_url) == ("Lantern", url, url)
    assert first.page.redirects == ()
    assert first.first_seen is None
    assert first.page.wire_bytes == len(BREAD_PAGE)
    assert first.faults == (field.partition(":")[0],)
    assert second.faults == ()


def test_a_date_that_an_entry_cannot_have_is_none(tmp_path: Path) -> None:
    file, url = tmp_path / "odd.warc.gz", "https://c.example/1"
    entry = {
        "url": url,
        "published": "9999-12-31T23:59:59-23:59",
        "modified": "2024-01-01T10:00:00",
    }
    told = metadata(url, f"readWith: {json.dumps({'entry': entry})}")
    file.write_bytes(response(url, BREAD_PAGE) + told)
    (kept,) = read_pages(file, 1_000_000)

    assert kept.read_with is not None
    assert kept.read_with.entry is not None
    assert kept.read_with.entry.published is None
    assert kept.read_with.entry.modified == datetime(2024, 1, 1, 10, tzinfo=UTC)


WHOLE = b"".join(
    map(gzip.decompress, [*SOUND, metadata("https://other.example/2", "wireBytes: 7")])
)


@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=6)), min_size=1, max_size=4
    )
)
def test_a_file_with_any_damage_is_read_or_refused(changes: list[tuple[int, bytes]]) -> None:
    damaged = bytearray(WHOLE)
    for place, new in changes:
        damaged[place : place + len(new)] = new
    with TemporaryDirectory() as folder:
        file = Path(folder) / "damaged.warc"
        file.write_bytes(damaged)
        with suppress(WarcUnreadable):
            assert len(list(read_pages(file, 1_000_000))) <= 2
