"""Every hole in what was watched has its cause, and says whether something may be lost."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from storage.crawl import polls
from storage.crawl.polls import PollRecord
from storage.monitoring import running
from storage.monitoring.gaps import Gap, gaps
from storage.records.outcome import Outcome

START = datetime(2026, 11, 1, 6, tzinfo=UTC)
NOW = START + timedelta(days=2)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


@pytest.fixture
def poll(connection: sqlite3.Connection) -> "Poll":
    return Poll(connection)


class Poll:
    """Writes polls of the first source."""

    def __init__(self, connection: sqlite3.Connection):
        self._connection = connection

    def __call__(self, at: float, outcome: Outcome = Outcome.POLLED, **more: object) -> None:
        values: dict[str, object] = {"entries": 9, "new": 1, "known": 8, **more}
        record = PollRecord(at=hour(at), outcome=outcome, **values)  # type: ignore[arg-type]
        state = polls.state(self._connection, 1)
        polls.save(self._connection, 1, record, state)


def test_gaps_since_the_first_day_are_all_gaps(
    connection: sqlite3.Connection, poll: "Poll"
) -> None:
    poll(1)
    poll(9, new=9, known=0, possible_loss=True)
    first_day = datetime.min.replace(tzinfo=UTC)

    assert gaps(connection, NOW, since=first_day) == gaps(connection, NOW)


def found(connection: sqlite3.Connection, **more: object) -> list[Gap]:
    return gaps(connection, NOW, **more)  # type: ignore[arg-type]  # checked there


def test_a_source_that_answers_has_no_gap(connection: sqlite3.Connection, poll: Poll) -> None:
    for number in range(5):
        poll(number, Outcome.UNCHANGED if number % 2 else Outcome.POLLED)

    assert found(connection) == []


def test_an_outage_that_the_window_covers_costs_nothing(
    connection: sqlite3.Connection, poll: Poll
) -> None:
    poll(0)
    poll(1, Outcome.SERVER_ERROR, detail="HTTP 500")
    poll(2, Outcome.NETWORK, detail="refused")
    poll(3, known=4)

    (gap,) = found(connection)
    assert (gap.source, gap.start, gap.end) == ("one", hour(0), hour(3))
    assert (gap.cause, gap.loss) == ("failed", "none")
    assert gap.detail == "2 polls, the last: network: refused"


def test_an_outage_that_is_longer_than_the_window_may_have_cost_something(
    connection: sqlite3.Connection, poll: Poll
) -> None:
    poll(0)
    poll(1, Outcome.DENIED, detail="HTTP 403")
    poll(9, new=9, known=0, possible_loss=True)

    (gap,) = found(connection)
    assert (gap.cause, gap.loss, gap.detail) == ("blocked", "possible", "denied: HTTP 403")


def test_a_window_that_turned_over_is_told(connection: sqlite3.Connection, poll: Poll) -> None:
    poll(0)
    poll(1, new=9, known=0, possible_loss=True)

    (gap,) = found(connection)
    assert (gap.cause, gap.loss, gap.start, gap.end) == (
        "window overflow", "possible", hour(0), hour(1),
    )  # fmt: skip


def test_what_fails_still_goes_on(connection: sqlite3.Connection, poll: Poll) -> None:
    poll(0)
    poll(1, Outcome.NETWORK)

    (gap,) = found(connection)
    assert (gap.start, gap.end, gap.loss) == (hour(0), None, "possible")


def test_a_source_that_never_answered_has_one_gap(
    connection: sqlite3.Connection, poll: Poll
) -> None:
    poll(0, Outcome.NETWORK)
    poll(1, Outcome.NETWORK)

    (gap,) = found(connection)
    assert (gap.start, gap.end) == (hour(0), None)


def test_nobody_is_blamed_for_a_daemon_that_was_down(
    connection: sqlite3.Connection, poll: Poll
) -> None:
    first, cut_short = running.begin(connection, hour(0))
    poll(0.5)
    running.beat(connection, first, hour(1))
    assert cut_short is None
    second, cut_short = running.begin(connection, hour(25))
    assert cut_short == hour(1)
    poll(25, known=0, new=9, possible_loss=True)
    running.end(connection, second, hour(26))

    down, still_down = found(connection)
    assert (down.cause, down.start, down.end, down.loss) == (
        "not polled", hour(0.5), hour(25), "possible",
    )  # fmt: skip
    assert (still_down.cause, still_down.start, still_down.end) == ("not polled", hour(25), None)


def test_a_restart_is_no_pause(connection: sqlite3.Connection, poll: Poll) -> None:
    first, _ = running.begin(connection, hour(0))
    poll(0.5)
    running.end(connection, first, hour(1))
    running.begin(connection, hour(1.1))
    poll(2)

    assert [gap.cause for gap in gaps(connection, hour(1.2))] == []


def test_gaps_are_asked_by_outlet_and_time(connection: sqlite3.Connection, poll: Poll) -> None:
    poll(0)
    poll(1, Outcome.NETWORK)
    poll(2)
    poll(3)
    poll(4, Outcome.NETWORK)
    poll(5)

    assert len(found(connection)) == 2
    assert [gap.start for gap in found(connection, since=hour(3))] == [hour(3)]
    assert found(connection, source="two") == []
    assert len(found(connection, source="one")) == 2


def test_a_source_that_falls_silent_is_told(connection: sqlite3.Connection, poll: Poll) -> None:
    for day in range(40):
        poll(24 * day, new=4 if day < 36 else 0, known=9)

    (gap,) = gaps(connection, hour(24 * 40))
    assert (gap.cause, gap.loss, gap.end) == ("source silent", "none", None)
    assert gap.start == datetime(2026, 12, 7, tzinfo=UTC)
    assert gap.detail == "16 were to be expected by its own rhythm"
