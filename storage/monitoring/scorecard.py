"""What a source is worth: its rhythm, its lag, how complete its articles are, what it refused.

Everything is counted over the newest articles and the polls since a day, so that an old fault does
not hide a mend.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import msgspec

from storage.crawl import sources
from storage.crawl.sources import SourceStatus
from storage.monitoring.gaps import gaps
from storage.sqlite.values import clean, from_column, required

_MOST_ARTICLES = 1000  # the newest: reading more takes seconds and says the same
# Outcomes with which a server or its rules say no.
_REFUSALS = (
    "blocked",
    "consent_wall",
    "denied",
    "rate_limited",
    "robots_denied",
    "robots_unreachable",
    "slow_by_robots",
)
_FIELDS = ("byline", "published", "standfirst", "section", "image", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """The time from publication, as the outlet dates it, to the first fetch; in seconds."""

    articles: int = 0  # with a date to the minute that lies before the fetch
    median: float | None = None
    slowest_tenth: float | None = None  # nine of ten were faster


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """How often an answer was a refusal, and when last."""

    outcome: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """The gaps of one cause."""

    cause: str
    times: int
    hours: float
    possible_losses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """What robots.txt of an origin says now."""

    origin: str
    verdict: str  # rules, allow or disallow
    cause: str | None  # the outcome that forbids everything
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """One outlet since a day."""

    outlet: str
    since: datetime
    sources: tuple[SourceStatus, ...]
    polls: int
    failed_polls: int
    articles: int  # stored since then
    judged: int  # of them, those that are counted below: the newest
    on_topic: int
    copies: int
    wire_copies: int  # whose text an agency wrote
    lag: Lag
    dates: dict[str, int]  # how the date was got: articles
    has: dict[str, float]  # field: share of articles that have it
    words: float | None  # of the median article
    paywalled: int
    outcomes: dict[str, int]  # of the URLs discovered since then
    refusals: tuple[Refusal, ...]
    robots: tuple[RobotsRules, ...]
    gaps: tuple[Hole, ...]


def scorecard(
    connection: sqlite3.Connection,
    outlet: str,
    since: datetime,
    now: datetime,
) -> Scorecard:
    """Return what is known of an outlet since a day; of one without rows, nothing but zeros."""
    listed = tuple(one for one in sources.statuses(connection, now) if one.source == outlet)
    at = {"outlet": clean(outlet), "since": required(since)}
    articles = connection.execute(_ARTICLES, at | {"most": _MOST_ARTICLES}).fetchall()
    polled = connection.execute(_POLLS, at).fetchone()
    counted = connection.execute(_COUNTS, at).fetchone()
    outcomes = connection.execute(_OUTCOMES, at).fetchall()
    return Scorecard(
        outlet=outlet,
        since=since,
        sources=listed,
        polls=polled["polls"],
        failed_polls=polled["failed"],
        articles=counted["articles"],
        judged=len(articles),
        on_topic=sum(row["relevant"] for row in articles),
        copies=counted["copies"],
        wire_copies=counted["wire"],
        lag=_lag(articles),
        dates=_dates(articles),
        has=_shares(articles),
        words=median([row["word_count"] for row in articles]) if articles else None,
        paywalled=sum(row["access"] in ("partial", "paywalled") for row in articles),
        outcomes={row["outcome"]: row["urls"] for row in outcomes},
        refusals=_refusals(connection, at),
        robots=_robots(connection, outlet),
        gaps=_holes(connection, outlet, since, now),
    )


_ARTICLES = """
    SELECT revision.published, revision.byline, revision.standfirst, revision.section,
           revision.image, revision.language, revision.word_count, revision.access,
           revision.fetched_at, revision.origins, article.first_seen,
           coalesce((SELECT relevant FROM verdict WHERE verdict.article_id = article.id
                     ORDER BY revision DESC, stored_at DESC LIMIT 1), 0) AS relevant
    FROM article JOIN source ON source.id = article.source_id
    JOIN revision ON revision.article_id = article.id AND revision.number = 1
    WHERE source.name = :outlet AND article.first_seen >= :since
    ORDER BY article.id DESC LIMIT :most
"""
_COUNTS = """
    SELECT count(*) AS articles,
           coalesce(sum(article.cluster_id <> article.id), 0) AS copies,
           coalesce(sum(article.wire IS NOT NULL), 0) AS wire
    FROM article JOIN source ON source.id = article.source_id
    WHERE source.name = :outlet AND article.first_seen >= :since
