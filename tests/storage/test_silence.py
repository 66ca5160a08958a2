"""A silence is one against the own rhythm: a quiet weekday is none."""

from collections.abc import Iterable
from datetime import date, timedelta

from storage.crawl.silence import silences

START = date(2026, 8, 3)  # a Monday


def days(number: int) -> list[date]:
    return [START + timedelta(days=n) for n in range(number)]


def rhythm(watched: Iterable[date], per_day: int) -> dict[date, int]:
    """So many a day, and none on Fridays."""
    return {day: per_day for day in watched if day.weekday() != 4}


def test_days_without_a_word_are_told_once_enough_were_expected() -> None:
    watched = days(57)
    counts = rhythm(watched[:52], 4)

    (silence,) = silences(counts, watched)
    assert (silence.first, silence.last) == (watched[52], watched[56])
    assert silence.expected == 16.0  # of five days, one of them a Friday
    assert list(silences(counts, watched[:55])) == []  # eight were expected: chance will do that


def test_a_silence_that_ended_stays_in_the_ledger() -> None:
    watched = days(70)
    counts = rhythm([*watched[:50], *watched[55:]], 4)

    (silence,) = silences(counts, watched)
    assert (silence.first, silence.last) == (watched[50], watched[54])


def test_a_quiet_weekday_is_no_silence() -> None:
    watched = days(70)

    assert list(silences(rhythm(watched, 30), watched)) == []


def test_whoever_writes_little_is_not_missed_for_days() -> None:
    watched = days(84)
    counts = {day: 1 for day in watched[:70] if day.weekday() == 0}

    assert list(silences(counts, watched)) == []


def test_days_that_nobody_watched_count_for_nothing() -> None:
    counts = rhythm(days(50), 4)

    assert list(silences(counts, [*days(50), days(90)[-1]])) == []


def test_without_four_weeks_of_rhythm_nothing_is_said() -> None:
    counts = rhythm(days(20), 9)

    assert list(silences(counts, days(30))) == []
