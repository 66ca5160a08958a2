"""The store's door: one writer, readers apart, transactions, errors in our words.

The only file that imports aiosqlite. Statements live beside their records (articles, frontier, …)
as plain functions over a `sqlite3.Connection`; here they are run in the connection's own thread.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import aiosqlite

from storage.errors import StoreBusy, StoreMissing
from storage.sqlite import corpus_view
from storage.sqlite.errors import is_mistake, translated
from storage.sqlite.lock import locked
from storage.sqlite.patience import Patience
from storage.sqlite.schema import READER_TIMEOUT, migrate, prepare, refuse_unreadable
from storage.sqlite.values import known

T = TypeVar("T")
P = ParamSpec("P")

_READ_CACHE = 65_536  # KiB of a reader: a search over a million texts looks up their lengths
# Milliseconds that SQLite itself waits for a lock: a thread that waits cannot be called off.
_WRITER_TIMEOUT = 2_000
BATCH = 100  # changes in a transaction: more buy nothing (measured)


@dataclass(slots=True)
class _Change:
    """A change that waits for its transaction, and whoever waits for the change."""

    apply: Callable[[sqlite3.Connection], Any]  # Any: each change returns what its caller wants
    done: "asyncio.Future[Any]"


class _NotBegun(Exception):
    """A transaction did not begin: nothing was applied, so all of it may be tried again."""

    def __init__(self, cause: sqlite3.OperationalError):
        super().__init__(cause)
        self.cause = cause


class Database:
    """The open store of a running crawler. Use as `async with Database.open(path) as database`."""

    def __init__(
        self,
        path: Path,
        writer: aiosqlite.Connection,
        reader: aiosqlite.Connection,
        patience: Patience,
    ):
        self.path = path
        self._writer = writer
        self._reader = reader
        self._patience = patience
        self._changes: asyncio.Queue[_Change | None] = asyncio.Queue(maxsize=10 * BATCH)

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, patience: Patience | None = None) -> AsyncIterator[Self]:
        """Open or create the store for writing, as its only writer.

        Raises StoreLocked, StoreCorrupt, StoreTooNew or StoreFull; StoreBusy where another program
        holds it for longer than `patience`, here and in every write.
        """
        patience = patience or Patience()
        with locked(path):
            writer = await _open_writer(path, patience)
            try:
                with translated(path):
                    known.begin_after(await _run(writer, corpus_view.settled))
                    reader = await _connect(path, READER_TIMEOUT)
                try:
                    async with cls(path, writer, reader, patience)._writing() as database:
                        yield database
                finally:
                    await reader.close()
            finally:
                await writer.close()

    @property
    def is_busy(self) -> bool:
        """Whether changes wait for another program that holds the store."""
        return self._patience.is_waiting

    async def read(
        self,
        query: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `query(connection, *args, **kwargs)` on the reading connection; return its result.

        Raises StorageError where the store is in trouble. A mistake in the query itself is a bug
        and raises the sqlite3.Error.
        """
        with translated(self.path, is_query=True):
            return await _run(self._reader, query, *args, **kwargs)

    async def write(
        self,
        change: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Apply `change(connection, *args, **kwargs)` in the next transaction.

        Returns the result of the change once it is committed. A change is all or nothing: when
        it raises, it alone is undone and the caller gets the error. The change of a cancelled
        caller may still be committed.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def apply(connection: sqlite3.Connection) -> T:
            return change(connection, *args, **kwargs)

        await self._changes.put(_Change(apply, done))
        return await done

    async def vacuum(self) -> bool:
        """Rewrite the file, so that nothing that was removed is left in it.

        Returns False where a reader keeps the old pages in the file.
        """
        return await _patiently(self.path, self._patience, lambda: _run(self._writer, _vacuum))

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Self]:
        writer = asyncio.create_task(self._write_batches())  # awaited below, on every path
        try:
            yield self
        finally:
            await self._changes.put(None)
            self._patience.end()
            await writer

    async def _write_batches(self) -> None:
        """Commit what waits, batch by batch, until the end marker."""
        while (first := await self._changes.get()) is not None:
            batch = [first]
            ended = False
            while len(batch) < BATCH and not self._changes.empty():
                change = self._changes.get_nowait()
                if change is None:
                    ended = True
                    break
                batch.append(change)
            await self._commit(batch)
            if ended:
                return

    async def _commit(self, batch: list[_Change]) -> None:
        try:
            with translated(self.path):
                answers = await self._apply(batch)
        except Exception as error:  # each waiting caller gets it: none may wait for ever
            answers = [error] * len(batch)
        for change, answer in zip(batch, answers, strict=True):
            if change.done.cancelled():
                continue
            if isinstance(answer, BaseException):
                change.done.set_exception(answer)
            else:
                change.done.set_result(answer)

    async def _apply(self, batch: list[_Change]) -> list[Any]:
        """Apply a batch; where its transaction cannot begin, wait and try again.

        What failed later is not tried again here: a change may have written to the archive.
        """
        while True:
            try:
                answers = await _run(self._writer, _apply, batch)
            except _NotBegun as failed:
                await _wait(self.path, self._patience, failed.cause)
            else:
                self._patience.succeed()
                return answers


