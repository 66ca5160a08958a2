"""A removal that was interrupted is finished, and one that was never committed loses nothing."""

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from storage import forgetting
from storage.archive import removal, verify
from storage.archive.archive import Archive
from storage.archive.places import files_in, folder_for, keep, orphan_of, place_of, read
from storage.archive.records import ArchivedPage
from storage.archive.recovery import recover
from storage.records.model import Page
from storage.sqlite.database import Database, open_corpus
from tests.storage.archive.test_archive import page
from tests.support.filling import store as store_article
from tests.support.filling import visit

ADDRESS = "https://a.example/1?q=ü"


@pytest.fixture
def store(connection: sqlite3.Connection, tmp_path: Path) -> Path:
    return tmp_path / "corpus.db"


@pytest.fixture(params=["gzip", "zstd"])
def archive(request: pytest.FixtureRequest, store: Path) -> Archive:
    return Archive(folder_for(store), request.param, "drawdown/0")


def add(connection: sqlite3.Connection, archive: Archive, one: Page, **of: int) -> None:
    place = archive.append(ArchivedPage(page=one, outlet="Lantern"))
    keep(connection, place, sha256(one.body).hexdigest(), **of)


def add_articles(connection: sqlite3.Connection, archive: Archive) -> list[int]:
    found = []
    for number in range(3):
        url = f"https://a.example/{number}"
        article = store_article(connection, 1, url, visit(url, [f"T {number}."]))
        digest = sha256(page(number).body).hexdigest()
        connection.execute(
            "UPDATE revision SET page_digest = ? WHERE article_id = ?", (digest, article)
        )
        add(connection, archive, page(number), article_id=article, revision=1)
        found.append(article)
    return found


def test_what_is_removed_is_in_no_file(
    connection: sqlite3.Connection, archive: Archive, store: Path
) -> None:
    articles, folder = add_articles(connection, archive), folder_for(store)
    feeds = [page(9, body=b"<a href='https://a.example/1?a=1&amp;b=2'>"), page(8, body=b"<p>")]
    for number, one in enumerate(feeds, 1):
        connection.execute(
            "INSERT INTO poll (id, source_id, at, outcome, entries, new, known, over_cap, unusable,"
            " possible_loss, duration_ms) VALUES (?, 1, '', '', 0, 0, 0, 0, 0, 0, 0)",
            (number,),
        )
        add(connection, archive, one, poll_id=number)

    removal.remove(connection, store, [articles[1]], ["https://a.example/1?a=1&b=2"])
    removal.delete(connection, store)

    rows = connection.execute("SELECT * FROM archived ORDER BY id").fetchall()
    bodies = [read(folder, place_of(row))[0].payload for row in rows]
    assert bodies == [page(0).body, page(2).body, b"<p>"]
    assert list(verify.unnamed(connection, folder)) == []
    recover(connection, folder)
    place = archive.append(ArchivedPage(page=page(7), outlet="Lantern"))
    assert read(folder, place)[0].payload == page(7).body


def test_a_page_that_was_never_committed_is_removed_too(
    connection: sqlite3.Connection, archive: Archive, store: Path
) -> None:
    """A kill left it in the archive, in the file of another month than the page that is named."""
    articles, folder = add_articles(connection, archive), folder_for(store)
    october = page(1, fetched_at=page(1).fetched_at.replace(month=10))
    archive.append(ArchivedPage(page=october, outlet="Lantern"))
    recover(connection, folder)

    removal.remove(connection, store, [articles[1]], [ADDRESS])
    removal.delete(connection, store)

    (file,) = files_in(folder)
    assert "2026-11" in file.name


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_removal_that_was_killed_leaves_only_what_the_store_names(
    connection: sqlite3.Connection, archive: Archive, store: Path, is_committed: bool
) -> None:
    articles, folder = add_articles(connection, archive), folder_for(store)
    before = files_in(folder)
    connection.execute("BEGIN")
    removal.remove(connection, store, [articles[1]], [ADDRESS])
    assert len(files_in(folder)) == 2
    connection.execute("COMMIT" if is_committed else "ROLLBACK")

    removal.delete(connection, store)

    (file,) = files_in(folder)
    assert (file in before) != is_committed
    assert list(verify.broken(connection, folder)) == []


def test_a_file_that_is_not_there_keeps_its_rows(
    connection: sqlite3.Connection, archive: Archive, store: Path
) -> None:
    """A disk that is not mounted: what it has may come back."""
    articles = add_articles(connection, archive)
    (file,) = files_in(folder_for(store))
    away = file.rename(store.parent / "away")

    removal.remove(connection, store, [articles[1]], [ADDRESS])
    removal.delete(connection, store)
    away.rename(file)

    assert list(verify.broken(connection, folder_for(store))) == []


def test_a_record_that_cannot_be_read_does_not_stop_a_removal(
    connection: sqlite3.Connection, archive: Archive, store: Path
) -> None:
    articles, folder = add_articles(connection, archive), folder_for(store)
    row = connection.execute("SELECT * FROM archived ORDER BY id").fetchone()
    (file,) = files_in(folder)
    damaged = bytearray(file.read_bytes())
    damaged[row["offset"] + 30] ^= 0xFF
    file.write_bytes(damaged)

    removal.remove(connection, store, [articles[1]], [ADDRESS])
    removal.delete(connection, store)

    broken = [one.article_id for one in verify.broken(connection, folder)]
    assert broken == [articles[0]]


async def test_the_next_start_deletes_what_a_killed_removal_left(tmp_path: Path) -> None:
    store = tmp_path / "other.db"
    async with Database.open(store):
        pass
    folder = folder_for(store)
    (folder / "a").mkdir(parents=True)
    old, named = folder / "a/2026-10.warc.gz", folder / "a/2026-11.warc.gz"
    for file in (old, named, orphan_of(old)):
        file.write_bytes(b"an old page")
    removal.write_down(store, ["a/2026-10.warc.gz", "a/2026-11.warc.gz"])

    async with Database.open(store) as database:
        await database.write(_name_a_file, "a/2026-11.warc.gz")
        assert await forgetting.finish(database)

    assert not old.exists()
    assert not orphan_of(old).exists()
    assert named.exists()
    assert not removal.list_for(store).exists()


def _name_a_file(connection: sqlite3.Connection, name: str) -> None:
    connection.execute(
        "INSERT INTO archived (file, offset, length, digest) VALUES (?, 0, 1, '')", (name,)
    )


async def test_a_reader_keeps_a_removal_unfinished(tmp_path: Path) -> None:
    store = tmp_path / "other.db"
    async with Database.open(store) as database:
        removal.write_down(store, [])
        with open_corpus(store) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM article").fetchone()
            assert not await forgetting.finish(database)
        assert removal.list_for(store).exists()
        assert await forgetting.finish(database)
    assert not removal.list_for(store).exists()
