"""What articles over time are made of: the columns of the corpus, and when crawlers ran."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from markupsafe import Markup

from crawler.web.asking import Asked
from crawler.web.coverage import Band, Bar, Kind, bars, drawing
from crawler.web.rendering import address
from storage.facts.columns import Mask
from storage.facts.facts import Facts
from storage.monitoring import running
from storage.monitoring.gaps import Cause, Gap
from storage.search.parts import narrowed

_PAUSE = timedelta(minutes=30)  # a shorter one is a restart, as for the ledger of gaps
_KINDS: dict[Cause, Kind] = {
    "failed": "failed",
    "blocked": "failed",
    "source silent": "silent",
    "topic silent": "silent",
}
_LEAST_DAYS = 14  # of a chart: two bars as wide as a page say less
_AFTER = "after:"
_WIDE, _COLUMN, _NARROW = (1160, 190), (800, 200), (340, 170)  # pixels of the drawings


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTime:
    """A chart: two drawings of the same bars, and the bars for a table."""

    drawings: Sequence[Markup]
    bars: Sequence[Bar]
    query: str  # whose time is narrowed by dragging
    holes: frozenset[Kind] = frozenset()  # the kinds of bands that are drawn

    @property
    def texts(self) -> int:
        """The sum of the texts."""
        return sum(bar.texts for bar in self.bars)

    @property
    def copies(self) -> int:
        """The sum of the copies."""
        return sum(bar.copies for bar in self.bars)


def over_time(
    asked: Asked,
    facts: Facts,
    mask: Mask,
    query: str,
    days: int | None = None,
    *,
    gaps: Iterable[Gap] = (),
) -> OverTime | None:
    """Return the chart of the articles of a mask; None of no article.

    With `days` it has so many up to today, else it has all articles. `gaps` are those of the one
    outlet whose articles are drawn; the silences of the topic are drawn always.
    """
    texts, copies = facts.per_day(mask & ~facts.copies), facts.per_day(mask & facts.copies)
    if days is None:
        found = [*texts, *copies]
        if not found:
            return None
        last = max(found)
        first = min(min(found), _before(last, _LEAST_DAYS - 1))
    else:
        last = asked.now.date()
        first = last - timedelta(days=days - 1)
    wide = _WIDE if days is None else _COLUMN
    # Whether the topic was silent is known of today alone: the rhythm may have been another then.
    topic = () if asked.text("as_of") else asked.site.ledger.now(asked.now).topic
    holes = [(_KINDS[gap.cause], gap) for gap in (*topic, *gaps) if gap.cause in _KINDS]
    return _chart(asked, texts, copies, (first, last), query, wide, holes)


def _before(day: date, days: int) -> date:
    """Return a day so many days earlier, or the first of the calendar."""
    return date.fromordinal(max(day.toordinal() - days, 1))


def _chart(
    asked: Asked, texts: Mapping[date, int], copies: Mapping[date, int],
    span: tuple[date, date], query: str, wide: tuple[int, int],
    holes: Iterable[tuple[Kind, Gap]],
) -> OverTime:  # fmt: skip
    # The query is read once: what narrows it is always its end.
    begun = narrowed(query, _AFTER).removesuffix(_AFTER)
    linked = [
        replace(bar, address=_address(asked, begun, bar)) for bar in bars(texts, copies, *span)
    ]
    bands = _bands(asked, linked[0].start, linked[-1].end)
    bands += _gap_bands(asked, holes, linked[0].start, linked[-1].end)
    total = sum(bar.texts for bar in linked), sum(bar.copies for bar in linked)
    label = (
        f"Articles by day of publication, {linked[0].start:%-d %b %Y} to {span[1]:%-d %b %Y}: "
        f"{total[0]} texts, {total[1]} copies. Arrow keys go through the bars."
    )
    drawings = [
        drawing(linked, bands, width=width, height=height, kind=kind, label=label)
        for kind, (width, height) in (("wide", wide), ("narrow", _NARROW))
    ]
    kinds = frozenset(band.kind for band in bands)
    return OverTime(drawings=drawings, bars=linked, query=query, holes=kinds)


def _address(asked: Asked, begun: str, bar: Bar) -> str:
    """Return the search of the days of a bar."""
    query = f"{begun}{_AFTER}{bar.start} before:{bar.end}"
    return address("/search", q=query, as_of=asked.text("as_of"))


def _bands(asked: Asked, first: date, end: date) -> list[Band]:
    """Return the times in which no daemon ran."""
    found = []
    low = datetime(first.year, first.month, first.day, tzinfo=UTC)
    high = datetime(end.year, end.month, end.day, tzinfo=UTC)
    for pause in running.pauses(asked.connection):
        until = pause.end or asked.now
        if until - pause.start < _PAUSE or until <= low or pause.start >= high:
            continue
        said = f"no daemon ran from {pause.start:%-d %b %Y, %H:%M} to {until:%-d %b %Y, %H:%M} UTC"
        found.append(Band(start=pause.start, end=until, kind="paused", said=said))
    return found


def _gap_bands(
    asked: Asked, holes: Iterable[tuple[Kind, Gap]], first: date, end: date
) -> list[Band]:
    """Return the gaps of the ledger that have a part in the time of the chart."""
    low = datetime(first.year, first.month, first.day, tzinfo=UTC)
    high = datetime(end.year, end.month, end.day, tzinfo=UTC)
    found = []
    for kind, gap in holes:
        until = gap.end or asked.now
        if until <= low or gap.start >= high:
            continue
        said = f"{gap.cause} from {gap.start:%-d %b %Y, %H:%M} to {until:%-d %b %Y, %H:%M} UTC"
        found.append(Band(start=gap.start, end=until, kind=kind, said=said))
    return found
