"""A removal that was interrupted is finished, and one that was never committed loses nothing."""

import sqlite3
from pathlib import Path

from storage.archive import replaced
from storage.archive.archive import folder_for, orphan_of
from storage.sqlite.database import Database, open_corpus


def _name_a_file(connection: sqlite3.Connection, name: str) -> None:
    connection.execute(
        "INSERT INTO archived (file, offset, length, digest) VALUES (?, 0, 1, '')", (name,)
    )


def _make_file(store: Path, name: str) -> Path:
    file = folder_for(store) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"an old page")
    return file


async def test_the_next_start_deletes_what_a_killed_removal_left(tmp_path: Path) -> None:
    store = tmp_path / "corpus.db"
    old, named = _make_file(store, "a/old.warc.gz"), _make_file(store, "a/named.warc.gz")
    orphan_of(old).write_bytes(b"an old page")
    replaced.write_down(store, [old, named])
    async with Database.open(store) as database:
        await database.write(_name_a_file, "a/named.warc.gz")
        assert await replaced.finish(database)
    assert not old.exists()
    assert not orphan_of(old).exists()
    assert named.exists()
    assert not replaced.list_for(store).exists()


async def test_a_reader_keeps_a_removal_unfinished(tmp_path: Path) -> None:
    store = tmp_path / "corpus.db"
    async with Database.open(store) as database:
        replaced.write_down(store, [])
        with open_corpus(store) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM article").fetchone()
            assert not await replaced.finish(database)
        assert replaced.list_for(store).exists()
        assert await replaced.finish(database)
    assert not replaced.list_for(store).exists()
