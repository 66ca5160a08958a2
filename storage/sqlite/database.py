"""The open store: one writer, one reader, and connections that only read.

The only file that imports aiosqlite. Statements are plain functions over a `sqlite3.Connection`,
in the files of their records (articles, frontier, …); here they run in the connection's thread.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import aiosqlite

from storage.errors import StoreBusy
from storage.sqlite import corpus_view, readonly, upgrade
from storage.sqlite.batch import Change, NotBegun, apply_batch
from storage.sqlite.errors import translated
from storage.sqlite.files import (
    GROWN_LOG,
    StoreFiles,
    log_bytes,
    refuse_lost_database,
    refuse_missing_database,
)
from storage.sqlite.lock import locked
from storage.sqlite.patience import Patience
from storage.sqlite.schema import (
    READER_TIMEOUT,
    migrate,
    prepare,
    refuse_foreign,
    refuse_unreadable,
)
from storage.sqlite.space import WRITER_TIMEOUT, truncate_log, vacuum
from storage.sqlite.values import known

T = TypeVar("T")
P = ParamSpec("P")

_READ_CACHE = 65_536  # KiB of a reader: a search over a million texts reads their lengths
BATCH = 100  # changes in a transaction: more are not faster (measured)
_LOG_CHECKED_EVERY = 5.0  # seconds


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
        self._changes: asyncio.Queue[Change | None] = asyncio.Queue(maxsize=10 * BATCH)
        self._files = StoreFiles(path)
        self._sync: Callable[[], None] = _nothing_to_sync
        self._log_checked_at = 0.0  # monotonic
        self.copy_before_upgrade: Path | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path, patience: Patience | None = None, *, may_create: bool = True
    ) -> AsyncIterator[Self]:
        """Open or create the store for writing, as its only writer.

        Raises StoreLocked, StoreMissing, StoreCorrupt, StoreTooNew or StoreFull; StoreBusy where
        another program holds it for longer than `patience`, here and in every write.
        """
        patience = patience or Patience()
        if may_create:
            refuse_lost_database(path)
        else:
            refuse_missing_database(path)
        with locked(path):
            writer, copy = await _open_writer(path, patience)
            try:
                with translated(path):
                    known.begin_after(await _run(writer, corpus_view.settled))
                    reader = await _connect(path, READER_TIMEOUT)
                try:
                    database = cls(path, writer, reader, patience)
                    database.copy_before_upgrade = copy
                    async with database._writing():
                        yield database
                finally:
                    await reader.close()
            finally:
                await writer.close()

    @property
    def is_busy(self) -> bool:
        """Whether changes wait for another program that holds the store."""
        return self._patience.is_waiting

    def sync_before_commit(self, sync: Callable[[], None]) -> None:
        """Have `sync` called before each commit.

        It makes durable what the changes of a transaction wrote outside of the store.
        """
        self._sync = sync

    def check_files(self) -> None:
        """Raise StoreMissing where a file of the store was deleted or replaced since its opening.

        Every write checks that too.
        """
        self._files.check()

    async def read(
        self,
        query: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `query(connection, *args, **kwargs)` on the reading connection; return its result.

        Raises StorageError if the store cannot be read. A mistake in the query itself is a bug,
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

        Returns the result of the change once it is committed. A change that raises is undone, and
        the caller gets the error; other changes are not affected. The change of a cancelled caller
        may still be committed.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def apply(connection: sqlite3.Connection) -> T:
            return change(connection, *args, **kwargs)

        await self._changes.put(Change(apply, done))
        return await done

    async def vacuum(self) -> bool:
        """Rewrite the file, so that nothing that was removed is left in it.

        Returns False where a reader keeps the old pages in the file.
        """
        return await _patiently(self.path, self._patience, lambda: _run(self._writer, vacuum))

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
        """Commit the waiting changes in batches, until the end marker."""
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
            await self._shorten_log()
            if ended:
                return

    async def _shorten_log(self) -> None:
        """Empty a log that grew beside a reader, as soon as that reader has gone."""
        now = time.monotonic()
        if now - self._log_checked_at < _LOG_CHECKED_EVERY:
            return
        self._log_checked_at = now
        if log_bytes(self.path) > GROWN_LOG:
            with suppress(sqlite3.Error):  # it is tried again, and `health` shows a long log
                await _run(self._writer, truncate_log)

    async def _commit(self, batch: list[Change]) -> None:
        try:
            self.check_files()
            with translated(self.path):
                answers = await self._apply(batch)
        except Exception as error:  # every waiting caller gets it, else one would wait for ever
            answers = [error] * len(batch)
        for change, answer in zip(batch, answers, strict=True):
            if change.done.cancelled():
                continue
            if isinstance(answer, BaseException):
                change.done.set_exception(answer)
            else:
                change.done.set_result(answer)

    async def _apply(self, batch: list[Change]) -> list[Any]:
        """Apply a batch; if its transaction cannot begin, wait and try again.

        A later failure is not tried again, since a change may have written to the archive.
        """
        while True:
            try:
                answers = await _run(self._writer, apply_batch, batch, self._sync)
            except NotBegun as failed:
                await _wait(self.path, self._patience, failed.cause)
            else:
                self._patience.succeed()
                return answers


def _nothing_to_sync() -> None:
    """Do nothing: no change writes outside of the store."""


async def _open_writer(path: Path, patience: Patience) -> tuple[aiosqlite.Connection, Path | None]:
    """Return the writing connection, and a copy of the store if it was of an earlier version."""

    async def opened() -> tuple[aiosqlite.Connection, Path | None]:
        connection = await _connect(path, WRITER_TIMEOUT)
        try:
            copy = await _run(connection, upgrade.copy_before, path)
            await _run(connection, migrate)
        except BaseException:
            await connection.close()
            raise
        return connection, copy

    return await _patiently(path, patience, opened)


async def _patiently(path: Path, patience: Patience, attempt: Callable[[], Awaitable[T]]) -> T:
    """Repeat an attempt, which may run twice, while another program holds the store."""
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
    """Wait for a busy store. Raises StorageError for another error, or when patience ends."""
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
        # Its thread was asked to end, but nobody waited: it would call a loop that is closed.
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

    aiosqlite's public methods hop to the thread once per statement (74-190 us each); its private
    `_execute` takes any function, so that a transaction costs one hop. A test in tests/storage
    checks that.
    """
    raw = connection._conn
    answer: T = await connection._execute(  # type: ignore[no-untyped-call]  # untyped there
        query, raw, *args, **kwargs
    )
    return answer


@contextmanager
def open_corpus(path: str | Path, *, any_version: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a corpus for reading only; a daemon may write to it at the same time.

    `any_version` is for copies: the caller reads no table that a version may lack. Raises
    StoreMissing, StoreCorrupt, StoreTooNew or StoreTooOld.
    """
    file = Path(path)
    refuse_missing_database(file)
    with translated(file), readonly.opened(file) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = -{_READ_CACHE}")
        if any_version:
            refuse_foreign(connection, file)
        else:
            refuse_unreadable(connection, file)
        yield connection


def find_damage(connection: sqlite3.Connection) -> str | None:
    """Return the first complaint about the file, or None if it is sound."""
    return find_cut(connection) or _complaint_of_sqlite(connection)


def find_cut(connection: sqlite3.Connection) -> str | None:
    """Return that the file ends within a page: SQLite reads the lost bytes as zeros."""
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    size = Path(file).stat().st_size
    page_size = connection.execute("PRAGMA page_size").fetchone()[0]
    return "the file was cut: it ends within a page" if size % page_size else None


def _complaint_of_sqlite(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("PRAGMA quick_check(1)").fetchone()
    if row is None or row[0] == "ok":
        return None
    return str(row[0])
