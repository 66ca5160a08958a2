"""The line of hosts: which is next, who holds it, and what brings it forward."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.crawl import frontier, hosts, sources
from storage.crawl.attempts import Attempt
from storage.crawl.frontier import Discovery
from storage.records.model import FeedEntry, Source, SourceKind, TargetKind
from storage.records.outcome import Outcome
from storage.sqlite import schema

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FEED = (Source(name="one", kind=SourceKind.FEED, url="https://one.example/feed"), "one.example")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = schema.connect(tmp_path / "corpus.db")
    sources.synchronize(opened, [FEED], NOW)
    yield opened
    opened.close()


def discover(connection: sqlite3.Connection, *urls: str, published: datetime | None = None) -> None:
    found = [
        Discovery(
            entry=FeedEntry(url=url, published=published), canonical_url=url, host=url.split("/")[2]
        )
        for url in urls
    ]
    frontier.discover(connection, 1, found, NOW)


def test_each_host_gives_its_share_polls_first_and_fresh_before_old(
    connection: sqlite3.Connection,
) -> None:
    for day in range(9):
        url = f"https://one.example/{day}"
        discover(connection, url, published=NOW - timedelta(days=day % 5, seconds=day))
    discover(connection, "https://b.example/1")

    leased = hosts.claim(connection, NOW, most=10)
    due = frontier.claim(connection, leased, NOW, per_host=3)

    assert [t.kind for t in due] == [TargetKind.FEED, *[TargetKind.ARTICLE] * 4]
    assert {t.url for t in due[1:]} == {
        "https://b.example/1", "https://one.example/0", "https://one.example/5",
        "https://one.example/1",
    }  # fmt: skip
    assert next(t.url for t in due[1:] if t.host == "one.example") == "https://one.example/0"


def test_a_leased_host_is_nobody_elses_until_it_is_released(connection: sqlite3.Connection) -> None:
    first = hosts.claim(connection, NOW, most=10)
    second = hosts.claim(connection, NOW, most=10)
    discover(connection, "https://one.example/1")
    while_leased = hosts.claim(connection, NOW, most=10)
    hosts.release(connection, first, NOW)

    assert (first, second, while_leased) == (["one.example"], [], [])
    assert hosts.claim(connection, NOW, most=10) == ["one.example"]


def test_a_run_that_died_gives_its_leases_back(connection: sqlite3.Connection) -> None:
    hosts.claim(connection, NOW, most=10)
    hosts.give_back(connection)

    assert hosts.claim(connection, NOW, most=10) == ["one.example"]
    assert hosts.claim(connection, NOW + hosts.LEASE, most=10) == ["one.example"]


def test_hosts_take_turns_however_much_waits_for_one(connection: sqlite3.Connection) -> None:
    discover(connection, *(f"https://big.example/{n}" for n in range(100)))
    discover(connection, "https://small.example/1")
    turns = []
    for second in range(1, 4):
        now = NOW + timedelta(seconds=second)
        turns += (leased := hosts.claim(connection, now, most=1))
        hosts.release(connection, leased, now)

    assert len(set(turns)) == 3


def test_a_host_without_work_leaves_the_line_until_work_comes(
    connection: sqlite3.Connection,
) -> None:
    discover(connection, "https://a.example/1")
    leased = hosts.claim(connection, NOW, most=10)
    frontier.end(connection, 1, Attempt(at=NOW, outcome=Outcome.STORED))
    hosts.release(connection, leased, NOW)
    later = NOW + timedelta(days=1)

    assert hosts.claim(connection, later, most=10) == ["one.example"]
    discover(connection, "https://a.example/2")
    assert hosts.claim(connection, later, most=10) == ["a.example"]


def test_a_retry_brings_its_host_back_when_it_is_due(connection: sqlite3.Connection) -> None:
    discover(connection, "https://a.example/1")
    leased = hosts.claim(connection, NOW, most=10)
    later = NOW + timedelta(minutes=5)
    frontier.end(connection, 1, Attempt(at=NOW, outcome=Outcome.TIMEOUT), retry_at=later)
    hosts.release(connection, leased, NOW)

    assert "a.example" not in hosts.claim(connection, later - timedelta(seconds=1), most=10)
    assert "a.example" in hosts.claim(connection, later, most=10)


def test_a_paused_host_is_left_alone_whatever_arrives(connection: sqlite3.Connection) -> None:
    until = NOW + timedelta(minutes=10)
    hosts.pause(connection, "a.example", until)
    discover(connection, "https://a.example/1")
    hosts.claim(connection, NOW, most=10)

    assert hosts.claim(connection, until - timedelta(seconds=1), most=10) == []
    assert hosts.claim(connection, until, most=10) == ["a.example"]


def test_a_round_leaves_alone_what_becomes_due_after_it_began(
    connection: sqlite3.Connection,
) -> None:
    leased = hosts.claim(connection, NOW, most=10)
    before = NOW - timedelta(seconds=1)
    due = frontier.claim(connection, leased, NOW, polls_until=before)
    hosts.release(connection, leased, NOW, polls_until=before)

    assert due == []
    assert hosts.claim(connection, NOW, most=10) == []
    hosts.expect_polls(connection)  # as at the next start
    assert hosts.claim(connection, NOW, most=10) == ["one.example"]


def test_shards_divide_the_hosts(connection: sqlite3.Connection) -> None:
    discover(connection, *(f"https://h{n}.example/" for n in range(50)))
    by_shard = [hosts.claim(connection, NOW, most=100, shard=shard) for shard in range(64)]

    assert sorted(h for leased in by_shard for h in leased) == sorted(
        ["one.example", *(f"h{n}.example" for n in range(50))]
    )
    assert max(map(len, by_shard)) < 10


def test_a_store_of_the_first_schema_is_brought_forward(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    schema.prepare(old)
    old.executescript(schema.migrations()[0][1] + "PRAGMA user_version = 1;")
    old.executescript(
        """
        INSERT INTO source VALUES (1, 'one', 'feed', 'https://one.example/feed', 'one.example', 5,
                                   '2026-11-20T00:00:00.000Z', NULL);
        INSERT INTO poll_state (source_id, next_poll_at, interval_seconds, failures, reason)
        VALUES (1, '2026-11-26T00:00:00.000Z', 1800, 0, 'never polled');
        INSERT INTO frontier_url (canonical_url, url, host, shard, source_id, entry, discovered_at,
                                  not_before, outcome)
        VALUES ('a.example/1', 'https://a.example/1', 'a.example', 7, 1, '{}',
                '2026-11-25T00:00:00.000Z', '2026-11-25T01:00:00.000Z', 'pending');
        """
    )
    schema.migrate(old)

    assert hosts.claim(old, NOW, most=10) == ["a.example"]
    assert [t.url for t in frontier.claim(old, ["a.example"], NOW)] == ["https://a.example/1"]
    assert hosts.claim(old, NOW + timedelta(minutes=719), most=10) == ["a.example"]
    assert "one.example" in hosts.claim(old, NOW + timedelta(hours=12), most=10)
    old.close()
