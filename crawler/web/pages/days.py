"""What is known of an outlet day by day: articles by the day they were seen, and its holes."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np

from crawler.web.asking import Asked
from crawler.web.charts import Day, Hole, Span, step_of
from crawler.web.rendering import address
from storage.crawl import poll_days
from storage.facts import counting
from storage.facts.columns import Mask
from storage.facts.facts import Facts
from storage.monitoring.gaps import Cause, Gap
from storage.search.parts import quoted

_DAY = timedelta(days=1)
_HOLES: dict[Cause, Hole] = {
    "not polled": "idle",
    "failed": "failed",
    "blocked": "refused",
    "window overflow": "overflow",
    "source silent": "silent",
}


@dataclass(slots=True, kw_only=True)
class Outlet:
    """An outlet over a time: what was seen on each day, when it was polled, its holes."""

    name: str
    since: date  # it is a source from this day on
    new: dict[date, int] = field(default_factory=dict)
    on_topic: dict[date, int] = field(default_factory=dict)
    watched: set[date] = field(default_factory=set)  # days on which it answered
    spans: dict[date, list[Span]] = field(default_factory=lambda: defaultdict(list))
    lost: dict[Cause, timedelta] = field(default_factory=lambda: defaultdict(timedelta))

    def days(self, first: date, last: date) -> list[Day]:
        """Return the days of a chart."""
        count = (last - first).days + 1
        return [self._day(first + place * _DAY) for place in range(count)]

    def _day(self, day: date) -> Day:
        if day < self.since:
            return Day(label="", step="")
        new, on_topic = self.new.get(day, 0), self.on_topic.get(day, 0)
        spans = tuple(self.spans.get(day, ()))
        said = f"{day:%-d %b %Y}"
        if on_topic:
            said += f": {on_topic} on topic of {new} new"
        elif not spans:
            said += ": new, none on topic" if new else ": nothing new"
        said += "".join(f", {_said(span)}" for span in _once(spans))
        return Day(
            label=said,
            step=_ground(new, on_topic, spans),
            link=_link(self.name, day) if on_topic else None,
            spans=spans,
        )

    def lasted(self, *causes: Cause) -> str:
        """Return how long holes of some causes lasted, in days."""
        lost = sum((self.lost[cause] for cause in causes), timedelta())
        return f"{lost / _DAY:.1f}"


def _ground(new: int, on_topic: int, spans: Sequence[Span]) -> str:
    """Return the ground of a day; none where a hole covers a day without articles."""
    is_covered = any(span.end - span.start > 0.99 and span.hole != "overflow" for span in spans)
    return "none" if is_covered and not new else step_of(on_topic, new)


_SAID: dict[Hole, str] = {
    "idle": "not polled",
    "failed": "failed",
    "refused": "refused us",
    "overflow": "some may have passed unseen",
    "silent": "silent against its rhythm",
}


def _said(span: Span) -> str:
    share = span.end - span.start
    is_part = span.hole != "overflow" and share < 0.99
    return _SAID[span.hole] + (f" for {24 * share:.1f} hours" if is_part else "")


def _once(spans: Iterable[Span]) -> list[Span]:
    """Return the spans, of equal holes one with their sum."""
    shares: dict[Hole, float] = {}
    for span in spans:
        shares[span.hole] = min(shares.get(span.hole, 0.0) + span.end - span.start, 1.0)
    return [Span(hole=hole, start=0.0, end=share) for hole, share in shares.items()]


def _link(name: str, day: date) -> str:
    return address("/search", q=f"source:{quoted(name)} seen:{day}", order="newest")


def outlets(
    asked: Asked,
    first: date,
    last: date,
    *,
    name: str | None = None,
    most: int | None = None,
) -> tuple[list[Outlet], int]:
    """Return outlets that are polled, from a first to a last day, and how many more there are.

    All or one of a name; those with most on topic come first, and no more than `most`.
    """
    facts = asked.site.facts.now(asked.connection)
    sources = _sources(asked.connection, name)
    totals = _totals(facts, first)
    order = sorted(sources, key=lambda one: (-sum(totals[n] for n in sources[one]), one))
    chosen = order[:most]
    found = {one: Outlet(name=one, since=min(sources[one].values())) for one in chosen}
    names = {number: one for one in chosen for number in sources[one]}
    _count(facts, found, names, first)
    _watch(asked.connection, found, names, first)
    ledger = asked.site.ledger.now(asked.now)
    low, high = _midnight(first), min(asked.now, _midnight(last + _DAY))
    for number, one in names.items():
        for gap in ledger.by_source.get(number, ()):
            if gap.end is None or gap.end > low:
                _note(found[one], gap, low, high)
    return list(found.values()), len(order) - len(chosen)


def _sources(connection: sqlite3.Connection, name: str | None) -> dict[str, dict[int, date]]:
    """Return the sources of each outlet that are polled, with the day each was added."""
    rows = connection.execute(
        """
        SELECT id, name, added_at FROM source
        WHERE removed_at IS NULL AND (:name IS NULL OR name = :name) ORDER BY id
        """,
        {"name": name},
    )
    found: dict[str, dict[int, date]] = {}
    for row in rows:
        since = date.fromisoformat(row["added_at"][:10])
        found.setdefault(row["name"], {})[row["id"]] = since
    return found


def _totals(facts: Facts, first: date) -> list[int]:
    """Return how many articles on topic each source has since a day, by its row."""
    columns = facts.columns
    lately = facts.every & (columns.seen >= counting.to_number(first)) & (columns.verdict == 1)
    most = max(facts.outlets.eras, default=0) + 1
    totals: list[int] = np.bincount(columns.source[lately], minlength=most).tolist()
    return totals


def _count(
    facts: Facts,
    found: Mapping[str, Outlet],
    names: Mapping[int, str],
    first: date,
) -> None:
    """Count the articles of each source and day."""
    low = counting.to_number(first)
    columns = facts.columns
    is_wanted = np.zeros(max(facts.outlets.eras, default=0) + 1, bool)
    is_wanted[list(names)] = True
    lately = facts.every & (columns.seen >= low) & is_wanted[columns.source]
    for source, day, count in _pairs(facts, lately, low):
        counts = found[names[source]].new
        counts[day] = counts.get(day, 0) + count
    for source, day, count in _pairs(facts, lately & (columns.verdict == 1), low):
        counts = found[names[source]].on_topic
        counts[day] = counts.get(day, 0) + count
    for outlet in found.values():
        outlet.since = min(outlet.since, *outlet.new, outlet.since)


def _pairs(facts: Facts, mask: Mask, low: int) -> Iterator[tuple[int, date, int]]:
    """Yield how many articles of a mask a source has on a day."""
    columns = facts.columns
    span = int(columns.seen.max(initial=low)) - low + 1
    days = [counting.to_day(low + place) for place in range(span)]
    pairs = columns.source[mask].astype(np.int64) * span + (columns.seen[mask] - low)
    values, counts = np.unique(pairs, return_counts=True)
    for pair, count in zip(values.tolist(), counts.tolist(), strict=True):
        yield pair // span, days[pair % span], count


def _watch(
    connection: sqlite3.Connection,
    found: Mapping[str, Outlet],
    names: Mapping[int, str],
    first: date,
) -> None:
    for source, days in poll_days.by_source(connection, sources=names, since=first).items():
        outlet = found[names[source]]
        outlet.watched |= days.keys()
        outlet.since = min(outlet.since, *days)


def _note(outlet: Outlet, gap: Gap, low: datetime, high: datetime) -> None:
    """Note a gap on its days, as far as they are in the time of the chart."""
    if gap.cause == "topic silent":
        return
    start, end = max(gap.start, low), min(gap.end or high, high)
    if end < start:
        return
    hole = _HOLES[gap.cause]
    if hole == "overflow":
        outlet.spans[end.astimezone(UTC).date()].append(Span(hole=hole))
        return
    outlet.lost[gap.cause] += end - start
    day = start.astimezone(UTC).date()
    while _midnight(day) < end:
        begin = max((start - _midnight(day)) / _DAY, 0.0)
        until = min((end - _midnight(day)) / _DAY, 1.0)
        if until > begin:
            outlet.spans[day].append(Span(hole=hole, start=begin, end=until))
        day += _DAY


def _midnight(day: date) -> datetime:
    return datetime(
        day.year,
        day.month,
        day.day,
        tzinfo=UTC,
    )
