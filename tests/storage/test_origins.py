"""One origin of a host is put off; the others are claimed."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.crawl import frontier, hosts, origins, sources
from storage.crawl.frontier import Discovery
from storage.records.model import FeedEntry, Source, SourceKind
from storage.sqlite import schema

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=10)
FEED = (Source(name="one", kind=SourceKind.FEED, url="http://a.example:81/feed"), "a.example")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = schema.connect(tmp_path / "corpus.db")
    sources.synchronize(opened, [FEED], NOW)
    for url in ("http://a.example/1", "http://a.example:81/2", "http://a.example:811/3"):
        found = Discovery(entry=FeedEntry(url=url), canonical_url=url, host="a.example")
        frontier.discover(opened, 1, [found], NOW)
    yield opened
    opened.close()


def due(connection: sqlite3.Connection, at: datetime) -> set[str]:
    leased = hosts.claim(connection, at, most=10)
    found = frontier.claim(connection, leased, at)
    hosts.release(connection, leased, at)
    return {target.url for target in found}


def test_an_origin_that_pauses_holds_up_no_other_of_its_host(
    connection: sqlite3.Connection,
) -> None:
    origins.pause(connection, "a.example", "http://a.example:81", UNTIL, "could not be reached")

    assert due(connection, NOW) == {"http://a.example/1", "http://a.example:811/3"}
    assert "http://a.example:81/2" in due(connection, UNTIL)
    assert "http://a.example:81/feed" in due(connection, UNTIL)


def test_a_host_with_nothing_but_a_paused_origin_leaves_the_line_until_its_end(
    connection: sqlite3.Connection,
) -> None:
    for origin in ("http://a.example", "http://a.example:81", "http://a.example:811"):
        origins.pause(connection, "a.example", origin, UNTIL, "could not be reached")
    due(connection, NOW)

    assert hosts.claim(connection, UNTIL - timedelta(seconds=1), most=10) == []
    assert hosts.claim(connection, UNTIL, most=10) == ["a.example"]


def test_what_was_claimed_meanwhile_is_put_off(connection: sqlite3.Connection) -> None:
    leased = hosts.claim(connection, NOW, most=10)
    for target in frontier.claim(connection, leased, NOW):
        origins.postpone(connection, target, UNTIL)
    hosts.release(connection, leased, NOW)

    assert due(connection, NOW) == set()
    assert len(due(connection, UNTIL)) == 4
