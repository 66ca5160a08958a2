"""What a source lists becomes entries, and entries become addresses of the frontier."""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler import urls
from crawler.errors import FeedUnreadable, FetchError
from crawler.pipeline.context import Run
from crawler.workers.jobs import source_job
from storage.crawl.frontier import Discovery
from storage.records.model import FeedEntry, FeedReading, FrontierUrl, Page, Source, SourceKind
from storage.records.outcome import Outcome


async def read(
    run: Run, target: FrontierUrl, source: Source | None, page: Page, whole: int | None = None
) -> FeedReading:
    """Read entries in a worker: the newest, or of everything `whole` at most. Raises FetchError."""
    cap = whole or run.config.drawdown.limits.entries
    kind = SourceKind(target.kind.value)
    job = source_job(kind, page, source, cap, is_whole=whole is not None)
    try:
        return await run.workers.read_source(job)
    except FeedUnreadable as error:
        raise FetchError(Outcome.BAD_FEED, target.url, str(error), status=page.status) from error


def elsewhere(target: FrontierUrl, url: str) -> FrontierUrl:
    """Return the target for another address of the same source: nothing was spent on it yet."""
    return replace(target, url=url, hops=(), host=urls.host_of(url), spent_seconds=0.0)


def discovery(run: Run, entry: FeedEntry) -> Discovery:
    """Work out which address an entry leads to."""
    return Discovery(
        entry=entry,
        canonical_url=urls.canonicalize(entry.url, run.learned),
        host=urls.host_of(entry.url),
    )


def discoveries(
    run: Run, source: Source | None, entries: Iterable[FeedEntry], now: datetime
) -> list[Discovery]:
    """Return the addresses of entries; those that are too old are refused by what they claim."""
    max_age = _max_age(run, source)
    return [_aged(discovery(run, entry), max_age, now) for entry in entries]


def _max_age(run: Run, source: Source | None) -> float:
    """Return the age gate in seconds: the source's own, or the general one."""
    if source is not None and source.max_age_seconds is not None:
        return source.max_age_seconds
    general = run.config.drawdown.max_age
    return math.inf if general is None else general.total_seconds()


def _aged(found: Discovery, max_age: float, now: datetime) -> Discovery:
    claimed = found.entry.published
    is_too_old = claimed is not None and (now - claimed).total_seconds() > max_age
    return replace(found, refused=Outcome.TOO_OLD) if is_too_old else found


def in_zone(entry: FeedEntry, source: Source | None) -> FeedEntry:
    """Return an entry whose times, where the feed passes local time for GMT, are what they are."""
    if source is None or source.feed_timezone is None:
        return entry
    zone = ZoneInfo(source.feed_timezone)
    published, modified = (
        claim and claim.replace(tzinfo=zone).astimezone(UTC)
        for claim in (entry.published, entry.modified)
    )
    return replace(entry, published=published, modified=modified)
