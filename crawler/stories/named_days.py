"""The days that a text names: "17 December", "on Tuesday", in the languages of the press."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from crawler.text import dates
from crawler.text.dates.names import fold, key, names

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_LAST_DAY = 31
_DAYS_A_WEEK = 7
# "17 December 2024", "December 17, 2024", "17 ديسمبر/كانون الأول 2024", "17.12.2024", "2024-12-17".
_WHOLE = re.compile(
    r"(?<!\d)\d{1,2}\W{1,2}[^\W\d_]{2,20}(?:\W[^\W\d_]{2,20}){0,2}\W{1,2}\d{4}(?!\d)"
    r"|(?<!\w)[^\W\d_]{3,20}\.? \d{1,2},? \d{4}(?!\d)"
    r"|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d)"
    r"|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"
)


def day_in(text: str) -> date | None:
    """Return the last whole date that a text names; None if it names none."""
    found = [dates.read(match[0]) for match in _WHOLE.finditer(text)]
    days = [moment.date() for moment in found if moment is not None]
    return max(days, default=None)


def named_days(text: str, written: date | None) -> set[str]:
    """Return the days that a text names, as "12-17", and its days of the week, as "weekday 1".

    The day of the week is resolved with the day on which the article was written: of an article
    of Wednesday the 18th, "on Tuesday" is the 17th.
    """
    tokens = [key(token) for token in _TOKEN.findall(fold(text))]
    found = set(_days_of_months(tokens))
    for weekday in _weekdays(tokens):
        found.add(f"weekday {weekday}")
        if written is not None:
            back = (written.weekday() - weekday) % _DAYS_A_WEEK
            found.add(f"{written - timedelta(back):%m-%d}")
    return found


def _days_of_months(tokens: list[str]) -> Iterable[str]:
    months = names().months
    for one, other in pairwise(tokens):
        for number, name in ((one, other), (other, one)):
            is_day = number.isdecimal() and 0 < int(number) <= _LAST_DAY
            of = months.get(name)
            if is_day and of and not name.isdecimal():
                for month in of:
                    yield f"{month:02}-{int(number):02}"


def _weekdays(tokens: Iterable[str]) -> set[int]:
    """Return the days of the week that are named without doubt."""
    weekdays = names().weekdays
    found = [weekdays[token] for token in tokens if len(token) > 3 and token in weekdays]
    return {next(iter(days)) for days in found if len(days) == 1}
