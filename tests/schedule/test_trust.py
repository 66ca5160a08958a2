"""Servers that cannot be believed about validators are sent none any more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.schedule import trust
from crawler.schedule.trust import Answer
from storage.records.model import Page, Phases, PollState
from storage.records.outcome import Outcome

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
# The last answer was a 304, an hour ago; the last look without validators was four hours ago.
AFTER_304 = PollState(
    next_poll_at=NOW,
    last_poll_at=NOW - timedelta(hours=1),
    last_outcome=Outcome.UNCHANGED,
    unconditional_at=NOW - timedelta(hours=4),
    etag='"7"',
)


def answer(
    *, status: int = 200, is_conditional: bool = False, new: int = 0, etag: str = '"8"'
) -> Answer:
    page = Page(
        url="https://heron.example/feed",
        requested_url="https://heron.example/feed",
        redirects=(),
        status=status,
        headers=(("ETag", etag),),
        body=b"",
        wire_bytes=0,
        address=None,
        phases=Phases(),
        fetched_at=NOW,
    )
    return Answer(page=page, is_conditional=is_conditional, new=new)


def test_the_first_304s_are_proven_after_three_hours_and_later_ones_after_a_day() -> None:
    proven = replace(AFTER_304, honest_at=NOW - timedelta(days=2))

    assert not trust.is_conditional(AFTER_304, NOW)
    assert trust.is_conditional(proven, NOW)
    assert not trust.is_conditional(proven, NOW + timedelta(days=1))


def test_a_poll_after_one_without_validators_has_them_however_late_it_is() -> None:
    state = replace(AFTER_304, last_poll_at=AFTER_304.unconditional_at)

    assert trust.is_conditional(state, NOW + timedelta(days=3))


def test_new_entries_under_the_same_validators_prove_a_server_wrong() -> None:
    after = trust.after_answer(AFTER_304, answer(new=2, etag='"7"'))

    assert after.validators_off == "its server answered 304 and had new entries"
    assert not trust.is_conditional(after, NOW)


def test_new_entries_under_other_validators_prove_it_the_second_time_in_a_row() -> None:
    once = trust.after_answer(AFTER_304, answer(new=2))
    twice = trust.after_answer(once, answer(new=2))

    assert (once.validators_off, once.hidden) == (None, 1)
    assert twice.validators_off is not None


@pytest.mark.parametrize(
    "agreeing", [answer(new=0), answer(new=3, is_conditional=True)], ids=["unchanged", "200"]
)
def test_an_answer_that_agrees_with_its_304s_clears_a_server(agreeing: Answer) -> None:
    after = trust.after_answer(replace(AFTER_304, hidden=1), agreeing)

    assert (after.hidden, after.honest_at, after.validators_off) == (0, NOW, None)


def failed(state: PollState, status: int | None, outcome: Outcome) -> PollState:
    state = replace(state, unconditional_at=NOW)
    after = trust.after_failure(state, outcome, status, NOW)
    return replace(after, last_outcome=outcome)


def test_after_a_failure_the_next_try_has_no_validators() -> None:
    assert not trust.is_conditional(failed(AFTER_304, 500, Outcome.SERVER_ERROR), NOW)


def test_a_412_to_a_conditional_get_is_enough() -> None:
    refused = failed(AFTER_304, 412, Outcome.CLIENT_ERROR)

    assert trust.after_answer(refused, answer()).validators_off is not None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, Outcome.NOT_FOUND), (500, Outcome.SERVER_ERROR), (None, Outcome.NETWORK)],
)
def test_failing_twice_where_the_next_try_succeeds_is_enough(
    status: int | None, outcome: Outcome
) -> None:
    once = trust.after_answer(failed(AFTER_304, status, outcome), answer())
    twice = failed(replace(once, last_outcome=Outcome.POLLED), status, outcome)
    after = trust.after_answer(twice, answer())

    assert once.validators_off is None
    assert after.validators_off == "its server fails on conditional requests"


def test_a_304_between_two_failures_clears_a_server() -> None:
    refused = failed(AFTER_304, 500, Outcome.SERVER_ERROR)

    assert trust.after_answer(refused, answer(status=304, is_conditional=True)).refused == 0


@pytest.mark.parametrize("outcome", [Outcome.DNS, Outcome.RATE_LIMITED, Outcome.ROBOTS_DENIED])
def test_failures_that_have_other_causes_say_nothing_of_validators(outcome: Outcome) -> None:
    assert failed(AFTER_304, None, outcome).refused == 0


def test_a_source_without_validators_is_not_blamed_for_them() -> None:
    state = replace(AFTER_304, etag=None)

    assert failed(state, 500, Outcome.SERVER_ERROR).refused == 0
