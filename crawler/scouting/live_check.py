"""`drawdown check --live`: fetches each source once, politely, with one of its articles."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from crawler import urls
from crawler.config import Config
from crawler.errors import FeedUnreadable, FetchError
from crawler.pipeline.assembly import open_workers
from crawler.scouting.candidates import Scout, Trial
from crawler.scouting.session import Session
from crawler.text.counting import counted
from storage.records.model import FeedEntry, FeedReading, Page, Source, SourceKind

_HOSTS_AT_ONCE = 16
_STALE_AFTER = timedelta(days=30)  # without a new entry a feed may have been replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of fetching a source once."""

    source: str
    kind: str
    url: str
    outcome: str  # readable, or as in docs/operations.md
    detail: str = ""  # the reason why it cannot be read
    status: int | None = None
    robots: str = ""  # what robots.txt says about its URL
    moved_to: str | None = None
    has_validators: bool = False  # an unchanged feed costs little
    entries: int = 0
    promising: int = 0  # entries whose headline or summary is about the topic
    newest: datetime | None = None
    article_url: str | None = None  # of the newest entry, fetched, extracted and judged
    article: str = ""  # the result of the trial
    headline: str | None = None
    suggestions: tuple[str, ...] = ()  # for the configuration


async def ask_all(
    config: Config,
    sources: Sequence[Source],
) -> AsyncIterator[Answer]:
    """Fetch and read each source once: one request at a time to a host, several hosts at once."""
    by_host = sorted(sources, key=_host_of)
    slots = asyncio.Semaphore(_HOSTS_AT_ONCE)
    async with open_workers(config) as workers, Session.open(config) as session:
        scout = Scout(config, session, workers)
        tasks = [
            asyncio.create_task(_ask_host(scout, list(group), slots))
            for _, group in groupby(by_host, key=_host_of)
        ]
        try:
            for task in asyncio.as_completed(tasks):
                for answer in await task:
                    yield answer
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _host_of(source: Source) -> str:
    return urls.host_of(source.url)


async def _ask_host(
    scout: Scout,
    sources: Sequence[Source],
    slots: asyncio.Semaphore,
) -> list[Answer]:
    async with slots:
        answers = []
        for source in sources:
            answer = await _ask(scout, source)
            robots = await scout.session.robots(source.url)
            answers.append(replace(answer, robots=robots))
        return answers


async def _ask(scout: Scout, source: Source) -> Answer:
    try:
        page = await scout.session.get(source.url, source)
        reading = await scout.read(source, page)
    except FetchError as error:
        answer = _asked(
            source,
            error.outcome.value,
            await _suggest_feed(scout, source),
        )
        return replace(
            answer,
            detail=error.detail or "",
            status=error.status,
        )
    except FeedUnreadable as error:
        answer = _asked(
            source,
            "bad_feed",
            await _suggest_feed(scout, source),
        )
        return replace(answer, detail=str(error), status=page.status)

    trial = await scout.try_article(reading.entries, source)
    suggestions = _suggestions(page, reading, trial)
    has_news = bool(reading.entries) and not _is_stale(reading.entries)
    if not has_news or source.kind is SourceKind.PAGE:
        suggestions += await _suggest_feed(scout, source)
    return _readable(
        _asked(source, "readable", suggestions),
        page,
        reading.entries,
        trial,
    )


def _suggestions(
    page: Page,
    reading: FeedReading,
    trial: Trial | None,
) -> list[str]:
    """Return suggestions for the configuration of a source."""
    found = []
    if page.moved_to:
        found.append(f"moved permanently: write {page.moved_to}")
    if not _has_validators(page):
        found.append("no validators: each poll costs the whole feed")
    if reading.undated:
        dates = counted(reading.undated, "date")
        found.append(f"{dates} cannot be read: an entry without a date is taken as new")
    now = datetime.now(UTC)
    future = sum(date > now for date in _dates(reading.entries))
    if future:
        found.append(
            f"{future} dated in the future: it may label local time as GMT; set feed_timezone"
        )
    if trial is not None:
        found += [f"{name} matches nothing on {trial.url}" for name in trial.idle]
    return found


def _has_validators(page: Page) -> bool:
    """Return whether a later request can be conditional (RFC 9110, section 13)."""
    return bool(page.header("etag") or page.header("last-modified"))


async def _suggest_feed(scout: Scout, source: Source) -> tuple[str, ...]:
    """Return a suggestion if the outlet's page names another feed that is better."""
    page = source.homepage or f"{urls.origin_of(source.url)}/"
    try:
        candidates = await scout.find(page)
    except (FetchError, FeedUnreadable):
        return ()

    for found in candidates:
        is_other = found.url != source.url
        has_news = bool(found.entries) and not _is_stale(found.entries)
        if is_other and has_news:
            name = f"{found.kind.value} = {found.url} ({found.found_by})"
            return (f"{name} has {counted(len(found.entries), 'entry', 'entries')}",)
    return ()


def _is_stale(entries: Sequence[FeedEntry]) -> bool:
    dates = _dates(entries)
    return bool(dates) and max(dates) < datetime.now(UTC) - _STALE_AFTER


def _dates(entries: Sequence[FeedEntry]) -> list[datetime]:
    return [entry.published for entry in entries if entry.published is not None]


def _asked(source: Source, outcome: str, suggestions: Sequence[str]) -> Answer:
    return Answer(
        source=source.name,
        kind=source.kind.value,
        url=source.url,
        outcome=outcome,
        suggestions=tuple(suggestions),
    )


def _readable(
    answer: Answer,
    page: Page,
    entries: Sequence[FeedEntry],
    trial: Trial | None,
) -> Answer:
    if trial is not None:
        answer = _tried(answer, trial)
    return replace(
        answer,
        status=page.status,
        moved_to=page.moved_to,
        has_validators=_has_validators(page),
        entries=len(entries),
        promising=sum(entry.is_promising for entry in entries),
        newest=max(_dates(entries), default=None),
    )


def _tried(answer: Answer, trial: Trial) -> Answer:
    article = trial.reading.article if trial.reading else None
    return replace(
        answer,
        article_url=trial.url,
        article=trial.summary,
        headline=article.headline if article else None,
    )
