"""Backfills an outlet: finds its past articles and fetches them."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from crawler import urls
from crawler.config import Config
from crawler.daemon import daemon, indexing
from crawler.daemon.stopping import signals
from crawler.fetch.fetcher import robots_target
from crawler.fetch.follower import Follower
from crawler.fetch.loop import FetchLoop, nothing_more
from crawler.pipeline.assembly import Crawler, open_crawler
from crawler.pipeline.backfill import Backfill
from crawler.pipeline.discover import poll_target
from crawler.pipeline.sitemaps import sitemaps
from crawler.pipeline.tally import Tally
from storage.crawl import sources
from storage.records.model import FrontierUrl, Source, SourceKind, TargetKind


async def backfill(config: Config, outlet: str, since: datetime | None) -> Tally:
    """Find the past articles of an outlet, and fetch them with everything else that is pending.

    No source is polled meanwhile. Raises StorageError, TopicError, or KeyError if no source has
    this name.
    """
    listed = [source for source in config.sources() if source.name == outlet]
    if not listed:
        raise KeyError(outlet)
    async with (
        open_crawler(config, poll=lambda lists: Backfill(lists, since).read) as crawler,
        signals() as stopping,
    ):
        starting_points = await _starting_points(crawler, listed)
        for target in await Backfill(crawler.lists, since).unread(starting_points):
            crawler.queue.add(target)
        await daemon.work(crawler, stopping, until_idle=True)
        await indexing.catch_up(crawler.database)
        return crawler.tally


async def _starting_points(crawler: Crawler, listed: Iterable[Source]) -> list[FrontierUrl]:
    """Return the lists of an outlet's past: its feeds, its sitemaps, those in robots.txt."""
    found: dict[str, FrontierUrl] = {}
    origins: dict[str, Source] = {}
    for source in listed:
        if source.kind is not SourceKind.PAGE:
            found[source.url] = await _target(crawler, source, source.url)
        for url in filter(None, (source.homepage, source.url)):
            origins.setdefault(urls.origin_of(url), source)
    await _learn_rules(crawler, origins)
    for origin, source in origins.items():
        for url in await sitemaps(crawler.database, origin):
            if url not in found:
                found[url] = await _target(
                    crawler,
                    source,
                    url,
                    TargetKind.SITEMAP,
                )
    return list(found.values())


async def _target(
    crawler: Crawler,
    source: Source,
    url: str,
    kind: TargetKind | None = None,
) -> FrontierUrl:
    source_id = await crawler.database.read(sources.id_of, url=source.url)
    target = poll_target(source, source_id)
    return replace(target, kind=kind or target.kind, url=url, host=urls.host_of(url))


async def _learn_rules(crawler: Crawler, origins: Iterable[str]) -> None:
    """Fetch the robots.txt of each origin whose rules are not known."""
    fetcher, queue = crawler.fetcher, crawler.queue
    follower = Follower(queue)

    async def work(target: FrontierUrl) -> None:
        if await follower.attempt(target, fetcher.learn_rules):
            queue.release(target)

    for origin in origins:
        if await fetcher.rules(origin) is None:
            queue.add(robots_target(origin))
    in_flight = crawler.config.drawdown.limits.in_flight
    await FetchLoop(
        queue,
        nothing_more,
        work,
        in_flight,
    ).run(asyncio.Event(), until_idle=True)
