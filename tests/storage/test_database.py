import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from storage.articles import reprocessing
from storage.articles.corpus import CORPUS_FIELDS
from storage.errors import (
    StorageError,
    StoreBusy,
    StoreCorrupt,
    StoreFull,
    StoreLocked,
    StoreMissing,
    StoreTooNew,
    StoreTooOld,
)
from storage.sqlite import schema
from storage.sqlite.database import Database, find_damage, open_corpus
from storage.sqlite.errors import translated
from storage.sqlite.patience import Patience

_INSERT = (
    "INSERT INTO robots (origin, fetched_at, expires_at, verdict, body)"
    " VALUES (?, 'now', 'later', 'allow', '')"
)


def insert(number: int):  # type: ignore[no-untyped-def]  # a change of a test's own table
    def change(connection: sqlite3.Connection) -> int:
        connection.execute(_INSERT, (number,))
        return number

    return change


def count(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM robots").fetchone()[0])


async def test_changes_are_committed_when_write_returns(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    async with Database.open(path) as database:
        answers = [await database.write(insert(n)) for n in range(3)]

        with closing(sqlite3.connect(path)) as other:
            assert count(other) == 3
        assert answers == [0, 1, 2]
        assert await database.read(count) == 3


async def test_many_writers_share_transactions_and_none_loses(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "corpus.db") as database:
        async with asyncio.TaskGroup() as group:
            for n in range(500):
                group.create_task(database.write(insert(n)))

        assert await database.read(count) == 500


async def test_a_change_that_raises_is_undone_alone(tmp_path: Path) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        insert(1)(connection)
        raise KeyError("mine")

    async with Database.open(tmp_path / "corpus.db") as database:
        async with asyncio.TaskGroup() as group:
            good = group.create_task(database.write(insert(2)))
            with pytest.raises(KeyError, match="mine"):
                await database.write(broken)
        await good

        assert await database.read(count) == 1


async def test_a_second_daemon_is_refused_and_told_why(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    async with Database.open(path):
        with pytest.raises(StoreLocked, match="another Drawdown"):
            async with Database.open(path):
                pass
    async with Database.open(path):
        pass


async def test_a_full_disk_loses_nothing_and_writing_goes_on_after(tmp_path: Path) -> None:
    def fill(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO robots (origin, fetched_at, expires_at, verdict, body)"
            " VALUES ('big', 'n', 'l', 'rules', zeroblob(9000000))"
        )

    def limit(pages: int):  # type: ignore[no-untyped-def]  # a pragma
        return lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()[
            0
        ]

    async with Database.open(tmp_path / "corpus.db") as database:
        await database.write(insert(1))
        await _run_on_writer(database, limit(100))
        with pytest.raises(StoreFull, match="free disk space"):
            await database.write(fill)
        assert await database.read(count) == 1
        await _run_on_writer(database, limit(1_000_000))
        await database.write(fill)

        assert await database.read(count) == 2


async def _run_on_writer(database: Database, change) -> None:  # type: ignore[no-untyped-def]  # a pragma
    writer = database._writer
    await writer._execute(change, writer._conn)  # type: ignore[no-untyped-call]  # outside a transaction


async def test_no_thread_is_left_when_opening_fails(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    path.write_bytes(b"this is no database at all, but long enough to be read as one" * 100)
    before = set(threading.enumerate())

    with pytest.raises(StoreCorrupt, match="damaged or not a database"):
        async with Database.open(path):
            pass

    for thread in set(threading.enumerate()) - before:
        thread.join(60)  # it ends a moment after it has closed the file

    assert set(threading.enumerate()) <= before


async def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")

    with pytest.raises(StoreTooNew, match="upgrade Drawdown"):
        async with Database.open(path):
            pass
    with pytest.raises(StoreTooNew, match="upgrade Drawdown"), open_corpus(path):
        pass


async def test_a_store_of_an_earlier_version_is_read_once_a_writer_has_opened_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "corpus.db"
    with closing(sqlite3.connect(path)) as connection:
        for number, script in schema.migrations()[:2]:
            connection.executescript(f"{script} PRAGMA user_version = {number};")

    with pytest.raises(StoreTooOld, match="brings it forward"), open_corpus(path):
        pass
    async with Database.open(path):
        pass

    with open_corpus(path) as corpus:
        names = [row["name"] for row in corpus.execute("PRAGMA table_info(corpus)")]
    assert names == list(CORPUS_FIELDS)


async def test_copies_found_by_an_earlier_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with closing(sqlite3.connect(path)) as connection:
        for number, script in schema.migrations()[:3]:
            connection.executescript(f"{script} PRAGMA user_version = {number};")
        connection.executescript(_TWO_COPIES)
    async with Database.open(path):
        pass

    with open_corpus(path) as corpus:
        edge = dict(corpus.execute("SELECT * FROM relation").fetchone())
        groups = [tuple(row) for row in corpus.execute("SELECT id, group_id FROM article")]
        families = [row["family"] for row in corpus.execute("SELECT family FROM source")]
        vias = [row["via"] for row in corpus.execute("SELECT via FROM url_alias")]
        assert reprocessing.older(corpus) == 2
    assert (edge["article_id"], edge["of"], edge["kind"], edge["lead"]) == (2, 1, "near", None)
    assert edge["found_at"] == "2026-11-25T12:00:00.123000Z"  # microseconds, as what comes later
    assert groups == [(1, 1), (2, 1)]
    assert families == ["One"]
    assert vias == ["redirect"]


_TWO_COPIES = """
    INSERT INTO source (id, name, kind, url, host, shard, added_at)
    VALUES (1, 'One', 'feed', 'https://one.example/feed', 'one.example', 0, 'now');
    INSERT INTO article VALUES (1, 'https://one.example/1', 1, 'now', 'now', 1),
                               (2, 'https://one.example/2', 1, 'now', 'now', 1);
    INSERT INTO duplicate VALUES (2, 1, 'near', 'near', 0.9, 0.9, 0.8, 0.7, 'containment-1',
                                  '2026-11-25T12:00:00.123Z');
    INSERT INTO url_alias VALUES ('https://one.example/short', 1, 'redirect');
"""


async def test_a_store_that_is_only_being_made_is_no_corpus_yet(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    sqlite3.connect(path).close()
    path.touch()

    with pytest.raises(StoreMissing, match="no corpus yet"), open_corpus(path):
        pass


async def test_a_place_that_cannot_be_written_is_a_plain_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StorageError, match="cannot be written"):
        async with Database.open(tmp_path / "file" / "corpus.db"):
            pass


async def test_reading_needs_a_corpus(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="no corpus here"), open_corpus(tmp_path / "none.db"):
        pass
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(StoreCorrupt, match="not a corpus"), open_corpus(foreign):
        pass


async def test_damage_inside_the_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    async with Database.open(path) as database:
        for n in range(300):
            await database.write(insert(n))
    with open_corpus(path) as connection:
        assert find_damage(connection) is None
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)

    with open_corpus(path) as connection:
        assert find_damage(connection) is not None


async def test_reading_never_writes(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    async with Database.open(path):
        pass

    with (
        pytest.raises(StorageError, match=r"cannot be written|readonly"),
        open_corpus(path) as connection,
    ):
        insert(1)(connection)


async def test_a_change_waits_for_another_program_and_is_stored_once(tmp_path: Path) -> None:
    reports: list[StoreBusy] = []
    has_reported = asyncio.Event()
    path = tmp_path / "corpus.db"

    def report(error: StoreBusy) -> None:
        reports.append(error)
        has_reported.set()

    async with Database.open(path, Patience(60, report)) as database:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with asyncio.timeout(60), asyncio.TaskGroup() as group:
                writing = group.create_task(database.write(insert(1)))
                await has_reported.wait()
                assert database.is_busy
                assert not writing.done()
                other.execute("ROLLBACK")
        assert (writing.result(), database.is_busy) == (1, False)
        assert await database.read(count) == 1
    assert len(reports) == 1


async def test_patience_ends_with_a_clear_error_and_writing_goes_on_after(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    async with Database.open(path, Patience(0)) as database:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy, match="another program holds it"):
                await database.write(insert(1))
        await database.write(insert(2))
        assert await database.read(count) == 1


async def test_a_store_that_is_held_is_not_brought_forward_by_force(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy, match="another program holds it"):
            async with Database.open(path, Patience(0)):
                pass
    async with Database.open(path) as database:
        assert await database.read(count) == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_BUSY_SNAPSHOT", StoreBusy), ("SQLITE_PROTOCOL", StoreBusy),
        ("SQLITE_LOCKED_SHAREDCACHE", StoreBusy), ("SQLITE_IOERR_READ", StoreBusy),
        ("SQLITE_IOERR_WRITE", StoreFull), ("SQLITE_FULL", StoreFull),
        ("SQLITE_READONLY_DIRECTORY", StoreFull), ("SQLITE_CANTOPEN_FULLPATH", StoreFull),
        ("SQLITE_CORRUPT_VTAB", StoreCorrupt), ("SQLITE_NOTADB", StoreCorrupt),
        ("SQLITE_IOERR_CORRUPTFS", StoreCorrupt), ("SQLITE_AUTH", StorageError),
    ],
)  # fmt: skip
def test_codes_of_sqlite_say_what_follows(name: str, kind: type[StorageError]) -> None:
    error = sqlite3.OperationalError("of sqlite")
    error.sqlite_errorname = name
    with pytest.raises(kind) as raised, translated(Path("corpus.db")):
        raise error

    assert type(raised.value) is kind


async def test_a_wrong_statement_is_a_bug_of_its_caller_and_of_nobody_else(tmp_path: Path) -> None:
    def wrong(connection: sqlite3.Connection) -> None:
        connection.execute("SELECT 1 FROM nowhere")

    async with Database.open(tmp_path / "corpus.db") as database:
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            await database.read(wrong)
        async with asyncio.TaskGroup() as group:
            good = group.create_task(database.write(insert(1)))
            with pytest.raises(sqlite3.OperationalError, match="nowhere"):
                await database.write(wrong)
        assert good.result() == 1


async def test_read_and_write_hand_arguments_on_after_the_connection(tmp_path: Path) -> None:
    def store(connection: sqlite3.Connection, origin: str, *, verdict: str) -> str:
        connection.execute(
            "INSERT INTO robots (origin, fetched_at, expires_at, verdict, body)"
            " VALUES (?, 'now', 'later', ?, '')",
            (origin, verdict),
        )
        return origin

    def verdict_of(connection: sqlite3.Connection, origin: str) -> str:
        query = "SELECT verdict FROM robots WHERE origin = ?"
        return str(connection.execute(query, (origin,)).fetchone()[0])

    async with Database.open(tmp_path / "corpus.db") as database:
        stored = await database.write(store, "https://a.example", verdict="allow")
        verdict = await database.read(verdict_of, stored)

    assert verdict == "allow"
