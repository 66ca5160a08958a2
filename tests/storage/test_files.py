"""The files of a store that others touch: deleted, replaced, not writable, of another version."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.errors import StoreBusy, StoreFull, StoreMissing, StoreTooOld
from storage.sqlite import readonly, schema, upgrade
from storage.sqlite.database import Database, find_damage, open_corpus
from storage.sqlite.files import GROWN_LOG, LOG_BYTES, log_bytes
from tests.storage.test_database import count, insert


async def make(path: Path) -> None:
    async with Database.open(path) as database:
        await database.write(insert(1))


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
@pytest.mark.parametrize("how", ["deleted", "replaced", "moved"])
async def test_nothing_is_written_to_files_without_a_name(
    tmp_path: Path, ending: str, how: str
) -> None:
    path = tmp_path / "corpus.db"
    file = tmp_path / f"corpus.db{ending}"
    async with Database.open(path) as database:
        await database.write(insert(1))
        database.check_files()
        if how == "moved":
            file.rename(tmp_path / "away")
        else:
            file.unlink()
        if how == "replaced":
            file.write_bytes(b"")

        with pytest.raises(StoreMissing, match=f"{file}: was"):
            await database.write(insert(2))
        with pytest.raises(StoreMissing, match="nothing more is stored"):
            database.check_files()


async def test_a_log_that_was_deleted_is_saved_by_the_end_of_the_daemon(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    async with Database.open(path) as database:
        await database.write(insert(1))
        (tmp_path / "corpus.db-wal").unlink()

    with open_corpus(path) as connection:
        assert count(connection) == 1


@pytest.mark.parametrize("left", [None, b""])
async def test_a_log_without_its_database_is_left_alone(tmp_path: Path, left: bytes | None) -> None:
    path = tmp_path / "corpus.db"
    log = tmp_path / "corpus.db-wal"
    log.write_bytes(b"changes")
    if left is not None:
        path.write_bytes(left)

    with pytest.raises(StoreMissing, match=r"corpus\.db-wal has the last changes"):
        async with Database.open(path):
            pass
    with (
        pytest.raises(StoreMissing, match=r"corpus\.db-wal has the last changes"),
        open_corpus(path),
    ):
        pass

    assert log.read_bytes() == b"changes"


@pytest.mark.parametrize("may_create", [True, False])
@pytest.mark.parametrize("left", [None, b""])
async def test_no_corpus_is_begun_beside_an_archive(
    tmp_path: Path, left: bytes | None, may_create: bool
) -> None:
    """Neither by a daemon nor by a command that works over a corpus; and readers say why."""
    path = tmp_path / "corpus.db"
    page = tmp_path / "corpus.archive" / "lantern" / "2026-11.warc.gz"
    page.parent.mkdir(parents=True)
    page.write_bytes(b"pages")
    if left is not None:
        path.write_bytes(left)

    with pytest.raises(StoreMissing, match="is the archive of one"):
        async with Database.open(path, may_create=may_create):
            pass
    with pytest.raises(StoreMissing, match="is the archive of one"), open_corpus(path):
        pass

    assert not path.exists() or not path.read_bytes()


async def test_a_corpus_that_was_emptied_is_no_corpus_to_work_over(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    path.touch()

    with pytest.raises(StoreMissing, match="no corpus yet"):
        async with Database.open(path, may_create=False):
            pass

    assert path.read_bytes() == b""


async def test_a_corpus_that_lost_its_last_byte_is_damaged(tmp_path: Path) -> None:
    """SQLite reads a zero in its place."""
    path = tmp_path / "corpus.db"
    await make(path)
    with closing(sqlite3.connect(path)) as connection:  # what is cut is no part of the schema
        connection.execute("CREATE TABLE last AS SELECT zeroblob(20000) AS content")
        connection.commit()
    os.truncate(path, path.stat().st_size - 1)

    with open_corpus(path) as connection:
        assert find_damage(connection) == "the file was cut: it ends within a page"


async def test_a_command_that_needs_a_corpus_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="no corpus here"):
        async with Database.open(tmp_path / "corpus.db", may_create=False):
            pass

    assert not (tmp_path / "corpus.db").exists()


async def test_what_changes_wrote_elsewhere_is_durable_before_their_commit(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    seen = []

    def sync() -> None:
        with closing(sqlite3.connect(path)) as other:
            seen.append(count(other))

    async with Database.open(path) as database:
        database.sync_before_commit(sync)
        await database.write(insert(1))
        await database.write(insert(2))

    assert seen == [0, 1]


async def test_a_failed_sync_commits_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        raise StoreFull("archive: cannot be written")

    async with Database.open(tmp_path / "corpus.db") as database:
        database.sync_before_commit(fail)
        with pytest.raises(StoreFull, match="archive"):
            await database.write(insert(1))

        assert await database.read(count) == 0


def _fill(connection: sqlite3.Connection, number: int) -> None:
    connection.execute(
        "INSERT INTO robots (origin, fetched_at, expires_at, verdict, body)"
        " VALUES (?, 'now', 'later', 'allow', zeroblob(4000000))",
        (f"big {number}",),
    )


async def test_a_log_that_grew_beside_a_reader_is_emptied_once_it_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite.database._LOG_CHECKED_EVERY", 0.0)
    path = tmp_path / "corpus.db"
    async with Database.open(path) as database:
        with open_corpus(path) as reader:
            reader.execute("BEGIN")
            count(reader)
            for number in range(6):
                await database.write(_fill, number)
            beside_reader = log_bytes(path)
        await database.write(insert(1))
        await database.write(insert(2))  # the log is looked at after a change is answered

        assert beside_reader > GROWN_LOG
        assert log_bytes(path) <= LOG_BYTES


async def test_a_full_disk_is_named_by_the_file_that_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", fail)

    with pytest.raises(StoreFull, match=r"corpus\.db\.lock: cannot be written: No space left"):
        async with Database.open(tmp_path / "corpus.db"):
            pass


class Unwritable:
    """Makes SQLite behave as in a folder that its user may not write, whoever runs the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        real = readonly._needs_writing

        def needs_writing(connection: sqlite3.Connection) -> bool:
            real(connection)
            return True

        monkeypatch.setattr(readonly, "_needs_writing", needs_writing)


