"""`/`: the last days in a few figures, what needs an operator, what is new on topic."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.web.answering import Page
from crawler.web.asking import Asked
from crawler.web.pages import changes
from crawler.web.pages.heat import heat_map
from crawler.web.pages.over_time import over_time
from crawler.web.pages.results import results_of
from crawler.web.pulse import CALM
from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.crawl.health import Standing, State
from storage.facts.columns import Mask
from storage.facts.facts import Facts
from storage.search.find import Results

_WEEK = 7
_DAYS, _LEAST_DAYS = 90, 21
_USUAL_WEEKS = 8  # before the last one, of which a usual week is the middle
_SHOWN = 7  # of what needs an operator, and of articles
_URGENT = [State.FAILING, State.DENIED, State.GONE, State.EMPTY, State.SILENT, State.LAYOUT,
           State.MOVED, State.SLOW]  # fmt: skip
_ON_TOPIC = "verdict:on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The articles on topic of the last seven days, by the day of publication."""

    articles: int
    texts: int  # copies counted once
    houses: int  # owners: outlets of one owner are one house
    languages: int
    usual: int | None  # articles of a usual week; None: too few weeks

    @property
    def copies(self) -> int:
        """How many articles repeat another one."""
        return self.articles - self.texts


def page(asked: Asked) -> Page:
    """Return the overview."""
    facts = asked.site.facts.now(asked.connection)
    today = asked.now.date()
    on_topic = facts.find(asked.connection, _ON_TOPIC)
    days = asked.number("days", _default_days(facts.per_day(on_topic), today), least=7, most=365)
    chosen = facts.newest(on_topic, limit=_SHOWN)
    by_id = {one.id: one for one in corpus.stream(asked.connection, Wanted(ids=sorted(chosen)))}
    newest = Results(articles=[by_id[one] for one in chosen if one in by_id], stems=frozenset())
    standings = asked.site.pulse.standings(asked.connection)
    needs = _needs(asked, standings)
    return Page(
        template="overview.html",
        title="Overview",
        values={
            "days": days,
            "chart": over_time(asked, facts, on_topic, _ON_TOPIC, days),
            "figures": _figures(asked, facts, on_topic, today),
            "since": today - timedelta(days=_WEEK - 1),
            "needs": needs[:_SHOWN],
            "more_needs": max(len(needs) - _SHOWN, 0),
            "newest": results_of(asked.connection, newest),
            "heat": heat_map(asked, standings, days, is_whole=asked.flag("all")),
            "changes": changes.newest(asked, _SHOWN),
        },
    )


def _default_days(counts: dict[date, int], today: date) -> int:
    """Return three months, or fewer of a corpus that is younger."""
    begun = min(counts, default=today)
    return min(max((today - begun).days + 1, _LEAST_DAYS), _DAYS)


def _figures(asked: Asked, facts: Facts, on_topic: Mask, today: date) -> Figures:
    first = today - timedelta(days=_WEEK - 1)
    mask = facts.find(asked.connection, f"{_ON_TOPIC} after:{first}")
    articles = int(mask.sum())
    return Figures(
        articles=articles,
        texts=int((mask & ~facts.copies).sum()),
        houses=len(facts.per_family(mask)),
        languages=len([code for code in facts.per_language(mask) if code]),
        usual=_usual(facts.per_day(on_topic), first),
    )


def _usual(counts: dict[date, int], first: date) -> int | None:
    """Return the middle of the weeks before a day; None where the corpus has fewer than four."""
    begun = min(counts, default=first)
    weeks = []
    for week in range(1, _USUAL_WEEKS + 1):
        start = first - timedelta(days=_WEEK * week)
        if start < begun:
            break
        weeks.append(sum(counts.get(start + timedelta(days=day), 0) for day in range(_WEEK)))
    return sorted(weeks)[len(weeks) // 2] if len(weeks) >= 4 else None


def _needs(asked: Asked, standings: Mapping[int, Standing]) -> list[tuple[str, Standing]]:
    """Return the sources that need an operator, the most urgent state first."""
    names = dict(asked.connection.execute("SELECT id, name FROM source").fetchall())
    needing = [
        (names[number], standing)
        for number, standing in standings.items()
        if standing.state not in CALM
    ]
    return sorted(needing, key=lambda one: (_URGENT.index(one[1].state), one[0]))
