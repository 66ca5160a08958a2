"""How long sources ask to be left alone, and how much of it is believed."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.schedule import polling
from crawler.schedule.wishes import Wish, after_skipped, wishes_of
from storage.records.model import Page, Phases, PollState, PollWish
from storage.records.outcome import Outcome

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
HOUR = 3600.0


def page(**headers: str) -> Page:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Page(
        url="https://heron.example/feed",
        requested_url="https://heron.example/feed",
        redirects=(),
        status=200,
        headers=named,
        body=b"",
        wire_bytes=0,
        address=None,
        phases=Phases(),
        fetched_at=NOW,
    )


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache_Control": "public, max-age=600"}, 600),
        ({"cache_control": 'MAX-AGE="600"'}, 600),
        ({"cache_control": "s-maxage=900"}, None),
        ({"cache_control": "max-age=600, no-cache"}, None),
        ({"cache_control": "max-age=0"}, None),
        ({"cache_control": "max-age=600", "age": "200"}, 400),
        ({"cache_control": "max-age=31536000"}, 6 * HOUR),
        ({"cache_control": "max-age=600", "expires": "Thu, 26 Nov 2026 12:00:00 GMT"}, 600),
        ({"expires": "Wed, 25 Nov 2026 13:00:00 GMT"}, HOUR),
        # Its own clock is a day behind: the difference counts.
        (
            {
                "expires": "Tue, 24 Nov 2026 13:00:00 GMT",
                "date": "Tue, 24 Nov 2026 12:00:00 GMT",
            },
            HOUR,
        ),
        ({"expires": "0"}, None),
        ({"expires": "Mon, 23 Nov 2026 12:00:00 GMT"}, None),
        ({"expires": "Sat, 25 Nov 2051 12:00:00 GMT"}, 6 * HOUR),
    ],
)
def test_the_freshness_of_a_response_is_a_wish(headers: dict[str, str], seconds: float) -> None:
    found = [wish.seconds for wish in wishes_of(page(**headers), PollWish())]

    assert found == ([seconds] if seconds else [])


def test_a_feed_may_ask_for_a_day_and_no_longer() -> None:
    (wish,) = wishes_of(page(), PollWish(seconds=7 * 86400.0, named="ttl"))

    assert wish.seconds == 86400


def after(*wishes: Wish, own: PollWish | None = None, **changes: object) -> PollState:
    values: dict[str, object] = {
        "next_poll_at": NOW, "last_poll_at": NOW - timedelta(hours=1), "interval_seconds": HOUR,
        "new_per_hour": 0.1, "window": 20,
    }  # fmt: skip
    state = PollState(**(values | changes))  # type: ignore[arg-type]  # a test's shorthand
    polled = polling.Polled(
        outcome=Outcome.POLLED, entries=20, wishes=wishes, own_wish=own or PollWish()
    )
    return polling.after_success(state, polled, NOW, None)


def test_the_reason_names_the_hint_that_decided() -> None:
    state = after(Wish(2 * HOUR, "Expires: tomorrow"), Wish(3 * HOUR, "ttl"))

    assert state.interval_seconds == 3 * HOUR
    assert state.reason == "the source asks for this interval (ttl)"


def test_no_wish_lets_a_window_turn_over_unseen() -> None:
    state = after(Wish(86400.0, "ttl"), new_per_hour=10.0)

    assert state.interval_seconds <= 0.5 * 20 / 7 * HOUR


def test_a_feed_without_news_gets_the_day_that_it_asks_for() -> None:
    assert after(Wish(86400.0, "ttl"), new_per_hour=0.0).interval_seconds == 86400


def test_what_a_feed_asks_for_is_remembered_for_a_poll_that_brings_none() -> None:
    own = PollWish(seconds=7200.0, named="ttl", skipped_hours=(3,))

    assert after(own=own).wish == own


@pytest.mark.parametrize(
    ("hour", "wish", "moved_to", "named"),
    [
        (13, PollWish(skipped_hours=(13, 14)), 15, "skipHours"),
        (13, PollWish(skipped_hours=(12, 14)), 13, ""),
        (13, PollWish(skipped_days=(2,)), 24, "skipDays"),
        (23, PollWish(skipped_hours=(23, 0)), 25, "skipHours"),
        (13, PollWish(skipped_days=(2, 3)), 36, "skipDays"),  # a day later at most
    ],
)
def test_a_poll_is_moved_out_of_hours_and_days_that_a_feed_excludes(
    hour: int, wish: PollWish, moved_to: int, named: str
) -> None:
    midnight = NOW.replace(hour=0)

    found = after_skipped(midnight + timedelta(hours=hour), wish, NOW + timedelta(days=1))

    assert found == (midnight + timedelta(hours=moved_to), named)


def test_a_poll_in_an_excluded_hour_is_moved_and_says_why() -> None:
    hours = tuple(hour for hour in range(24) if hour != 20)

    state = after(own=PollWish(skipped_hours=hours))

    assert state.next_poll_at.hour == 20
    assert state.reason == "the source asks for no poll at that time (skipHours)"
    assert state.interval_seconds == 1.5 * HOUR


def test_an_excluded_hour_gives_way_where_the_window_would_turn_over() -> None:
    hours = tuple(hour for hour in range(24) if hour != 11)

    state = after(own=PollWish(skipped_hours=hours), new_per_hour=10.0)

    assert state.next_poll_at - NOW <= timedelta(hours=1.6)
