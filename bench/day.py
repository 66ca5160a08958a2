"""A day of many sources in minutes: the whole daemon, with simulated time and a simulated press.

    python -m bench.day --sources 500 --plot day.svg

Schedule, frontier, fetch loop, politeness, robots rules and store are those of `drawdown run`; the
answers of outlets and the parsers are made up, and articles end as `not_article`. Checked: no
source is polled before it is due, each within a minute and two turns of its host after it, every
interval is one that the rules allow, and no host is asked sooner than its gap allows. Exits with 1
where one of these does not hold.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench import plot
from tests.support.day import Day, mistakes, simulate

_COLD = 1.0  # hours at the start, in which everything is new: not plotted


def report(day: Day, hours: float, seconds: float) -> str:
    """Return the figures of a day."""
    lags = sorted(lag for _, lag, _ in day.lags())
    gaps = [gap / allowed for _, gap, allowed in day.gaps()]
    asked = [moment for host in day.press.hosts.values() for moment in host.asked]
    busiest = max(Counter(int(moment // 60) for moment in asked).values())
    ended = ", ".join(f"{n} {outcome}" for outcome, n in day.outcomes.most_common())
    return "\n".join(
        (
            f"{hours:g} hours of {len(day.press.feeds)} sources on {len(day.press.hosts)} hosts in "
            f"{seconds:.0f} s; {day.cpu_seconds:.0f} s of CPU",
            f"polls       {day.outcomes.total()}: {ended}",
            f"requests    {len(asked)}, {len(asked) / hours / 60:.0f} a minute, "
            f"{busiest} in the busiest",
            f"polls late  {lags[len(lags) // 2]:.2f} s median, "
            f"{lags[len(lags) * 95 // 100]:.2f} p95, {lags[-1]:.1f} at most",
            f"gaps        {min(gaps):.2f} of what is allowed, at least",
        )
    )


def panels(day: Day, hours: float) -> list[plot.Panel]:
    """Return what is plotted: load, lag and politeness, but for the first hour, a cold start."""
    asked = [moment for host in day.press.hosts.values() for moment in host.asked]
    polled = [moment for moments in day.press.polls.values() for moment in moments]
    lags = plot.by_bucket(((at, lag) for at, lag, _ in day.lags()), hours)
    gaps = plot.by_bucket(((at, gap / allowed) for at, gap, allowed in day.gaps()), hours)
    whole = [
        plot.Panel("requests in ten minutes", {
            "polls": plot.counts(polled, hours), "all": plot.counts(asked, hours)}),
        plot.Panel("seconds that polls begin late", {
            "median": plot.quantiles(lags, 0.5), "p95": plot.quantiles(lags, 0.95)}),
        plot.Panel("smallest gap between two requests to a host, of what is allowed", {
            "gap": plot.quantiles(gaps, 0.0), "allowed": [1.0] * len(gaps)}),
    ]  # fmt: skip
    return [panel.after(_COLD) for panel in whole] if hours > _COLD else whole


def main() -> None:
    """Simulate, print, plot; exit with 1 where a rule is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path, help="an SVG file")
    asked = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        day = simulate(Path(folder), sources=asked.sources, hours=asked.hours, seed=asked.seed)
    print(report(day, asked.hours, time.perf_counter() - began))
    if asked.plot is not None:
        asked.plot.write_text(plot.svg(panels(day, asked.hours)), "utf-8")
    found = mistakes(day)
    print("\n".join(found) if found else "every source was polled within its rule")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