def _apply(connection: sqlite3.Connection, batch: list[_Change]) -> list[Any]:
    """Apply each change inside its own savepoint of one transaction.

    BEGIN IMMEDIATE, since a deferred transaction that turns into a writer fails at once with
    SQLITE_BUSY_SNAPSHOT, whatever the timeout (safe only here, but the rule costs nothing).
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise _NotBegun(error) from error
    try:
        answers = [_apply_one(connection, change) for change in batch]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return answers


def _apply_one(connection: sqlite3.Connection, change: _Change) -> Any:
    connection.execute("SAVEPOINT change")
    try:
        answer = change.apply(connection)
    except Exception as error:
        if isinstance(error, sqlite3.DatabaseError) and not is_mistake(error):
            raise  # the disk or the file: the whole batch fails, nothing of it is stored
        connection.execute("ROLLBACK TO change")
        answer = error  # for the caller of write, who is the one to answer it
    connection.execute("RELEASE change")
    return answer


async def _open_writer(path: Path, patience: Patience) -> aiosqlite.Connection:
    """Return the writing connection, with the store brought to this version."""

    async def opened() -> aiosqlite.Connection:
        connection = await _connect(path, _WRITER_TIMEOUT)
        try:
            await _run(connection, migrate)
        except BaseException:
            await connection.close()
            raise
        return connection

    return await _patiently(path, patience, opened)


async def _patiently(path: Path, patience: Patience, attempt: Callable[[], Awaitable[T]]) -> T:
    """Do what may be done twice, again and again while another program holds the store."""
    while True:
        try:
            with translated(path):
                answer = await attempt()
        except StoreBusy as error:
            await patience.wait(error)
        else:
            patience.succeed()
            return answer


async def _wait(path: Path, patience: Patience, error: sqlite3.OperationalError) -> None:
    """Wait for a busy store. Raises StorageError for any other trouble, or at patience's end."""
    try:
        with translated(path):
            raise error
    except StoreBusy as busy:
        await patience.wait(busy)


async def _connect(path: Path, busy_timeout: int) -> aiosqlite.Connection:
    connection = aiosqlite.connect(path, isolation_level=None)
    try:
        await connection
    except BaseException:
        # Its thread is asked to end and not waited for: it would answer a loop that is closed.
        await asyncio.to_thread(connection._thread.join)
        raise
    try:
        await _run(connection, prepare, busy_timeout)
    except BaseException:
        await connection.close()  # an open connection's thread would keep the process alive
        raise
    return connection


async def _run(
    connection: aiosqlite.Connection,
    query: Callable[Concatenate[sqlite3.Connection, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run a function in the connection's thread.

    aiosqlite's public methods hop to the thread once per statement (74-190 us each); its own
    `_execute` takes any function, so a transaction costs one hop. tests/storage pins that.
    """
    raw = connection._conn
    answer: T = await connection._execute(  # type: ignore[no-untyped-call]  # untyped there
        query, raw, *args, **kwargs
    )
    return answer


def _vacuum(connection: sqlite3.Connection) -> bool:
    connection.execute("INSERT INTO search (search) VALUES ('optimize')")
    connection.execute("VACUUM")
    # The first column is 1 where a reader blocks it (SQLite, "PRAGMA wal_checkpoint").
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


@contextmanager
def open_corpus(path: str | Path) -> Iterator[sqlite3.Connection]:
    """Open a corpus for reading only, beside a running daemon if there is one.

    Raises StoreMissing, StoreCorrupt, StoreTooNew or StoreTooOld.
    """
    file = Path(path)
    if not file.is_file():
        raise StoreMissing(f"{file}: no corpus here; `drawdown once` makes one")
    with translated(file):
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA cache_size = -{_READ_CACHE}")
            refuse_unreadable(connection, file)
            yield connection
        finally:
            connection.close()


def find_damage(connection: sqlite3.Connection) -> str | None:
    """Return SQLite's first complaint about the file, or None where it is sound."""
    with suppress(StopIteration):
        complaint = str(next(iter(connection.execute("PRAGMA quick_check(1)")))[0])
        return None if complaint == "ok" else complaint
    return None
