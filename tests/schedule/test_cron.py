"""Digests come once a day, whatever the clocks do that night."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from crawler.schedule.cron import next_time


def coming(cron: str, zone: str, after: str, number: int) -> list[str]:
    """Return the next times of an expression in UTC."""
    moment, found = datetime.fromisoformat(after).replace(tzinfo=UTC), []
    for _ in range(number):
        moment = next_time(cron, zone, moment)
        found.append(f"{moment:%d %H:%M}")
    return found


def test_a_midnight_that_the_clocks_skip_comes_an_hour_later() -> None:
    found = coming("0 0 * * *", "Asia/Beirut", "2026-03-27T12:00", 3)
    assert found == ["27 22:00", "28 22:00", "29 21:00"]


def test_a_time_that_comes_twice_counts_once() -> None:
    found = coming("30 2 * * *", "Europe/Vienna", "2026-10-24T12:00", 2)
    assert found == ["25 00:30", "26 01:30"]


def test_each_hour_of_a_long_night_counts() -> None:
    found = coming("15 * * * *", "Europe/Vienna", "2026-10-24T23:20", 3)
    assert found == ["25 00:15", "25 01:15", "25 02:15"]


def test_times_around_a_gap_come_in_order() -> None:
    found = coming("0,30 2,3 * * *", "Europe/Vienna", "2026-03-28T23:00", 3)
    assert found == ["29 01:00", "29 01:30", "30 00:00"]


@pytest.mark.parametrize(
    "zone", ["Africa/Cairo", "America/Santiago", "Australia/Lord_Howe", "Antarctica/Troll",
             "America/St_Johns", "Africa/Casablanca"],
)  # fmt: skip
@pytest.mark.parametrize("cron", ["0 0 * * *", "30 1 * * *", "30 2 * * *"])
def test_a_digest_comes_once_on_each_day_of_a_year(zone: str, cron: str) -> None:
    moment, end, times = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), []
    while (moment := next_time(cron, zone, moment)) < end:
        times.append(moment)

    gaps = {after - before for before, after in pairwise(times)}
    assert len(times) in (364, 365, 366)
    assert timedelta(hours=20) < min(gaps) <= max(gaps) < timedelta(hours=28)


@pytest.mark.parametrize(
    ("weekday", "days"),
    [
        ("*/2", ["Sun", "Tue", "Thu", "Sat"]),
        ("0", ["Sun"]),
        ("7", ["Sun"]),
        ("5-7", ["Fri", "Sat", "Sun"]),
        ("1-5/2", ["Mon", "Wed", "Fri"]),
        ("MON,thu", ["Mon", "Thu"]),
        ("sun-tue", ["Sun", "Mon", "Tue"]),
    ],
)
def test_days_of_the_week_are_those_of_crontab(weekday: str, days: list[str]) -> None:
    moment = datetime(2026, 11, 1, tzinfo=UTC)  # a Sunday
    found: list[str] = []
    for _ in days:
        moment = next_time(f"0 7 * * {weekday}", "UTC", moment)
        found.append(f"{moment:%a}")

    assert sorted(found) == sorted(days)
