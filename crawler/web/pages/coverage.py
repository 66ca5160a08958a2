"""`/coverage.csv`: texts and copies by day, with the holes of all sources."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crawler.web.answering import Answer, Content
from crawler.web.asking import Asked, Mistake
from storage.facts.columns import Mask
from storage.facts.facts import Facts
from storage.monitoring import running

_PAUSE = timedelta(minutes=30)  # a shorter one is a restart, as in the ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A query's texts and copies by day."""

    texts: dict[date, int]
    copies: dict[date, int]

    @classmethod
    def of(cls, facts: Facts, mask: Mask) -> "Counted":
        """Count what a mask has, copies apart."""
        return cls(
            texts=facts.per_day(mask & ~facts.copies),
            copies=facts.per_day(mask & facts.copies),
        )

    @property
    def days(self) -> list[date]:
        """The days on which there is something, in their order."""
        return sorted(self.texts.keys() | self.copies.keys())


def csv_file(asked: Asked) -> Answer:
    """Return day, texts, copies and gap of a query. Raises QueryError, Mistake."""
    as_of = asked.moment("as_of")
    facts = asked.site.facts.at(asked.connection, as_of)
    if facts is None:
        raise Mistake("counts of that time would take too long to read; take a later as_of")
    query = asked.search()
    mask = facts.find(asked.connection, query) if query else facts.every
    counted = Counted.of(facts, mask)
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("day", "texts", "copies", "gap"))
    holes = _holes(asked)
    for day in _every_day(counted.days):
        counts = counted.texts.get(day, 0), counted.copies.get(day, 0)
        rows.writerow((day, *counts, _gap_of(holes, day)))
    return Content(
        body=written.getvalue().encode(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="coverage.csv"'},
    )


def _every_day(days: Sequence[date]) -> list[date]:
    """Return all days from the first to the last; where that is long, those with something."""
    if not days or (days[-1] - days[0]).days > 366 * 10:
        return list(days)
    return [days[0] + timedelta(days=place) for place in range((days[-1] - days[0]).days + 1)]


def _holes(asked: Asked) -> list[tuple[str, datetime, datetime]]:
    """Return the holes of every source: no daemon ran, or the topic was silent."""
    found = [
        ("not polled", pause.start, pause.end or asked.now)
        for pause in running.pauses(asked.connection)
        if (pause.end or asked.now) - pause.start >= _PAUSE
    ]
    topic = asked.site.ledger.now(asked.now).topic
    return found + [(gap.cause, gap.start, gap.end or asked.now) for gap in topic]


def _gap_of(holes: Sequence[tuple[str, datetime, datetime]], day: date) -> str:
    """Return the first hole that a day has a part in."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = start + timedelta(days=1)
    return next((cause for cause, begin, until in holes if begin < end and until > start), "")
