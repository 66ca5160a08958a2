from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.schedule import polling
from crawler.schedule.wishes import Wish
from storage.records.model import PollState
from storage.records.outcome import Outcome

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def polled_before(**changes: object) -> PollState:
    values: dict[str, object] = {
        "next_poll_at": NOW, "last_poll_at": NOW - timedelta(hours=1), "interval_seconds": 3600.0,
        "new_per_hour": 2.0, "window": 20,
    }  # fmt: skip
    return PollState(**(values | changes))  # type: ignore[arg-type]  # a test's shorthand


def seconds_until(state: PollState) -> float:
    return (state.next_poll_at - NOW).total_seconds()


def success(state: PollState, **changes: object) -> PollState:
    values: dict[str, object] = {"outcome": Outcome.POLLED, "entries": 20}
    polled = polling.Polled(**(values | changes))  # type: ignore[arg-type]  # a test's shorthand
    return polling.after_success(state, polled, NOW, None)


def test_the_first_poll_teaches_no_rate() -> None:
    after = success(PollState(next_poll_at=NOW), new=20)

    assert after.new_per_hour is None
    assert after.interval_seconds == polling.START


def test_nothing_new_waits_half_as_long_again() -> None:
    assert success(polled_before()).interval_seconds == pytest.approx(5400)


def test_new_entries_bring_the_next_poll_nearer() -> None:
    assert success(polled_before(), new=8).interval_seconds < 3600


def test_the_window_never_turns_over_unseen() -> None:
    after = success(polled_before(new_per_hour=100.0, interval_seconds=21600.0), new=100)

    assert after.interval_seconds <= 0.5 * 20 / 100 * 3600 + 1


def test_a_window_without_overlap_halves_the_interval() -> None:
    after = success(polled_before(), new=20, possible_loss=True)

    assert after.interval_seconds == 1800
    assert "no entry of the last poll was left" in after.reason


def test_a_source_that_asks_for_longer_is_given_it_within_its_window() -> None:
    after = success(polled_before(new_per_hour=0.1), wishes=[Wish(7200.0, "ttl")])

    assert after.interval_seconds == 7200
    assert after.reason == "the source asks for this interval (ttl)"


def test_a_pinned_interval_is_kept() -> None:
    polled = polling.Polled(outcome=Outcome.POLLED, entries=20, new=20)

    assert polling.after_success(polled_before(), polled, NOW, 60.0).interval_seconds == 60


def test_jitter_stays_within_a_tenth() -> None:
    for _ in range(50):
        after = success(polled_before())

        assert 0.9 * 5400 <= seconds_until(after) <= 1.1 * 5400


def test_failures_add_up_and_success_resets_them() -> None:
    state = polled_before()
    for _ in range(4):
        state = polling.after_failure(state, Outcome.SERVER_ERROR, "HTTP 500", NOW, None)

    assert state.failures == 2.0
    assert state.failing_since == NOW
    assert 0.9 * 7200 <= seconds_until(state) <= 1.1 * 7200
    assert success(state).failures == 0
    assert success(state).failing_since is None


def test_a_source_is_never_given_up() -> None:
    state = polled_before(failures=100.0)

    after = polling.after_failure(state, Outcome.NOT_FOUND, "", NOW, None)

    assert 0.9 * 604800 <= seconds_until(after) <= 1.1 * 604800


def test_gone_is_believed_the_third_time() -> None:
    state, waits = polled_before(), []
    for _ in range(3):
        state = polling.after_failure(state, Outcome.GONE, "HTTP 410", NOW, None)
        waits.append(seconds_until(state))

    assert waits[1] < 86400 < 0.9 * 604800 <= waits[2]


def test_a_server_that_refuses_us_is_left_for_hours() -> None:
    after = polling.after_failure(polled_before(), Outcome.DENIED, "HTTP 403", NOW, 60.0)

    assert seconds_until(after) >= 0.9 * 21600


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [(1, 2, None), (2.5, 3.5, 3), (3, 3.2, None), (13, 14, 14), (14, 20, None), (1, 15, 14)],
)
def test_trouble_is_told_after_three_days_and_after_fourteen(
    before: float, now: float, told: int | None
) -> None:
    since = NOW - timedelta(days=30)
    found = polling.days_to_tell(since, since + timedelta(days=before), since + timedelta(days=now))

    assert found == told


def test_the_end_of_trouble_is_told_where_the_trouble_was() -> None:
    def failing(days: float, outcome: Outcome = Outcome.DNS, failures: float = 3.0) -> PollState:
        since = NOW - timedelta(days=days)
        return replace(
            polled_before(), failing_since=since, last_outcome=outcome, failures=failures
        )

    assert polling.days_to_end(polled_before(), NOW) is None
    assert polling.days_to_end(failing(2), NOW) is None
    assert polling.days_to_end(failing(5.2), NOW) == 5
    assert polling.days_to_end(failing(0.5, Outcome.GONE), NOW) == 0
    assert polling.days_to_end(failing(0.5, Outcome.GONE, failures=2.0), NOW) is None


def test_a_source_is_found_gone_once_at_the_third_410() -> None:
    state, found = polled_before(), []
    for outcome in [Outcome.GONE] * 5:
        found.append(polling.is_found_gone(state, outcome))
        state = polling.after_failure(state, outcome, "HTTP 410", NOW, None)

    assert found == [False, False, True, False, False]
    assert not polling.is_found_gone(state, Outcome.NOT_FOUND)


def test_where_permanent_redirects_lead_is_remembered_until_they_end() -> None:
    moved = polling.after_move(polled_before(), "https://new.example/feed", NOW)
    later = polling.after_move(moved, "https://new.example/feed", NOW + timedelta(days=1))

    assert (moved.moved_to, moved.moved_since) == ("https://new.example/feed", NOW)
    assert later == moved
    assert polling.after_move(later, None, NOW) == polled_before()


def test_a_refusal_that_validators_may_have_caused_is_tried_without_them_soon() -> None:
    refused = polling.after_failure(polled_before(), Outcome.DENIED, "HTTP 403", NOW, None)

    after = polling.without_validators_soon(refused, NOW)

    assert seconds_until(after) <= 1.1 * polling.LEAST
    assert after.reason.endswith("tried without validators")
