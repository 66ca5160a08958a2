"""The daemon in this process: it outlives full disks and held locks, and stops when asked to."""

import asyncio
import os
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from crawler import config as configuration
from crawler import log
from crawler.daemon import daemon, health
from crawler.demo.server import Outlet
from crawler.pipeline import assembly
from crawler.runtime import resources
from crawler.runtime.background import Backoff
from storage.articles import revisions
from storage.crawl import frontier, sources
from storage.errors import StoreCorrupt, StoreMissing, StoreTooOld
from storage.sqlite.database import Database, open_corpus
from tests.support import virtual
from tests.support.farm import feed_sources, make_outlets, write_config
from tests.support.in_memory import parts_of
from tests.support.inside import STUCK_SECONDS, EventLog, daemon_inside
from tests.support.simulated import START, Simulation, simulate

SHORT = daemon.Pauses(
    full=Backoff(0.2, 0.2), busy=Backoff(0.05, 0.1), tasks=Backoff(0.05, 0.1), last_note=0.1
)
# A store that gives up at once, so that the daemon itself has to wait.
IMPATIENT = partial(resources.patience, seconds=0.0)


def stored(folder: Path) -> int:
    try:
        with open_corpus(folder / "corpus.db") as connection:
            return frontier.outcomes(connection).get("stored", 0)
    except (StoreMissing, StoreTooOld, sqlite3.Error):  # it is only being made
        return 0


