"""The daemon in this process: it outlives full disks and held locks, and stops when asked to."""

import asyncio
import io
import json
import os
import resource
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from crawler import config as configuration
from crawler import log
from crawler.daemon import daemon, daily_checks, health
from crawler.daemon.jobs import Intervals
from crawler.demo.server import Outlet, serve
from crawler.pipeline import assembly
from crawler.pipeline.assembly import Parts
from crawler.runtime import resources
from crawler.runtime.background import Backoff
from storage.articles import revisions
from storage.crawl import frontier, sources
from storage.errors import StoreCorrupt, StoreMissing, StoreTooOld
from storage.sqlite.database import Database, open_corpus
from tests.support.farm import feed_sources, make_outlets, write_config

LONG = 30  # seconds, of a test that hangs
SHORT = daemon.Pauses(full=Backoff(0.2, 0.2), busy=Backoff(0.05, 0.1), tasks=Backoff(0.05, 0.1))


@pytest.mark.slow
async def test_a_daemon_waits_for_space_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, failures = revisions.add, 0

    def full_at_first(*arguments: Any, **named: Any) -> None:  # handed through
        nonlocal failures
        if failures < 2:
            failures += 1
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorname = "SQLITE_FULL"
            raise error
        whole(*arguments, **named)

    monkeypatch.setattr(revisions, "add", full_at_first)
    outlets = make_outlets(outlets=3, articles=5, seed=4)
    async with serve(outlets) as connect_to:
        file = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            running = group.create_task(daemon.run(configuration.load(file), SHORT))
            while stored(tmp_path) < 15:  # noqa: ASYNC110 - the store tells no event
                await asyncio.sleep(0.1)
            os.kill(os.getpid(), signal.SIGTERM)
            await running

    assert failures == 2
    assert stored(tmp_path) == 15


async def test_a_second_signal_cuts_short_what_hangs(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()  # until the client goes away
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    file = write_config(
        tmp_path / "sources.toml", {"slow.example:80": place}, feed_sources({"slow.example": 1})
    )
    async with server, asyncio.timeout(20), asyncio.TaskGroup() as group:
        running = group.create_task(daemon.run(configuration.load(file)))
        await asked.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.2)
        drained_at_once = running.done()
        os.kill(os.getpid(), signal.SIGTERM)
        await running

    assert not drained_at_once
    with open_corpus(tmp_path / "corpus.db") as connection:
        (source,) = sources.statuses(connection)
        assert source.next_poll_at <= datetime.now(UTC)  # asked again at the next start


def stored(folder: Path) -> int:
    try:
        with open_corpus(folder / "corpus.db") as connection:
            return frontier.outcomes(connection).get("stored", 0)
    except (StoreMissing, StoreTooOld, sqlite3.Error):  # it is only being made
        return 0


def test_the_limit_of_open_files_is_raised_as_far_as_it_goes() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, before[1]))
        assembly.allow_sockets(300)
        raised = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        assembly.allow_sockets(before[1] + 1)
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert (raised, most) == (300, before[1])


@pytest.fixture
def log_lines() -> Callable[[str], list[dict[str, Any]]]:
    told = io.StringIO()
    log.set_up(as_json=True, out=told)

    def events(name: str) -> list[dict[str, Any]]:
        return [e for e in map(json.loads, told.getvalue().splitlines()) if e["event"] == name]

    return events


def every_second(outlets: dict[str, Outlet]) -> str:
    """Sources that are polled all the time, so that there is always something to store."""
    return feed_sources(outlets).replace('"1h"', '"1s"')


