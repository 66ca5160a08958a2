"""Lines over a day, as SVG: one panel under the other."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT, _LEFT, _TOP = 900, 180, 60, 30  # pixels of a panel
_COLOURS = ("#1f6f8b", "#c8553d", "#588157")
BUCKET = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Panel:
    """Some lines with one scale; every value belongs to ten minutes."""

    title: str
    lines: Mapping[str, Sequence[float]]

    def after(self, hours: float) -> "Panel":
        """Return it without its first hours."""
        first = int(hours * 3600 / BUCKET)
        return Panel(self.title, {name: line[first:] for name, line in self.lines.items()})


def counts(moments: Iterable[float], hours: float) -> list[float]:
    """Return how many moments each ten minutes have."""
    found = Counter(int(moment // BUCKET) for moment in moments)
    return [float(found[place]) for place in range(_places(hours))]


def by_bucket(values: Iterable[tuple[float, float]], hours: float) -> list[list[float]]:
    """Return the values of each ten minutes, sorted."""
    found: list[list[float]] = [[] for _ in range(_places(hours))]
    for moment, value in values:
        if 0 <= moment < BUCKET * len(found):
            found[int(moment // BUCKET)].append(value)
    return [sorted(bucket) for bucket in found]


def quantiles(buckets: Sequence[Sequence[float]], share: float) -> list[float]:
    """Return a quantile of each ten minutes; 0 where there is no value."""
    return [bucket[int(share * (len(bucket) - 1))] if bucket else 0.0 for bucket in buckets]


def _places(hours: float) -> int:
    return max(int(hours * 3600 / BUCKET), 1)


def svg(panels: Sequence[Panel]) -> str:
    """Return the picture."""
    height = len(panels) * (_HEIGHT + _TOP) + _TOP
    drawn = "".join(
        f'<g transform="translate({_LEFT} {place * (_HEIGHT + _TOP) + _TOP})">{_drawn(panel)}</g>'
        for place, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH + _LEFT + 20}" height="{height}"'
        f' font-family="sans-serif" font-size="12">{drawn}</svg>\n'
    )


def _drawn(panel: Panel) -> str:
    most = max((max(line) for line in panel.lines.values()), default=0) or 1
    parts = [
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#999"/>'
        f'<text y="-8">{panel.title}</text>'
        f'<text x="-8" y="10" text-anchor="end">{most:.4g}</text>'
        f'<text x="-8" y="{_HEIGHT}" text-anchor="end">0</text>'
    ]
    for place, (name, line) in enumerate(panel.lines.items()):
        step = _WIDTH / max(len(line) - 1, 1)
        points = " ".join(
            f"{n * step:.1f},{_HEIGHT * (1 - value / most):.1f}" for n, value in enumerate(line)
        )
        colour = _COLOURS[place % len(_COLOURS)]
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}"/>'
            f'<text x="{_WIDTH - 4}" y="{16 + 16 * place}" text-anchor="end" fill="{colour}">'
            f"{name}</text>"
        )
    return "".join(parts)
