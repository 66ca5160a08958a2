"""Days as SVG, a cell each: numbers in, markup out. Each kind of hole has a pattern of its own.

The style sheet has the colours, `signs.svg` the patterns. What a mark means is in
docs/explanation/charts.md; bars of articles over time are in `coverage`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from markupsafe import Markup, escape

from crawler.web.rendering import shown

Hole = Literal["idle", "silent", "failed", "refused", "overflow"]
_SPARK = 6  # the width of a day in a sparkline
_STEPS = (1, 2, 4, 8, 15)  # on topic a day: each twice the one before, as eyes compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A hole in a day, from a part of the day to another one (0 to 1)."""

    hole: Hole
    start: float = 0.0
    end: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of a source: how many articles, and its holes."""

    label: str
    step: str  # n0 to n5, "quiet", or nothing where it was no source yet
    link: str | None = None
    spans: tuple[Span, ...] = ()


def step_of(on_topic: int, new: int) -> str:
    """Return the step of a day: n1 to n5 by articles on topic, n0 with none of them, or quiet."""
    if not on_topic:
        return "n0" if new else "quiet"
    return f"n{sum(on_topic >= least for least in _STEPS)}"


def strip(days: Sequence[Day], *, width: int = 8, height: int = 14) -> Markup:
    """Draw days as a line of cells, the oldest left; quiet days of one kind are one cell."""
    parts = []
    place = 0
    for _, found in groupby(days, key=_merged):
        run = list(found)
        parts.append(_cell(run, place * width, 0, (width, height)))
        place += len(run)
    return Markup(
        '<svg viewBox="0 0 {} {}" class="strip" preserveAspectRatio="none">{}</svg>'
    ).format(
        len(days) * width,
        height,
        Markup("".join(parts)),  # noqa: S704 - `_cell` escapes what is not ours
    )


def sparkline(days: Sequence[Day]) -> Markup:
    """Draw the last days of a line of a table: without links, and silent, since the table says it.

    A list of all sources has a hundred of them: links would be two thousand stops.
    """
    parts = []
    place = 0
    for (step, spans), found in groupby(days, key=lambda day: (day.step, day.spans)):
        length = len(list(found))
        width = _SPARK * length
        parts.append(_ground(step or "none", place * _SPARK, 0, (width, 14)) if step else "")
        parts += [_part(span, place * _SPARK, 0, (width, 14)) for span in spans]
        place += length
    return Markup(
        '<span class="spark" aria-hidden="true"><svg viewBox="0 0 {} 14">{}</svg></span>'
    ).format(
        _SPARK * len(days),
        Markup("".join(parts)),  # noqa: S704 - classes and numbers of this file
    )


def _merged(day: Day) -> tuple[object, ...]:
    """Return what equals for neighbours that are drawn as one."""
    return (day.link or day.label,) if day.link or day.spans else (day.step,)


def calendar(days: Sequence[Day], first_weekday: int, *, size: int = 12) -> Markup:
    """Draw days in columns of weeks, Monday on top; the first day is of a weekday from 0 to 6."""
    parts = []
    for place, day in enumerate(days, first_weekday):
        week, weekday = divmod(place, 7)
        parts.append(_cell([day], week * size, weekday * size, (size, size)))
    weeks = (len(days) + first_weekday + 6) // 7
    return Markup('<svg viewBox="0 0 {} {}" class="calendar">{}</svg>').format(
        weeks * size,
        7 * size,
        Markup("".join(parts)),  # noqa: S704 - as above
    )


def _cell(run: Sequence[Day], x: float, y: float, size: tuple[int, int]) -> str:
    """Draw a day, or several alike: the ground by articles, the holes over their part of it."""
    day, (width, height) = run[0], size
    if not day.step and not day.spans:
        return ""
    label = day.label if len(run) == 1 else f"{run[0].label} to {run[-1].label}"
    ground = _ground(day.step or "none", x, y, (width * len(run), height))
    holes = "".join(_part(span, x, y, size) for span in day.spans)
    inner = f"<title>{escape(shown(label))}</title>{ground}{holes}"
    if day.link:
        return f'<a href="{escape(day.link)}" tabindex="-1">{inner}</a>'
    return f"<g>{inner}</g>"


def _ground(kind: str, x: float, y: float, size: tuple[int, int]) -> str:
    return (
        f'<rect class="{kind}" x="{x + 0.5}" y="{y + 0.5}"'
        f' width="{size[0] - 1}" height="{size[1] - 1}"/>'
    )


def _part(span: Span, x: float, y: float, size: tuple[int, int]) -> str:
    width, height = size[0] - 1, size[1] - 1
    if span.hole == "overflow":
        side = size[0] / 2 - 0.5
        return f'<path class="h-overflow" d="M{x + size[0] / 2} {y + 0.5}h{side}v{side}z"/>'
    left = x + 0.5 + span.start * width
    across = max((span.end - span.start) * width, 1.0)
    return (
        f'<rect class="h-{span.hole}" fill="url(#p-{span.hole})" x="{left:.1f}" y="{y + 0.5}"'
        f' width="{across:.1f}" height="{height}"/>'
    )


def framed(inner: Markup, name: str, kind: str = "wide") -> Markup:
    """Return a drawing that can have the focus, for the keys of the arrows."""
    return Markup(
        '<div class="chart {}" tabindex="0" role="group" aria-label="{}">{}</div>'
    ).format(kind, shown(name), inner)


def line(name: str, link: str, sign: str, kind: str, drawn: Markup) -> Markup:
    """Return a line of the heat map: the sign of a state, a name, a strip of days."""
    return Markup(
        '<li><a class="who" href="{}"><svg class="sign {}" aria-hidden="true">'
        '<use href="#s-{}"/></svg> <bdi>{}</bdi></a>{}</li>'
    ).format(link, kind, sign, shown(name), drawn)
