"""The daemon in this process: it outlives a full disk, and stops when it is told to."""

import asyncio
import os
import resource
import signal
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.farm import feed_sources, make_outlets, write_config
from crawler import assembly, daemon
from crawler import config as configuration
from crawler.demo.server import serve
from storage import frontier, revisions, sources
from storage.database import open_corpus
from storage.errors import StoreMissing, StoreTooOld


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
    monkeypatch.setattr(daemon, "_FULL_SECONDS", 0.2)
    outlets = make_outlets(outlets=3, articles=5, seed=4)
    async with serve(outlets) as connect_to:
        file = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            running = group.create_task(daemon.run(configuration.load(file)))
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
        assembly._allow_sockets(300)
        raised = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        assembly._allow_sockets(before[1] + 1)
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert (raised, most) == (300, before[1])
