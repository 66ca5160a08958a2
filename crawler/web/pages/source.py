"""`/sources/NAME`: one outlet: how it is asked, why it fails, its gaps, what it brought."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np

from crawler.web.answering import Page
from crawler.web.asking import Asked, NotFound
from crawler.web.pages.heat import calendar, worst
from crawler.web.pages.over_time import OverTime, over_time
from crawler.web.pages.results import results_of
from crawler.web.pages.watched import statuses
from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.crawl import polls, robots
from storage.crawl.health import State
from storage.crawl.polls import PollRecord
from storage.crawl.sources import SourceStatus
from storage.facts.facts import Facts
from storage.facts.outlets import Outlet
from storage.monitoring.gaps import Gap
from storage.records.model import RobotsRecord
from storage.search import find
from storage.search.parts import quoted

_POLLS, _NEWEST, _GAPS = 12, 7, 20  # that are shown
_DAYS = 90  # of the chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One address of an outlet that is polled: its state, how it is asked, its last polls."""

    status: SourceStatus
    every_seconds: float
    robots: RobotsRecord | None
    polls: Sequence[PollRecord]


def page(asked: Asked) -> Page:
    """Return what is known of an outlet, by its name. Raises NotFound."""
    name = asked.path["name"]
    of_outlet = [one for one in statuses(asked) if one.source == name]
    if not of_outlet:
        raise NotFound
    feeds = [_feed(asked, one) for one in of_outlet]
    query = f"source:{quoted(name)}"
    facts = asked.site.facts.now(asked.connection)
    newest = _newest(asked, facts, [one.id for one in of_outlet])
    ledger = asked.site.ledger.now(asked.now)
    gaps = [gap for gap in ledger.since() if gap.source == name]
    outcomes: Counter[str] = Counter()
    for one in of_outlet:
        outcomes.update(one.outcomes)
    return Page(
        template="source.html",
        title=name,
        records=of_outlet,
        values={
            "name": name,
            "calendar": calendar(asked, name, worst(State(one.state) for one in of_outlet)),
            "chart": _chart(asked, facts, of_outlet, query, gaps),
            "feeds": feeds,
            "query": query,
            "eras": _eras(facts.outlets.eras[of_outlet[0].id]),
            "articles": sum(one.articles for one in of_outlet),
            "relevant": sum(one.relevant for one in of_outlet),
            "copies": sum(one.duplicates for one in of_outlet),
            "newest": results_of(asked.connection, newest),
            "gaps": gaps[::-1][:_GAPS],
            "all_gaps": len(gaps),
            "outcomes": sorted(outcomes.items(), key=lambda item: (-item[1], item[0])),
            "now": asked.now,
        },
    )


def _chart(
    asked: Asked, facts: Facts, listed: Sequence[SourceStatus], query: str, gaps: Sequence[Gap]
) -> OverTime | None:
    """Return the articles of an outlet over the last months, before its own gaps."""
    mask = facts.every & np.isin(facts.columns.source, [one.id for one in listed])
    return over_time(asked, facts, mask, query, _DAYS, gaps=gaps)


def _newest(asked: Asked, facts: Facts, sources: Sequence[int]) -> find.Results:
    """Return the newest articles of an outlet, as a search has them."""
    mask = facts.every & np.isin(facts.columns.source, sources)
    chosen = facts.newest(mask, limit=_NEWEST)
    by_id = {
        article.id: article
        for article in corpus.stream(asked.connection, Wanted(ids=sorted(chosen)))
    }
    articles = [by_id[number] for number in chosen if number in by_id]
    return find.Results(articles=articles, stems=frozenset())


def _feed(asked: Asked, status: SourceStatus) -> Feed:
    parts = urlsplit(status.url)
    state = polls.state(asked.connection, status.id)
    return Feed(
        status=status,
        every_seconds=state.interval_seconds,
        robots=robots.load(asked.connection, f"{parts.scheme}://{parts.netloc}"),
        polls=polls.log(asked.connection, status.id, _POLLS),
    )


def _eras(outlets: Sequence[Outlet]) -> list[tuple[str, str]]:
    """Return what sources.toml says of an outlet today, as name and value."""
    today = outlets[-1]
    said = (
        ("owner", today.owner),
        ("family", today.family),
        ("country", today.country),
        ("kind", today.kind),
        ("alignment", today.alignment),
        ("leaning", today.leaning),
        ("group", today.group),
    )
    return [(name, value) for name, value in said if value]
