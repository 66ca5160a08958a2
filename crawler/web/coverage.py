"""The chart of articles over time: bars of texts and their copies, and the times nobody looked.

Numbers in, SVG text out. Each bar is a link; the style sheet has the colours. Without a script the
titles, the links and the table are the chart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal

from markupsafe import Markup, escape

# Days as long as a bar of a day is wide enough to be hit, about 8 px; then the next unit.
_MOST_DAYS, _MOST_WEEKS, _MOST_MONTHS = 130, 130, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 4, 8, 22
_STEPS = (1, 2, 5)
_LABEL_WIDTH = 64  # of a date below the bars
Kind = Literal["paused", "failed", "silent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The articles of some days: `start` is the first, `end` the day after the last."""

    start: date
    end: date
    texts: int  # copies counted once
    copies: int
    address: str = ""

    @property
    def said(self) -> str:
        """The bar in words."""
        days = f"{self.start:%-d %b %Y}"
        if (self.end - self.start).days > 1:
            days += f" to {self.end - timedelta(days=1):%-d %b %Y}"
        texts = f"{self.texts} text{'' if self.texts == 1 else 's'}"
        return f"{days}: {texts}, {self.copies} {'copy' if self.copies == 1 else 'copies'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A time behind the bars in which something was not seen."""

    start: datetime
    end: datetime
    kind: Kind
    said: str


def bars(
    texts: Mapping[date, int], copies: Mapping[date, int], first: date, last: date
) -> list[Bar]:
    """Return the bars from a first to a last day, of days, weeks, months or years."""
    found = []
    for start, end in pairwise(_edges(first, last)):
        found.append(
            Bar(
                start=start,
                end=end,
                texts=_between(texts, start, end),
                copies=_between(copies, start, end),
            )
        )
    return found


def _between(counts: Mapping[date, int], start: date, end: date) -> int:
    if (end - start).days == 1:
        return counts.get(start, 0)
    return sum(count for day, count in counts.items() if start <= day < end)


def _edges(first: date, last: date) -> Iterator[date]:
    """Yield where bars begin, and where the last one ends."""
    days = (last - first).days + 1
    if days <= _MOST_DAYS:
        yield from (first + timedelta(days=n) for n in range(days + 1))
        return
    if days <= 7 * _MOST_WEEKS:
        monday = first - timedelta(days=first.weekday())
        weeks = (last - monday).days // 7 + 1
        yield from (monday + timedelta(weeks=n) for n in range(weeks + 1))
        return
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    if months <= _MOST_MONTHS:
        for n in range(months + 1):
            year, month = divmod(first.month - 1 + n, 12)
            yield date(first.year + year, month + 1, 1)
        return
    yield from (date(year, 1, 1) for year in range(first.year, last.year + 2))


def drawing(
    shown: Sequence[Bar], bands: Sequence[Band], *, width: int, height: int, kind: str, label: str
) -> Markup:
    """Return a drawing of bars as SVG; `kind` is the class by which the style sheet shows it."""
    frame = _Frame(shown=shown, width=width, height=height)
    parts = [
        *frame.grid(),
        *map(frame.band, bands),
        *(frame.bar(place) for place in range(len(shown))),
        *frame.dates(),
    ]
    return Markup(
        '<svg class="chart {}" viewBox="0 0 {} {}" tabindex="0" role="group" aria-label="{}">'
        "{}</svg>"
    ).format(kind, width, height, label, Markup("").join(parts))


@dataclass(frozen=True, kw_only=True)  # no slots: what is computed is kept
class _Frame:
    """Where things are in a drawing."""

    shown: Sequence[Bar]
    width: int
    height: int

    @cached_property
    def step(self) -> float:
        """The width of a bar with its gap."""
        return (self.width - _LEFT - _RIGHT) / max(len(self.shown), 1)

    @cached_property
    def top(self) -> int:
        """The number at the upper end: a round one."""
        most = max((bar.texts + bar.copies for bar in self.shown), default=0)
        return 4 * _round(max(most, 1) / 4)

    def y(self, value: float) -> float:
        """Return the height of a number."""
        inner = self.height - _TOP - _BOTTOM
        return self.height - _BOTTOM - inner * value / self.top

    def x(self, moment: datetime) -> float:
        """Return the place of a time, within the bars."""
        begin, end = _midnight(self.shown[0].start), _midnight(self.shown[-1].end)
        share = (moment - begin) / (end - begin)
        return _LEFT + (self.width - _LEFT - _RIGHT) * min(max(share, 0.0), 1.0)

    def grid(self) -> Iterator[Markup]:
        """Yield lines with their numbers."""
        for part in range(5):
            value = self.top * part // 4
            y = self.y(value)
            yield Markup('<path class="grid" d="M{} {:.1f}H{}"/>').format(
                _LEFT, y, self.width - _RIGHT
            )
            yield Markup('<text x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(
                _LEFT - 6, y + 4, value
            )

    def band(self, band: Band) -> Markup:
        """Return a time that is marked behind the bars; a short one is still seen."""
        left, right = self.x(band.start), self.x(band.end)
        return Markup(
            '<rect class="band {}" x="{:.1f}" y="{}" width="{:.1f}" height="{}">'
            "<title>{}</title></rect>"
        ).format(
            band.kind, left, _TOP, max(right - left, 3), self.height - _TOP - _BOTTOM, band.said
        )

    def bar(self, place: int) -> Markup:
        """Return a bar with its link."""
        bar = self.shown[place]
        left = _LEFT + place * self.step
        width = max(self.step - (1 if self.step > 3 else 0), 0.5)
        inner = self.height - _TOP - _BOTTOM
        rects = [
            f'<rect class="hit" x="{left:.1f}" y="{_TOP}" width="{self.step:.1f}"'
            f' height="{inner}"/>'
        ]
        low = 0
        for name, count in (("texts", bar.texts), ("copies", bar.copies)):
            if count:
                upper, lower = self.y(low + count), self.y(low)
                rects.append(
                    f'<rect class="{name}" x="{left:.1f}" y="{upper:.1f}" width="{width:.1f}"'
                    f' height="{lower - upper:.1f}"/>'
                )
            low += count
        # Numbers and days need no escaping, and hundreds of Markup.format take milliseconds.
        return Markup(  # noqa: S704 - what is text in it is escaped
            f'<a href="{escape(bar.address)}" tabindex="-1" data-start="{bar.start}"'
            f' data-end="{bar.end}"><title>{escape(bar.said)}</title>{"".join(rects)}</a>'
        )

    def dates(self) -> Iterator[Markup]:
        """Yield dates below the bars: the first, and beginnings of months that have room."""
        free = 0.0
        for place, bar in enumerate(self.shown):
            is_beginning = bar.start.day <= (bar.end - bar.start).days
            if place and not is_beginning:
                continue
            x = _LEFT + place * self.step
            if x < free or x > self.width - _LABEL_WIDTH / 2:
                continue
            form = "%-d %b %Y" if not place or bar.start.month == 1 else "%-d %b"
            free = x + _LABEL_WIDTH + 8
            yield Markup('<text x="{:.1f}" y="{}">{}</text>').format(
                x, self.height - 6, bar.start.strftime(form)
            )


def _round(value: float) -> int:
    """Return the next number of 1, 2, 5, 10, 20, 50 and so on that is not smaller."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= value:
                return step * power
        power *= 10


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
