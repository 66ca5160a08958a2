"""The heat map of all outlets, and the calendar of one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from crawler.web import charts
from crawler.web.asking import Asked
from crawler.web.pages.days import Outlet, outlets
from crawler.web.rendering import segment
from storage.crawl.health import Standing, State

_SHOWN = 24  # outlets; all with ?all=1
_NARROW = 28  # days of the narrow drawing
_YEAR = 53 * 7  # days of a calendar
_FROM_WORST = [State.FAILING, State.DENIED, State.GONE, State.EMPTY, State.SILENT, State.LAYOUT,
               State.MOVED, State.SLOW, State.NEW, State.OK, State.REMOVED]  # fmt: skip
# The sign and the colour of a state, as macros.html has them.
_SIGNS = {State.EMPTY: "empty", State.LAYOUT: "layout", State.SLOW: "slow"}
_KINDS = {
    State.OK: "ok", State.NEW: "soft", State.REMOVED: "soft", State.FAILING: "fail",
    State.DENIED: "fail", State.GONE: "fail", State.SILENT: "silent",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A chart of days with its table: a row an outlet."""

    name: str
    drawings: Sequence[Markup]
    rows: Sequence[tuple[object, ...]]
    hidden: int = 0  # outlets that are not drawn


def heat_map(
    asked: Asked, standings: Mapping[int, Standing], days: int, *, is_whole: bool
) -> Heat | None:
    """Return a line an outlet, a cell a day, most on topic first; None without an outlet."""
    last = asked.now.date()
    first = last - timedelta(days=days - 1)
    drawn, hidden = outlets(asked, first, last, most=None if is_whole else _SHOWN)
    if not drawn:
        return None
    states = _states(asked, standings)
    name = f"Outlets day by day, {first:%-d %b %Y} to {last:%-d %b %Y}"
    narrow = max(first, last - timedelta(days=_NARROW - 1))
    return Heat(
        name=name,
        drawings=[
            _lines(drawn, states, (first, last), name, "wide"),
            _lines(drawn, states, (narrow, last), name, "narrow"),
        ],
        rows=[_row(one, states[one.name]) for one in drawn],
        hidden=hidden,
    )


def calendar(asked: Asked, name: str, state: State) -> Heat | None:
    """Return a year of one outlet in columns of weeks; None of one that is not polled."""
    last = asked.now.date()
    first = last - timedelta(days=_YEAR - 1)
    found, _ = outlets(asked, first, last, name=name)
    if not found:
        return None
    (outlet,) = found
    title = f"Day by day, {first:%-d %b %Y} to {last:%-d %b %Y}"
    half = last - timedelta(days=_YEAR // 2)
    return Heat(
        name=title,
        drawings=[
            charts.framed(_weeks(outlet, first, last), title, "wide"),
            charts.framed(_weeks(outlet, half, last), title, "narrow"),
        ],
        rows=[_row(outlet, state)],
    )


def _weeks(outlet: Outlet, first: date, last: date) -> Markup:
    return charts.calendar(outlet.days(first, last), first.weekday())


def _lines(
    drawn: Sequence[Outlet],
    states: dict[str, State],
    time: tuple[date, date],
    name: str,
    kind: str,
) -> Markup:
    lines = [
        charts.line(
            one.name,
            f"/sources/{segment(one.name)}",
            _SIGNS.get(states[one.name], states[one.name].value),
            _KINDS.get(states[one.name], "warn"),
            charts.strip(one.days(*time)),
        )
        for one in drawn
    ]
    inner = Markup('<ol class="heat">{}</ol>').format(Markup("").join(lines))
    return charts.framed(inner, name, kind)


def worst(states: Iterable[State]) -> State:
    """Return the state that needs an operator most."""
    return min(states, key=_FROM_WORST.index)


def _states(asked: Asked, standings: Mapping[int, Standing]) -> dict[str, State]:
    """Return the worst state of the sources of each outlet."""
    rows = asked.connection.execute("SELECT id, name FROM source WHERE removed_at IS NULL")
    found: dict[str, State] = {}
    for row in rows:
        state = standings[row["id"]].state
        known = found.setdefault(row["name"], state)
        found[row["name"]] = worst((known, state))
    return found


def _row(one: Outlet, state: State) -> tuple[object, ...]:
    return (
        one.name,
        state.value,
        len(one.watched),
        one.lasted("not polled"),
        one.lasted("failed", "blocked"),
        one.lasted("source silent"),
        sum(one.on_topic.values()),
    )
