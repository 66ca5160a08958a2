"""Dates of a query: each is a period in UTC, counted from a given moment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage.search.dates import FORMS, period_of
from storage.search.nodes import QueryError

_NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)  # a Tuesday


def _period(text: str, now: datetime = _NOW) -> tuple[str, str]:
    found = period_of(text, 0, now)
    return f"{found.start:%Y-%m-%d %H:%M}", f"{found.end:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01 00:00", "2025-01-01 00:00"),
        ("2024-2", "2024-02-01 00:00", "2024-03-01 00:00"),
        ("2024-12-08", "2024-12-08 00:00", "2024-12-09 00:00"),
        ("2024-12-08T14:30+02:00", "2024-12-08 12:30", "2024-12-08 12:31"),
        ("2024-12-08T14", "2024-12-08 14:00", "2024-12-08 15:00"),
        ("20241208", "2024-12-08 00:00", "2024-12-09 00:00"),
        ("2024-W50", "2024-12-09 00:00", "2024-12-16 00:00"),
        ("2024-W50-2", "2024-12-10 00:00", "2024-12-11 00:00"),
        ("Last-Week", "2026-03-23 00:00", "2026-03-30 00:00"),
        ("today", "2026-03-31 00:00", "2026-04-01 00:00"),
        ("yesterday", "2026-03-30 00:00", "2026-03-31 00:00"),
        ("this-week", "2026-03-30 00:00", "2026-04-06 00:00"),
        ("last-week", "2026-03-23 00:00", "2026-03-30 00:00"),
        ("this-month", "2026-03-01 00:00", "2026-04-01 00:00"),
        ("last-month", "2026-02-01 00:00", "2026-03-01 00:00"),
        ("this-year", "2026-01-01 00:00", "2027-01-01 00:00"),
        ("last-year", "2025-01-01 00:00", "2026-01-01 00:00"),
    ],
)
def test_a_period_of_the_calendar(text: str, start: str, end: str) -> None:
    assert _period(text) == (start, end)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("36h", "2026-03-29 21:30"),
        ("7d", "2026-03-24 09:30"),
        ("-7d", "2026-03-24 09:30"),
        ("2w", "2026-03-17 09:30"),
        ("1m", "2026-02-28 09:30"),
        ("13m", "2025-02-28 09:30"),
        ("2y", "2024-03-31 09:30"),
        ("7D", "2026-03-24 09:30"),
        ("now", "2026-03-31 09:30"),
    ],
)
def test_a_time_until_now_has_no_end_yet(text: str, start: str) -> None:
    assert _period(text) == (start, "9999-12-31 23:59")


def test_days_are_those_of_utc() -> None:
    early = datetime(2026, 3, 31, 1, 0, tzinfo=timezone(timedelta(hours=3)))

    assert _period("today", early)[0] == "2026-03-30 00:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "+2d",
        "7",
        "d",
        "7 d",
        "2024-13",
        "2024-02-30",
        "0000",
        "99999999y",
        "9999w9",
    ],
)
def test_what_is_no_date_is_refused_with_what_is_possible(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        period_of(text, 4, _NOW)

    assert caught.value.position == 4
    assert FORMS in str(caught.value)
