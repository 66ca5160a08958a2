"""The scorecard of an outlet, for people."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from crawler.commands.render.prose import say
from crawler.commands.render.text import ago, ahead, plain, span
from crawler.text.counting import counted
from storage.crawl.sources import SourceStatus
from storage.monitoring.scorecard import Scorecard

_INDENT = 14  # columns before a fact


def print_scorecard(card: Scorecard, now: datetime) -> None:
    """Print one outlet: a line a fact, its name before it."""
    say(f"{plain(card.outlet)}, since {card.since:%Y-%m-%d}", bold=True)
    for name, lines in _facts(card, now):
        for place, line in enumerate(lines):
            start = f"{name if place == 0 else '':<{_INDENT}}"
            say(f"{start}{plain(line)}", hanging=_INDENT)


def _facts(card: Scorecard, now: datetime) -> Iterator[tuple[str, list[str]]]:
    yield "Sources", [line for one in card.sources for line in _source(one, now)]
    yield "Polls", [f"{card.polls}, {card.failed_polls} of them failed"]
    yield "Articles", [_articles(card)]
    yield "Lag", [_lag(card)]
    yield "Dates from", [_counted(card.dates) or "no article"]
    yield "Complete", [_complete(card)]
    yield "URLs", [_counted(card.outcomes) or "none discovered"]
    yield (
        "Refusals",
        [f"{one.outcome}: {one.times}, last {ago(one.last_at, now)}" for one in card.refusals]
        or ["none"],
    )
    yield (
        "robots.txt",
        [
            f"{one.origin}: {one.cause or one.verdict}, read {ago(one.fetched_at, now)}"
            for one in card.robots
        ]
        or ["not read yet"],
    )
    yield (
        "Gaps",
        [
            f"{one.cause}: {one.times}, {counted(round(one.hours), 'hour')}, "
            f"{counted(one.possible_losses, 'possible loss', 'possible losses')}"
            for one in card.gaps
        ]
        or ["none"],
    )


def _source(source: SourceStatus, now: datetime) -> Iterator[str]:
    yield f"{source.kind} {source.url}: {source.state}"
    if source.why:
        yield f"  {source.why}"
    yield (
        f"  polled {ago(source.last_poll_at, now) or 'never'}, "
        f"next {ahead(source.next_poll_at, now) or 'never'} ({source.reason})"
    )


def _articles(card: Scorecard) -> str:
    if not card.articles:
        return "none stored"
    return (
        f"{card.articles} stored; of the newest {card.judged}: {card.on_topic} on topic, "
        f"{card.paywalled} behind a paywall, {card.words:g} words in the median; "
        f"{counted(card.copies, 'copy', 'copies')}, {card.wire_copies} with an agency's text"
    )


def _lag(card: Scorecard) -> str:
    lag = card.lag
    if lag.median is None:
        return "unknown: no article has a date with a time of day"
    return (
        f"{span(lag.median)} in the median, nine of ten within {span(lag.slowest_tenth)} "
        f"({counted(lag.articles, 'article')} whose date has a time of day)"
    )


def _complete(card: Scorecard) -> str:
    shares = [f"{name} {share:.0%}" for name, share in card.has.items()]
    return ", ".join(shares) or "no article"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items())