def test_a_daemon_waits_for_space_and_goes_on(
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

    async def until_all_are_stored(simulation: Simulation) -> None:
        await simulation.lines.until(lambda: stored(tmp_path) == 15)

    monkeypatch.setattr(revisions, "add", full_at_first)
    outlets = make_outlets(outlets=3, articles=5, seed=4)
    file = write_config(tmp_path / "sources.toml", {}, feed_sources(outlets))
    lines = simulate(file, outlets, until_all_are_stored)

    assert failures == 2
    assert len(lines.events("store full")) == 2


def test_a_second_signal_cuts_short_what_hangs(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=1, articles=1, seed=4)
    file = write_config(tmp_path / "sources.toml", {}, feed_sources(outlets))
    moments = []

    async def signal_twice(simulation: Simulation) -> None:
        await simulation.until_time(START + timedelta(seconds=2))  # the feed is asked for
        os.kill(os.getpid(), signal.SIGTERM)
        await simulation.until_time(START + timedelta(seconds=4))
        assert simulation.lines.events("draining")
        assert not simulation.lines.events("stopped")
        os.kill(os.getpid(), signal.SIGTERM)
        await simulation.lines.until(lambda: simulation.lines.events("stopped"))
        moments.append(datetime.now(UTC))

    simulate(file, outlets, signal_twice, latency=3600.0)

    assert moments[0] < START + timedelta(seconds=6)
    with open_corpus(tmp_path / "corpus.db") as connection:
        (source,) = sources.statuses(connection)
        assert source.next_poll_at is not None
        assert source.next_poll_at <= moments[0]  # asked again at the next start


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


# SQLite waits for a lock by the clock of the machine, and so do these: seconds each.


@pytest.mark.slow
@pytest.mark.parametrize("is_patient", [True, False])
async def test_a_daemon_waits_for_a_held_store_and_goes_on(
    tmp_path: Path, is_patient: bool
) -> None:
    outlets = make_outlets(outlets=3, articles=5, seed=4)
    parts = parts_of(outlets)
    parts = parts if is_patient else replace(parts, patience=IMPATIENT)
    file = write_config(tmp_path / "sources.toml", {}, every_second(outlets))
    async with daemon_inside(file, SHORT, parts=parts) as lines:
        await lines.until(lambda: lines.events("visited"))
        with held(tmp_path / "corpus.db"):
            await lines.until(lambda: len(lines.events("store busy")) >= (1 if is_patient else 2))
            assert not lines.events("stopped")
        await lines.until(lambda: stored(tmp_path) == 15)

    with closing(sqlite3.connect(tmp_path / "corpus.db")) as connection:
        assert connection.execute("SELECT count(*) FROM article").fetchone() == (15,)


@pytest.mark.slow
async def test_a_store_that_is_held_at_the_start_is_waited_for(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=1, articles=2, seed=4)
    parts = replace(parts_of(outlets), patience=IMPATIENT)
    file = write_config(tmp_path / "sources.toml", {}, feed_sources(outlets))
    store = tmp_path / "corpus.db"
    async with Database.open(store):
        pass
    lines = logged()
    async with asyncio.timeout(STUCK_SECONDS):
        with held(store):
            running = asyncio.create_task(daemon.run(configuration.load(file), SHORT, parts=parts))
            await lines.until(lambda: len(lines.events("store busy")) >= 2)
        await lines.until(lambda: stored(tmp_path) == 2)
        os.kill(os.getpid(), signal.SIGTERM)
        await running


def logged() -> EventLog:
    """Return the log from now on."""
    lines = EventLog()
    log.set_up(as_json=True, out=lines)
    return lines


@pytest.mark.slow
@pytest.mark.parametrize("is_held", [True, False])
async def test_a_stop_while_the_store_is_being_opened_is_an_end_in_order(
    tmp_path: Path, is_held: bool
) -> None:
    file = write_config(tmp_path / "sources.toml", {}, feed_sources({"a.example": 1}))
    store = tmp_path / "corpus.db"
    async with Database.open(store):
        pass
    lines = logged()
    async with asyncio.timeout(STUCK_SECONDS):
        with held(store) if is_held else nullcontext():
            running = asyncio.create_task(daemon.run(configuration.load(file), SHORT))
            if is_held:
                await lines.until(lambda: lines.events("store busy"))
            else:
                await asyncio.sleep(0)  # it has begun
            os.kill(os.getpid(), signal.SIGTERM)
            await running

    assert (len(lines.events("started")), len(lines.events("stopped"))) == (0, 1)


@pytest.mark.slow
async def test_a_stop_while_the_store_is_held_is_an_end_in_order(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=1, articles=3, seed=4)
    parts = replace(parts_of(outlets), patience=IMPATIENT)
    file = write_config(tmp_path / "sources.toml", {}, every_second(outlets))
    async with daemon_inside(file, SHORT, parts=parts) as lines:
        await lines.until(lambda: stored(tmp_path) == 3)
        with held(tmp_path / "corpus.db"):
            await lines.until(lambda: lines.events("store busy"))
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)
            await lines.until(lambda: lines.events("stopped"))

    assert lines.events("end not noted")


def test_a_damaged_store_ends_the_daemon_with_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorname = "SQLITE_CORRUPT_INDEX"
        raise error

    monkeypatch.setattr(revisions, "add", damaged)
    outlets = make_outlets(outlets=1, articles=2, seed=4)
    file = write_config(tmp_path / "sources.toml", {}, feed_sources(outlets))
    with pytest.raises(StoreCorrupt, match="restore a back-up"):
        virtual.run(lambda _: daemon.run(configuration.load(file), parts=parts_of(outlets)), START)


@pytest.mark.slow
async def test_health_names_the_store_that_is_held(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=1, articles=2, seed=4)
    file = write_config(tmp_path / "sources.toml", {}, every_second(outlets))
    config = configuration.load(file)
    async with daemon_inside(file, SHORT, parts=parts_of(outlets)) as lines:
        await lines.until(lambda: stored(tmp_path) == 2)
        with held(tmp_path / "corpus.db"):
            await lines.until(lambda: health.examine(config, datetime.now(UTC)).is_store_busy)
        problems = health.examine(config, datetime.now(UTC)).problems

    assert any("another program holds the store" in problem for problem in problems)
    assert health.examine(config, datetime.now(UTC)).tasks == ()