"""
_POLLS = """
    SELECT count(*) AS polls,
           coalesce(sum(outcome NOT IN ('polled', 'unchanged')), 0) AS failed
    FROM poll JOIN source ON source.id = poll.source_id
    WHERE source.name = :outlet AND at >= :since
"""
_OUTCOMES = """
    SELECT outcome, count(*) AS urls
    FROM frontier_url JOIN source ON source.id = frontier_url.source_id
    WHERE source.name = :outlet AND discovered_at >= :since
    GROUP BY outcome ORDER BY urls DESC, outcome
"""


def _lag(articles: Sequence[sqlite3.Row]) -> Lag:
    """Count only dates with a time of day: midnight is how a page writes a day alone."""
    seconds = []
    for row in articles:
        published = from_column(row["published"])
        fetched = from_column(row["fetched_at"])
        if published is None or fetched is None or published > fetched:
            continue
        if (published.hour, published.minute, published.second) != (0, 0, 0):
            seconds.append((fetched - published).total_seconds())
    if not seconds:
        return Lag()
    seconds.sort()
    tenth = seconds[min(len(seconds) - 1, len(seconds) * 9 // 10)]
    return Lag(articles=len(seconds), median=median(seconds), slowest_tenth=tenth)


def _dates(articles: Sequence[sqlite3.Row]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for row in articles:
        origins = msgspec.json.decode(row["origins"], type=dict[str, str])
        origin = "none" if row["published"] is None else origins.get("published", "unknown")
        counted[origin] += 1
    return dict(counted.most_common())


def _shares(articles: Sequence[sqlite3.Row]) -> dict[str, float]:
    if not articles:
        return {}
    shares = {}
    for name in _FIELDS:
        having = sum(row[name] not in (None, "", "[]") for row in articles)
        shares[name] = having / len(articles)
    return shares


def _refusals(connection: sqlite3.Connection, at: dict[str, str]) -> tuple[Refusal, ...]:
    """Count refused polls and refused articles together."""
    marks = ", ".join(f"'{outcome}'" for outcome in _REFUSALS)
    rows = connection.execute(
        f"""
        SELECT outcome, count(*) AS times, max(at) AS last_at FROM (
            SELECT poll.outcome, poll.at FROM poll JOIN source ON source.id = poll.source_id
            WHERE source.name = :outlet AND poll.at >= :since AND poll.outcome IN ({marks})
            UNION ALL
            SELECT attempt.outcome, attempt.at FROM source
            JOIN frontier_url ON frontier_url.source_id = source.id
            JOIN attempt ON attempt.frontier_id = frontier_url.id
            WHERE source.name = :outlet AND attempt.at >= :since AND attempt.outcome IN ({marks})
        ) GROUP BY outcome ORDER BY times DESC, outcome
        """,  # noqa: S608 - names of this file
        at,
    )
    return tuple(msgspec.convert(dict(row), Refusal) for row in rows)


def _robots(connection: sqlite3.Connection, outlet: str) -> tuple[RobotsRules, ...]:
    rows = connection.execute(
        """
        SELECT DISTINCT robots.origin, robots.verdict, robots.cause, robots.fetched_at
        FROM source JOIN robots ON robots.origin IN (
            'https://' || source.host, 'http://' || source.host,
            'https://www.' || source.host, 'http://www.' || source.host)
        WHERE source.name = :outlet ORDER BY robots.origin
        """,
        {"outlet": clean(outlet)},
    )
    return tuple(msgspec.convert(dict(row), RobotsRules) for row in rows)


def _holes(
    connection: sqlite3.Connection,
    outlet: str,
    since: datetime,
    now: datetime,
) -> tuple[Hole, ...]:
    times: Counter[str] = Counter()
    losses: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    for gap in gaps(connection, now, since=since, source=outlet):
        begun = max(gap.start, since)
        times[gap.cause] += 1
        seconds[gap.cause] += ((gap.end or now) - begun).total_seconds()
        losses[gap.cause] += gap.loss == "possible"
    return tuple(
        Hole(
            cause=cause,
            times=number,
            hours=round(seconds[cause] / 3600, 1),
            possible_losses=losses[cause],
        )
        for cause, number in times.most_common()
    )
