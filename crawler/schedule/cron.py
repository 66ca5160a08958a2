"""Cron expressions, which digests of alerts go by: APScheduler reads them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_LONGEST_CHANGE = timedelta(hours=3)  # of a clock: Troll station moves by two hours
_RANGE = re.compile(r"(?:\*|([0-7])(?:-([0-7]))?)(?:/([1-9]\d?))?")
_DAY_NAME = re.compile(r"\b(?:sun|mon|tue|wed|thu|fri|sat)\b", re.I)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


def next_time(
    cron: str,
    timezone: str,
    after: datetime,
) -> datetime:
    """Return the first time in UTC later than `after` that a cron expression names (crontab(5)).

    At nights when the clocks change it does as cron(8) of Debian does. A time that the clocks skip
    comes by as much later: 0:00 in Cairo is 1:00 that night. A time that comes twice counts once,
    but each hour of `*` counts.

    >>> from datetime import UTC
    >>> next_time("30 7 * * 1-5", "UTC", datetime(2026, 11, 27, 8, 0, tzinfo=UTC)).isoformat()
    '2026-11-30T07:30:00+00:00'

    Raises ValueError for an expression that names none.
    """
    fields = cron.split()
    if len(fields) != 5:
        raise ValueError('write five fields, "minute hour day month weekday": "0 7 * * *"')
    minute, hour, day, month, weekday = fields
    if day != "*" and weekday != "*":
        raise ValueError("name days of the month or of the week, not both")
    trigger = CronTrigger(
        minute=minute,
        hour=hour,
        day=day,
        month=month,
        day_of_week=_weekdays(weekday),
        timezone="UTC",
    )
    folds = (0, 1) if hour.startswith("*") else (0,)
    return _next_instant(
        trigger,
        ZoneInfo(timezone),
        folds,
        after,
    )


def _next_instant(
    trigger: CronTrigger,
    zone: ZoneInfo,
    folds: tuple[int, ...],
    after: datetime,
) -> datetime:
    """Return the first instant after one at which the clock of a zone shows a time of a trigger.

    The trigger runs over readings of the clock, written as if in UTC: those that the zone skips
    are among them. `folds` says which of two equal readings count.
    """
    reading = _reading(after, zone) - _change_near(after, zone)
    found: datetime | None = None
    while found is None or reading < _reading(found, zone) + _change_near(found, zone):
        reading = trigger.get_next_fire_time(reading, reading)
        if reading is None:
            break
        later = [] if found is None else [found]
        for fold in folds:
            shown = reading.replace(tzinfo=zone, fold=fold)
            instant = shown.astimezone(UTC)
            if instant > after:
                later.append(instant)
        found = min(later, default=None)
    if found is None:
        raise ValueError("names a day that never comes")
    return found


def _change_near(instant: datetime, zone: ZoneInfo) -> timedelta:
    """Return for how long readings before and after an instant may be out of order."""
    before = instant - _LONGEST_CHANGE
    after = instant + _LONGEST_CHANGE
    offset_before = before.astimezone(zone).utcoffset()
    offset_after = after.astimezone(zone).utcoffset()
    is_steady = offset_before == offset_after
    return timedelta(0) if is_steady else _LONGEST_CHANGE


def _reading(instant: datetime, zone: ZoneInfo) -> datetime:
    shown = instant.astimezone(zone)
    return shown.replace(tzinfo=UTC, fold=0)


def _weekdays(field: str) -> str:
    """Return the days of a cron field by name: APScheduler counts from Monday, cron from Sunday."""
    numbered = _DAY_NAME.sub(
        lambda match: str(_DAYS.index(match[0].lower())),
        field,
    )
    parts = numbered.split(",")
    return ",".join(map(_named, parts))


def _named(part: str) -> str:
    """Return the days of one range.

    >>> _named("*/2"), _named("5-7"), _named("*")
    ('sun,tue,thu,sat', 'fri,sat,sun', '*')
    """
    match = _RANGE.fullmatch(part)
    if match is None or part == "*":
        return part
    step = int(match[3] or 1)
    first = int(match[1] or 0)
    # `*/2` and `1/2` go up to Saturday, as 0-6 does.
    last = 6 if match[3] else first
    last = int(match[2] or last)
    days = _DAYS[first : last + 1 : step]
    return ",".join(days) or part
