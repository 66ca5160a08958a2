"""`/sources`: every source with its state, its reason, its polls and what became of its URLs."""

from collections import Counter
from datetime import timedelta

from markupsafe import Markup

from crawler.web import charts
from crawler.web.answering import Page
from crawler.web.asking import Asked
from crawler.web.pages.days import outlets
from crawler.web.pages.watched import statuses
from crawler.web.rendering import address
from storage.crawl.health import State

_LATELY = 28  # days that are drawn beside a source


def page(asked: Asked) -> Page:
    """Return the sources, or those of one state. Raises Mistake."""
    state = asked.choice("state", ["", *(one.value for one in State)], "")
    every = statuses(asked)
    counts = Counter(one.state for one in every)
    shown = [one for one in every if state in ("", one.state)]
    outcomes: Counter[str] = Counter()
    for one in every:
        outcomes.update(one.outcomes)
    return Page(
        template="sources.html",
        title="Sources",
        records=shown,
        count=len(shown),
        values={
            "shown": shown,
            "state": state,
            "total": len(every),
            "states": [
                (one.value, counts[one.value], address("/sources", state=one.value))
                for one in State
                if counts[one.value]
            ],
            "outcomes": sorted(outcomes.items(), key=lambda item: (-item[1], item[0])),
            "discovered": outcomes.total(),
            "now": asked.now,
            "lately": _lately(asked),
        },
    )


def _lately(asked: Asked) -> dict[str, Markup]:
    """Return the last four weeks of each outlet as a line of cells, by name."""
    last = asked.now.date()
    first = last - timedelta(days=_LATELY - 1)
    found, _ = outlets(asked, first, last)
    return {one.name: charts.sparkline(one.days(first, last)) for one in found}
