"""A day is out of the usual against its own past, and no other day is."""

from datetime import date, timedelta

from storage.monitoring.spike import days_before, spike

DAY = date(2026, 11, 26)
DAYS = days_before(DAY)


def test_a_day_with_several_times_the_usual_is_one() -> None:
    counts = dict.fromkeys(DAYS, 4) | {DAY: 13}
    found = spike(counts, DAYS, DAY, factor=3)
    assert found is not None
    assert (found.count, found.usual) == (13, 4.0)
    assert spike(counts | {DAY: 11}, DAYS, DAY, factor=3) is None


def test_what_varies_much_needs_more() -> None:
    busy = {day: 20 if place % 3 == 0 else 1 for place, day in enumerate(DAYS)}
    assert spike(busy | {DAY: 25}, DAYS, DAY, factor=2) is None
    assert spike(busy | {DAY: 40}, DAYS, DAY, factor=2) is not None


def test_a_handful_is_none_however_quiet_it_was() -> None:
    assert spike({DAY: 4}, DAYS, DAY, factor=2) is None
    assert spike({DAY: 5}, DAYS, DAY, factor=2) is not None


def test_days_that_nobody_watched_are_not_compared() -> None:
    watched = DAYS[:13]
    assert spike({DAY: 50}, watched, DAY, factor=2) is None
    half = [day for day in DAYS if (DAY - day).days % 2]
    counts = dict.fromkeys(half, 10) | {DAY: 25}
    found = spike(counts, half, DAY, factor=2)
    assert found is not None
    assert found.usual == 10


def test_the_past_ends_after_eight_weeks() -> None:
    assert DAYS[0] == DAY - timedelta(days=1)
    assert len(DAYS) == 56
