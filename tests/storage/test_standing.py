"""The state of a source: the first one that holds, with its reason."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from storage.crawl import frontier, polls, profiles, sources
from storage.crawl.attempts import Attempt
from storage.crawl.frontier import Discovery
from storage.crawl.health import Standing, State, standings
from storage.crawl.polls import PollRecord
from storage.records.article import SiteProfile
from storage.records.model import FeedEntry, PollState
from storage.records.outcome import Outcome

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANSWERED = PollState(next_poll_at=NOW, last_poll_at=NOW, last_outcome=Outcome.POLLED)


def put(connection: sqlite3.Connection, state: PollState = ANSWERED, **more: object) -> None:
    """Poll the first source once."""
    values: dict[str, object] = {"at": NOW, "outcome": Outcome.POLLED, **more}
    polls.save(connection, 1, PollRecord(**values), state)  # type: ignore[arg-type]  # checked there


def visit(connection: sqlite3.Connection, *outcomes: Outcome) -> None:
    """End an address of the first source with each outcome."""
    for number, outcome in enumerate(outcomes):
        url = f"https://one.example/{number}"
        found = Discovery(entry=FeedEntry(url=url), canonical_url=url, host="one.example")
        frontier.discover(connection, 1, [found], NOW)
        known = frontier.standing(connection, url)
        assert known is not None
        frontier.end(connection, known.id, Attempt(at=NOW, outcome=outcome))


def standing(connection: sqlite3.Connection) -> Standing:
    return standings(connection, NOW)[1]


def test_a_source_that_was_never_asked_is_new(connection: sqlite3.Connection) -> None:
    assert standing(connection).state is State.NEW


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.SERVER_ERROR, State.FAILING),
        (Outcome.DENIED, State.DENIED),
        (Outcome.ROBOTS_DENIED, State.DENIED),
        (Outcome.GONE, State.GONE),
    ],
)
def test_what_does_not_answer_says_since_when(
    connection: sqlite3.Connection, outcome: Outcome, state: State
) -> None:
    failing = PollState(
        next_poll_at=NOW, last_outcome=outcome, last_detail="HTTP 599",
        failing_since=NOW - timedelta(days=2),
    )  # fmt: skip
    put(connection, failing, outcome=outcome)

    found = standing(connection)
    assert found.state is state
    assert found.reason == f"since 2026-11-24 12:00 UTC: {outcome}: HTTP 599"


def test_pages_without_articles_are_told(connection: sqlite3.Connection) -> None:
    put(connection)
    visit(connection, *[Outcome.NOT_ARTICLE] * 9, Outcome.SOFT_404, Outcome.STORED)

    assert standing(connection) == Standing(
        State.EMPTY, "10 of its last 11 pages: mostly not_article"
    )


def test_a_few_pages_without_articles_are_nothing(connection: sqlite3.Connection) -> None:
    put(connection)
    visit(connection, *[Outcome.NOT_ARTICLE] * 5, *[Outcome.STORED] * 10)

    assert standing(connection) == Standing(State.OK)


def test_long_pauses_of_robots_are_told(connection: sqlite3.Connection) -> None:
    put(connection)
    visit(connection, *[Outcome.SLOW_BY_ROBOTS] * 12)

    assert standing(connection).state is State.SLOW


def test_a_silent_source_is_told(connection: sqlite3.Connection) -> None:
    for day in range(40):
        new = 4 if day > 4 else 0
        put(connection, at=NOW - timedelta(days=day), new=new, known=9)

    found = standing(connection)
    assert found.state is State.SILENT
    assert "since 2026-11-22, where 16 were to be expected" in found.reason


def test_a_new_layout_is_news_for_a_week(connection: sqlite3.Connection) -> None:
    put(connection)
    visit(connection, Outcome.STORED)
    profiles.keep(connection, "one.example", SiteProfile(), NOW - timedelta(days=3), changed=True)
    assert standing(connection).state is State.LAYOUT

    later = NOW + timedelta(days=5)
    assert standings(connection, later)[1].state is State.OK


def test_a_redirected_source_has_moved(connection: sqlite3.Connection) -> None:
    moved = PollState(next_poll_at=NOW, last_poll_at=NOW, moved_to="https://new.example/feed")
    put(connection, moved)

    assert standing(connection).state is State.MOVED
    assert standing(connection).reason.startswith("permanently to https://new.example/feed: ")


def test_a_source_that_answers_by_way_of_a_temporary_redirect_is_well(
    connection: sqlite3.Connection,
) -> None:
    put(
        connection,
        PollState(next_poll_at=NOW, last_poll_at=NOW, validated_url="https://x.example/"),
    )

    assert standing(connection).state is State.OK


def test_what_left_the_file_is_removed(connection: sqlite3.Connection) -> None:
    sources.synchronize(connection, [], NOW)

    assert standing(connection).state is State.REMOVED


@pytest.mark.parametrize("number", [1, 3, 12])
def test_a_source_whose_every_page_robots_refuse_is_not_ok(
    connection: sqlite3.Connection, number: int
) -> None:
    put(connection)
    visit(connection, *[Outcome.ROBOTS_DENIED] * number)

    found = standing(connection)
    assert found.state is State.EMPTY
    assert found.reason.startswith("robots.txt refuses ")


def test_two_slow_pages_of_two_are_slow_and_one_stored_is_ok(
    connection: sqlite3.Connection,
) -> None:
    put(connection)
    visit(connection, *[Outcome.SLOW_BY_ROBOTS] * 2)
    assert standing(connection).state is State.SLOW

    visit(connection, *[Outcome.SLOW_BY_ROBOTS] * 2, Outcome.STORED)
    assert standing(connection).state is State.OK