@contextmanager
def held(store: Path) -> Iterator[None]:
    """Hold the write lock of a store, as a forgotten sqlite3 shell does."""
    with closing(sqlite3.connect(store, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


async def until(holds: Callable[[], object]) -> None:
    while not holds():  # noqa: ASYNC110 - neither the log nor the store tells an event
        await asyncio.sleep(0.05)


# A store that gives up at once, so that the daemon itself has to wait.
IMPATIENT = Parts(patience=partial(resources.patience, seconds=0.0))


@pytest.mark.slow
@pytest.mark.parametrize("is_patient", [True, False])
async def test_a_daemon_waits_for_a_held_store_and_goes_on(
    tmp_path: Path, log_lines: Callable[[str], list[dict[str, Any]]], is_patient: bool
) -> None:
    parts = Parts() if is_patient else IMPATIENT
    outlets = make_outlets(outlets=3, articles=5, seed=4)
    async with serve(outlets) as connect_to, asyncio.timeout(LONG):
        file = write_config(tmp_path / "sources.toml", connect_to, every_second(outlets))
        running = asyncio.create_task(daemon.run(configuration.load(file), SHORT, parts=parts))
        await until(lambda: log_lines("visited"))
        with held(tmp_path / "corpus.db"):
            await until(lambda: len(log_lines("store busy")) >= (1 if is_patient else 2))
            assert not running.done()
        await until(lambda: stored(tmp_path) == 15)
        os.kill(os.getpid(), signal.SIGTERM)
        await running

    with closing(sqlite3.connect(tmp_path / "corpus.db")) as connection:
        assert connection.execute("SELECT count(*) FROM article").fetchone() == (15,)


@pytest.mark.slow
async def test_a_store_that_is_held_at_the_start_is_waited_for(
    tmp_path: Path, log_lines: Callable[[str], list[dict[str, Any]]]
) -> None:
    outlets = make_outlets(outlets=1, articles=2, seed=4)
    store = tmp_path / "corpus.db"
    async with Database.open(store):
        pass
    async with serve(outlets) as connect_to, asyncio.timeout(LONG):
        file = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))
        with held(store):
            running = asyncio.create_task(
                daemon.run(configuration.load(file), SHORT, parts=IMPATIENT)
            )
            await until(lambda: len(log_lines("store busy")) >= 2)
        await until(lambda: stored(tmp_path) == 2)
        os.kill(os.getpid(), signal.SIGTERM)
        await running


@pytest.mark.parametrize("is_held", [True, False])
async def test_a_stop_while_the_store_is_being_opened_is_an_end_in_order(
    tmp_path: Path, log_lines: Callable[[str], list[dict[str, Any]]], is_held: bool
) -> None:
    file = write_config(tmp_path / "sources.toml", {}, feed_sources({"a.example": 1}))
    store = tmp_path / "corpus.db"
    async with Database.open(store):
        pass
    async with asyncio.timeout(LONG):
        with held(store) if is_held else nullcontext():
            running = asyncio.create_task(daemon.run(configuration.load(file), SHORT))
            if is_held:
                await until(lambda: log_lines("store busy"))
            else:
                await asyncio.sleep(0)  # it has begun
            os.kill(os.getpid(), signal.SIGTERM)
            await running

    assert (len(log_lines("started")), len(log_lines("stopped"))) == (0, 1)


@pytest.mark.slow
async def test_a_stop_while_the_store_is_held_is_an_end_in_order(
    tmp_path: Path, log_lines: Callable[[str], list[dict[str, Any]]]
) -> None:
    outlets = make_outlets(outlets=1, articles=3, seed=4)
    async with serve(outlets) as connect_to, asyncio.timeout(LONG):
        file = write_config(tmp_path / "sources.toml", connect_to, every_second(outlets))
        running = asyncio.create_task(daemon.run(configuration.load(file), SHORT))
        await until(lambda: stored(tmp_path) == 3)
        with held(tmp_path / "corpus.db"):
            await until(lambda: log_lines("store busy"))
            os.kill(os.getpid(), signal.SIGTERM)
            await until(lambda: log_lines("draining"))
            os.kill(os.getpid(), signal.SIGTERM)
            await running

    assert log_lines("stopped")
    assert log_lines("end not noted")


@pytest.mark.slow
async def test_a_damaged_store_ends_the_daemon_with_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorname = "SQLITE_CORRUPT_INDEX"
        raise error

    monkeypatch.setattr(revisions, "add", damaged)
    outlets = make_outlets(outlets=1, articles=2, seed=4)
    async with serve(outlets) as connect_to, asyncio.timeout(LONG):
        file = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))
        with pytest.raises(StoreCorrupt, match="restore a back-up"):
            await daemon.run(configuration.load(file), SHORT)


@pytest.mark.slow
async def test_health_names_the_task_that_fails_and_the_store_that_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_database: Database) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(daily_checks, "look", broken)
    outlets = make_outlets(outlets=1, articles=2, seed=4)
    waits = daemon.Pauses(tasks=Backoff(3600, 3600))
    async with serve(outlets) as connect_to, asyncio.timeout(LONG):
        file = write_config(tmp_path / "sources.toml", connect_to, every_second(outlets))
        config = configuration.load(file)
        every = Intervals(first_checks=0.0)
        running = asyncio.create_task(daemon.run(config, waits, every=every))
        await until(lambda: stored(tmp_path) == 2)
        await until(lambda: health.examine(config, datetime.now(UTC)).problems)
        (problem,) = health.examine(config, datetime.now(UTC)).problems
        with held(tmp_path / "corpus.db"):
            await until(lambda: health.examine(config, datetime.now(UTC)).is_store_busy)
        os.kill(os.getpid(), signal.SIGTERM)
        await running

    assert "'daily checks' failed 1 times in a row" in problem
    assert "ZeroDivisionError" in problem
    assert health.examine(config, datetime.now(UTC)).tasks == ()