async def test_a_corpus_that_may_not_be_written_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "corpus.db"
    await make(path)
    Unwritable(monkeypatch)

    with open_corpus(path) as connection:
        assert count(connection) == 1


async def test_changes_in_a_log_that_cannot_be_read_are_never_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, copy = tmp_path / "corpus.db", tmp_path / "copy.db"
    async with Database.open(path) as database:
        await database.write(insert(1))
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", f"{copy}{ending}")
    Unwritable(monkeypatch)

    with pytest.raises(StoreFull, match=r"newest changes are in copy\.db-wal"), open_corpus(copy):
        pass


async def test_a_corpus_that_changes_while_it_is_read_so_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "corpus.db"
    await make(path)
    Unwritable(monkeypatch)

    corpus = open_corpus(path)
    count(corpus.__enter__())
    os.utime(path, ns=(1, 1))

    with pytest.raises(StoreBusy, match="read it again"):
        corpus.__exit__(None, None, None)


def old_store(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for number, script in schema.migrations()[:2]:
            connection.executescript(f"{script} PRAGMA user_version = {number};")
        connection.execute("PRAGMA journal_mode = WAL")
        insert(1)(connection)
        connection.commit()


async def test_an_upgrade_keeps_a_copy_of_the_store(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    old_store(path)

    async with Database.open(path) as database:
        copy = database.copy_before_upgrade
        assert await database.read(count) == 1
    async with Database.open(path) as database:
        assert database.copy_before_upgrade is None

    assert copy == tmp_path / "corpus.db.version-2"
    assert upgrade.copies_of(path) == [copy]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert count(connection) == 1


async def test_an_earlier_copy_is_not_replaced_and_an_empty_one_says_that_there_is_one(
    tmp_path: Path,
) -> None:
    path, copy = tmp_path / "corpus.db", tmp_path / "corpus.db.version-2"
    old_store(path)
    copy.write_bytes(b"of another time")
    async with Database.open(path) as database:
        assert database.copy_before_upgrade == tmp_path / "corpus.db.version-2-2"
    assert copy.read_bytes() == b"of another time"

    other, empty = tmp_path / "other.db", tmp_path / "other.db.version-2"
    old_store(other)
    empty.touch()
    async with Database.open(other) as database:
        assert database.copy_before_upgrade is None
    assert upgrade.copies_of(other) == [empty]


async def test_an_upgrade_without_room_for_the_copy_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "corpus.db"
    old_store(path)
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(StoreFull, match=r"corpus\.db\.version-2: no room for a copy"):
        async with Database.open(path):
            pass
    with pytest.raises(StoreTooOld), open_corpus(path):
        pass


async def test_a_store_of_another_version_is_read_for_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    old_store(path)

    with open_corpus(path, any_version=True) as connection:
        assert count(connection) == 1
