"""Plans of a clock that was ahead are moved back, at the next start and once."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from storage.crawl import clock
from storage.monitoring import notices
from storage.monitoring.notices import Notice
from storage.sqlite.values import required

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
JUMPS = [timedelta(days=3652), timedelta(days=1), timedelta(hours=1)]


def planned(connection: sqlite3.Connection) -> list[datetime]:
    rows = connection.execute("SELECT next_poll_at FROM poll_state ORDER BY source_id")
    return [datetime.fromisoformat(row[0]) for row in rows]


def plan(connection: sqlite3.Connection, at: datetime) -> None:
    connection.execute("UPDATE poll_state SET next_poll_at = ?", (required(at),))


@pytest.mark.parametrize("jump", JUMPS)
def test_a_start_after_a_clock_that_was_ahead_moves_plans_back_by_as_much(
    connection: sqlite3.Connection, jump: timedelta
) -> None:
    clock.correct(connection, NOW + jump)
    plan(connection, NOW + jump + timedelta(minutes=20))

    assert clock.correct(connection, NOW) == jump
    assert planned(connection) == [NOW + timedelta(minutes=20)] * 2


@pytest.mark.parametrize("jump", JUMPS)
def test_plans_are_moved_back_once(connection: sqlite3.Connection, jump: timedelta) -> None:
    clock.correct(connection, NOW + jump)
    clock.correct(connection, NOW)
    plan(connection, NOW + timedelta(minutes=20))

    assert clock.correct(connection, NOW + timedelta(seconds=5)) is None
    assert planned(connection) == [NOW + timedelta(minutes=20)] * 2


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_was_behind_leaves_plans_alone(
    connection: sqlite3.Connection, jump: timedelta
) -> None:
    clock.correct(connection, NOW - jump)
    plan(connection, NOW + timedelta(minutes=20))

    assert clock.correct(connection, NOW) is None
    assert planned(connection) == [NOW + timedelta(minutes=20)] * 2


def test_a_poll_after_the_last_reading_counts(connection: sqlite3.Connection) -> None:
    """A daemon was killed in the minute in which its clock had jumped."""
    clock.correct(connection, NOW)
    ahead = NOW + timedelta(days=400)
    connection.execute(
        "INSERT INTO poll (source_id, at, outcome, entries, new, known, over_cap, unusable,"
        " possible_loss, duration_ms) VALUES (1, ?, 'timeout', 0, 0, 0, 0, 0, 0, 0)",
        (required(ahead),),
    )
    plan(connection, ahead + timedelta(hours=1))

    assert clock.correct(connection, NOW) == timedelta(days=400)
    assert planned(connection) == [NOW + timedelta(hours=1)] * 2


def test_a_plan_at_the_edge_of_the_calendar_becomes_due(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE poll_state SET next_poll_at = '9999-12-31T23:59:59.999Z'")

    clock.set_back(connection, timedelta(days=3_000_000), NOW)

    assert planned(connection) == [NOW] * 2


def test_a_notice_from_the_future_does_not_keep_the_next_one_back(
    connection: sqlite3.Connection,
) -> None:
    url = "https://a.example/feed"
    at = NOW + timedelta(days=400)
    notices.add(connection, Notice(at=at, kind="source silent", source="A", url=url))
    week = timedelta(days=7)

    def was_reported(now: datetime) -> bool:
        return notices.was_reported(connection, "source silent", url, now - week, now)

    assert not was_reported(NOW)
    assert was_reported(at + timedelta(days=1))
