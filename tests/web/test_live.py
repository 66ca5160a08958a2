"""`/events`: the state of the corpus, when it changes."""

import json
import sqlite3
from pathlib import Path

import pytest

from crawler.web import live
from crawler.web.pulse import Pulse
from storage.monitoring import running
from tests.support.filling import NOW
from tests.web.conftest import add, site_of


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go_on(_site: object) -> None:
        return

    monkeypatch.setattr(live, "_pause", go_on)
    monkeypatch.setattr(live, "_COMMENT_SECONDS", 0.0)
    monkeypatch.setattr("crawler.web.pulse._STATE_SECONDS", -1.0)


def state_of(event: str) -> dict[str, object]:
    data = json.loads(event.split("data: ")[1])
    assert isinstance(data, dict)
    return data


async def test_a_state_comes_at_once_and_when_it_changes(file: Path) -> None:
    site = site_of(file)
    stream = live.events(site, 3)

    assert "retry" in await anext(stream)
    first = await anext(stream)
    assert await anext(stream) == ": still here\n\n"
    with sqlite3.connect(file, isolation_level=None) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        add(connection, "later")
    second = await anext(stream)

    assert state_of(first) == {"newest": 3, "since": 0, "last_poll": None, "daemon": False}
    assert state_of(second)["since"] == 1
    assert site.open_streams == 1
    await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
    assert site.open_streams == 0


async def test_a_stream_ends_with_the_server(file: Path) -> None:
    site = site_of(file)
    site.is_stopping = lambda: True

    assert [event async for event in live.events(site, None)] == [f"retry: {live._RETRY}\n\n"]


def test_a_daemon_runs_while_it_gives_signs_of_life(file: Path) -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    with sqlite3.connect(file, isolation_level=None) as connection:
        connection.row_factory = sqlite3.Row
        assert not Pulse().read(connection).is_collecting
        row, _ = running.begin(connection, now)
        assert Pulse().read(connection).is_collecting
        running.beat(connection, row, now - timedelta(minutes=10))
        assert not Pulse().read(connection).is_collecting
        running.end(connection, row, NOW)
        assert not Pulse().read(connection).is_collecting
