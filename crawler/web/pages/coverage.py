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
    query = asked.text("q")
    mask = facts.find(asked.connection, query) if query else facts.every
    counted = Counted.of(facts, mask)
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("day", "texts", "copies", "gap"))
    for day in _every_day(counted.days):
        counts = counted.texts.get(day, 0), counted.copies.get(day, 0)
        rows.writerow((day, *counts, _gap_of(asked, day)))
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


def _gap_of(asked: Asked, day: date) -> str:
    """Return the hole that a day has for every source: no daemon, or a silence of the topic."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = start + timedelta(days=1)
    for pause in running.pauses(asked.connection):
        until = pause.end or asked.now
        if until - pause.start >= _PAUSE and pause.start < end and until > start:
            return "not polled"
    topic = asked.site.ledger.now(asked.connection, asked.now).topic
    silent = any(g.start < end and (g.end or asked.now) > start for g in topic)
    return "topic silent" if silent else ""
