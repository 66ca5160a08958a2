"""The archive: read back by others, whole after a crash, and without what was forgotten."""

import io
import resource
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.archive import packing, places, verify
from storage.archive.archive import Archive
from storage.archive.pages import page_of
from storage.archive.places import files_in, keep, read
from storage.archive.records import ArchivedPage
from storage.archive.records import read as read_records
from storage.errors import StoreFull
from storage.records.article import SiteProfile
from storage.records.model import FeedEntry, Page, Phases, ReadWith
from tests.support.farm import make_page
from tests.support.filling import store, visit

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


def page(number: int = 1, **fields: object) -> Page:
    body = make_page(f"Headline {number}", [f"Paragraph {number} of it."], "", furniture=60)
    values: dict[str, object] = {
        "url": f"https://a.example/{number}?q=ü", "requested_url": f"https://a.example/r{number}",
        "redirects": (f"https://a.example/r{number}",), "status": 200, "body": body,
        "headers": (("Content-Type", "text/html"), ("Content-Encoding", "br"),
                    ("Set-Cookie", "s=1"), ("X-Odd", "a\r\nInjected: b")),
        "wire_bytes": 99, "address": "192.0.2.1", "phases": Phases(total=12.0), "fetched_at": AT,
    }  # fmt: skip
    return Page(**(values | fields))  # type: ignore[arg-type]  # a test's shorthand


@pytest.fixture(params=["gzip", "zstd"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Archive, Path]:
    folder = tmp_path / "corpus.archive"
    return Archive(folder, request.param, "drawdown/0 (+me@example.org)"), folder


def kept(outlet: str, one: Page) -> ArchivedPage:
    return ArchivedPage(page=one, outlet=outlet)


def digest(one: Page) -> str:
    return sha256(one.body).hexdigest()


def test_a_page_comes_back_with_everything_around_it(written: tuple[Archive, Path]) -> None:
    archive_, folder = written
    places = [archive_.append(kept("The Påper / Lantern", page(n))) for n in range(3)]
    response, request, metadata = read(folder, places[1])

    assert places[0].file.startswith("the-påper-lantern/2026-11.warc.")
    assert response.payload == page(1).body
    assert response.headers["warc-target-uri"] == "https://a.example/1?q=ü"
    assert response.headers["warc-ip-address"] == "192.0.2.1"
    assert response.headers["warc-payload-digest"] == f"sha256:{digest(page(1))}"
    head = response.block.partition(b"\r\n\r\n")[0]
    assert b"X-Archive-Orig-Content-Encoding: br" in head
    assert b"Set-Cookie" not in head
    assert b"\r\nInjected" not in head
    assert b"User-Agent: drawdown/0 (+me@example.org)" in request.block
    assert b"redirect: https://a.example/r1" in metadata.block


def test_records_become_the_page_again(written: tuple[Archive, Path]) -> None:
    archive_, folder = written
    read_with = ReadWith(
        entry=FeedEntry(url="https://a.example/1", headline="Über", published=AT),
        site=SiteProfile(pages=4, blocks={-5: 3, 7: 1}, containers={"a > b": 4}),
        is_revisit=True,
    )
    odd = page(2, fetched_at=AT.replace(microsecond=123000), headers=(("Content-Encoding", "br"),))
    whole = ArchivedPage(page=odd, outlet="Lantern", read_with=read_with, first_seen=AT)
    archive_.append(whole)

    assert page_of(read(folder, archive_.append(whole))) == whole


def test_others_read_it(written: tuple[Archive, Path]) -> None:
    archive_, folder = written
    for number in range(3):
        archive_.append(kept("Lantern", page(number)))
    (file,) = places.files_in(folder)
    data = file.read_bytes()
    if file.name.endswith(".zst"):  # which warcio cannot open: it gets what zstd makes of it
        head = places.head_of(file)
        data = packing.PACKINGS["zstd"].unpack(data[len(head) :], head)

    found = [(r.rec_type, r.content_stream().read()) for r in ArchiveIterator(io.BytesIO(data))]
    assert [kind for kind, _ in found] == [
        "warcinfo", *["response", "request", "metadata"] * 3,
    ]  # fmt: skip
    assert [body for kind, body in found if kind == "response"] == [page(n).body for n in range(3)]


def test_a_dictionary_keeps_an_outlets_template_once(tmp_path: Path) -> None:
    sizes = {}
    for compression in ("gzip", "zstd"):
        archive_ = Archive(tmp_path / compression, compression, "x")
        places = [archive_.append(kept("Lantern", page(n))) for n in range(10)]
        sizes[compression] = sum(place.length for place in places[1:])

    assert sizes["zstd"] < sizes["gzip"] / 2


@pytest.mark.parametrize("has_first", [True, False])
def test_a_full_disk_leaves_no_half_record(
    written: tuple[Archive, Path], has_first: bool, file_size_limit: Callable[[int], None]
) -> None:
    archive_, folder = written
    lines = "".join(sha256(str(n).encode()).hexdigest() for n in range(3000)).encode()
    before = archive_.append(kept("Lantern", page(1))) if has_first else None
    file_size_limit(before.offset + before.length + 2000 if before else 50)
    with pytest.raises(StoreFull, match="nothing committed is lost"):
        archive_.append(kept("Lantern", page(2, body=lines)))

    file_size_limit(-1)
    third = archive_.append(kept("Lantern", page(3)))
    assert third.offset == (before.offset + before.length if before else third.offset)
    assert read(folder, third)[0].payload == page(3).body


@pytest.fixture
def file_size_limit() -> Iterator[Callable[[int], None]]:
    """A stand-in for a full disk: no file may become larger than so many bytes (-1: no limit)."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_a_broken_record_is_named(
    connection: sqlite3.Connection, written: tuple[Archive, Path]
) -> None:
    archive_, folder = written
    url = "https://a.example/1"
    article = store(connection, 1, url, visit(url, ["Text."]))
    connection.execute("UPDATE revision SET page_digest = ?", (digest(page(1)),))
    places = [archive_.append(kept("Lantern", page(n))) for n in range(1, 4)]
    keep(connection, places[0], digest(page(1)), article_id=article, revision=1)
    keep(connection, places[1], digest(page(2)))
    keep(connection, places[2], digest(page(1)))
    assert verify.not_archived(connection) == 0

    assert [(b.offset, b.reason) for b in verify.broken(connection, folder)] == [
        (places[2].offset, "its digest is another one")
    ]
    (file,) = files_in(folder)
    damaged = bytearray(file.read_bytes())
    damaged[places[0].offset + 40] ^= 0xFF
    file.write_bytes(bytes(damaged[: places[2].offset + 20]))
    found = {b.offset: b.reason for b in verify.broken(connection, folder)}
    assert set(found) == {places[0].offset, places[2].offset}
    assert found[places[2].offset] == "cannot be read: the file is cut short"


@pytest.mark.parametrize(
    "data", [b"WARC/1.1\r\n", b"x", b"WARC/1.1\r\nContent-Length: 9\r\n\r\nshort"]
)
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="WARC record"):
        list(read_records(data))
