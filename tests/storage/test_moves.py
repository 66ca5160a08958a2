"""A source that moved for good: a proposal, and the history that goes with it."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.crawl import polls, sources
from storage.crawl.polls import PollRecord
from storage.monitoring import notices
from storage.monitoring.notices import Notice
from storage.records.model import Selectors, Source, SourceKind
from storage.records.outcome import Outcome
from storage.sqlite.schema import connect

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OLD, NEW = "https://old.example/feed", "https://new.example/feed"


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    return connect(tmp_path / "corpus.db")


def source(url: str) -> tuple[Source, str]:
    made = Source(name="Heron Post", kind=SourceKind.FEED, url=url, selectors=Selectors())
    return made, url.split("/")[2]


def move(connection: sqlite3.Connection) -> int:
    """Store a source whose last poll was led to another address for good."""
    sources.synchronize(connection, [source(OLD)], NOW)
    number = sources.id_of(connection, OLD)
    state = replace(polls.state(connection, number), etag='"7"', moved_to=NEW, moved_since=NOW)
    polls.save(connection, number, PollRecord(at=NOW, outcome=Outcome.POLLED), state)
    return number


def test_a_move_is_a_proposal_until_it_is_taken(connection: sqlite3.Connection) -> None:
    move(connection)
    (proposal,) = sources.moves(connection)

    assert (proposal.source, proposal.url, proposal.moved_to) == ("Heron Post", OLD, NEW)
    assert proposal.moved_since == NOW


def test_a_source_keeps_its_history_at_its_new_address(connection: sqlite3.Connection) -> None:
    number = move(connection)
    sources.synchronize(connection, [source(NEW)], NOW + timedelta(hours=1))

    assert sources.id_of(connection, NEW) == number
    assert polls.state(connection, number).etag == '"7"'
    assert polls.state(connection, number).moved_to is None
    assert sources.moves(connection) == []
    assert not sources.is_known(connection, OLD)


def test_two_sources_are_not_made_one(connection: sqlite3.Connection) -> None:
    number = move(connection)
    sources.synchronize(connection, [source(OLD), source(NEW)], NOW)

    assert sources.id_of(connection, OLD) == number
    assert sources.id_of(connection, NEW) != number
    sources.synchronize(connection, [source(NEW)], NOW)
    assert sources.id_of(connection, OLD) == number


def test_a_silence_ends_once(connection: sqlite3.Connection) -> None:
    def add(kind: notices.Kind, hours: int) -> None:
        at = NOW + timedelta(hours=hours)
        notices.add(connection, Notice(at=at, kind=kind, source="Heron Post", url=OLD))

    assert notices.silent_since(connection, OLD) is None
    add("source silent", 0)
    assert notices.silent_since(connection, OLD) == NOW
    add("silence ended", 1)
    assert notices.silent_since(connection, OLD) is None
    assert notices.silent_since(connection, NEW) is None
