"""A window that overflowed: what passed unseen is looked for where an outlet lists its past.

Later pages of the feed are read until one shows an entry from before the poll that found no
overlap: then nothing is missing in between. News sitemaps, which hold two days, are read too.
"""

from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection

from crawler import log, urls
from crawler.feeds.paging import page_of, with_page
from crawler.pipeline.context import Run
from crawler.pipeline.discover import discoveries, elsewhere, in_zone, read
from crawler.pipeline.sitemaps import news_sitemaps
from storage.crawl import backfills, frontier, polls
from storage.crawl.backfills import AFTER_OVERFLOW
from storage.crawl.frontier import Discovery
from storage.crawl.polls import PollRecord
from storage.records.model import FeedReading, FrontierUrl, Page, TargetKind
from storage.records.outcome import Outcome

_MOST_PAGES = 20  # of a feed, after one overflow
_MOST_SITEMAPS = 3
_log = log.get("poll")


async def beginnings(run: Run, target: FrontierUrl, at: datetime) -> list[FrontierUrl]:
    """Return where to look for what passed unseen before a poll."""
    origin = urls.origin_of(target.url)
    named = await news_sitemaps(run.database, origin)
    found = [
        _at(target, sitemap, at, TargetKind.SITEMAP)
        for sitemap in named[:_MOST_SITEMAPS]
        if sitemap != target.asked
    ]
    if target.kind is TargetKind.FEED and (following := with_page(target.asked, 2)):
        found.append(_at(target, following, at, target.kind))
    return found


def _at(target: FrontierUrl, url: str, at: datetime, kind: TargetKind) -> FrontierUrl:
    return replace(elsewhere(target, url), kind=kind, overflowed_at=at)


async def refill(run: Run, target: FrontierUrl) -> list[FrontierUrl]:
    """Read one list of the past; return the next page where the gap is not closed yet.

    Raises FetchError, RulesNeeded or Redirected.
    """
    assert target.overflowed_at is not None  # noqa: S101 - the caller's condition
    source = run.source_of(target)
    page = await run.fetcher.fetch(target, source)
    reading = await read(run, target, source, page)
    entries = [in_zone(entry, source) for entry in reading.entries]
    listed = discoveries(run, source, entries, page.fetched_at)
    record = await run.database.write(_keep, target, page, reading, listed)
    run.tally["discovered", Outcome.PENDING] += record.new
    _log.info("backfilled", source=target.source, url=target.url, new=record.new,
              known=record.known, ms=round(page.phases.total))  # fmt: skip
    children = [_at(target, url, target.overflowed_at, target.kind) for url in reading.children]
    number, first = page_of(target.asked)
    is_open = record.new > 0 and not record.known
    if target.kind is TargetKind.FEED and is_open and number < _MOST_PAGES:
        following = with_page(first, number + 1)
        if following is not None:
            children.append(_at(target, following, target.overflowed_at, target.kind))
    return children


def _keep(
    connection: Connection,
    target: FrontierUrl,
    page: Page,
    reading: FeedReading,
    listed: list[Discovery],
) -> PollRecord:
    """Add what is listed to the frontier; known is what was so before the overflow."""
    assert target.overflowed_at is not None  # noqa: S101 - the caller's condition
    addresses = [one.canonical_url for one in listed]
    known = backfills.known_before(connection, addresses, target.overflowed_at)
    found = frontier.discover(connection, target.id, listed, page.fetched_at)
    record = PollRecord(
        at=page.fetched_at,
        outcome=Outcome.POLLED,
        status=page.status,
        detail=AFTER_OVERFLOW,
        entries=len(listed),
        new=found.new,
        known=known,
        over_cap=reading.over_cap,
        unusable=reading.unusable,
        duration_ms=page.phases.total,
    )
    polls.save(connection, target.id, record, polls.state(connection, target.id))
    return record
