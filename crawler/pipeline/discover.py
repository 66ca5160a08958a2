"""The entries that a list contains become addresses of the frontier."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler import urls
from crawler.pipeline.identity import Learned
from storage.crawl.frontier import Discovery
from storage.records.model import FeedEntry, FrontierUrl, Source, TargetKind
from storage.records.outcome import Outcome


def poll_target(source: Source, number: int) -> FrontierUrl:
    """Return the poll of a source, whose row has this number."""
    return FrontierUrl(
        id=number,
        kind=TargetKind(source.kind.value),
        url=source.url,
        source=source.name,
        host=urls.host_of(source.url),
    )


def with_url(target: FrontierUrl, url: str) -> FrontierUrl:
    """Return the target for another address of the same source, which was not tried yet."""
    host = urls.host_of(url)
    return replace(
        target,
        url=url,
        hops=(),
        moved_to=None,
        cookies=(),
        host=host,
        spent_seconds=0.0,
    )


def discovery(entry: FeedEntry, learned: Learned) -> Discovery:
    """Return the address that an entry leads to."""
    return Discovery(
        entry=entry,
        canonical_url=urls.canonicalize(entry.url, learned),
        host=urls.host_of(entry.url),
    )


def refuse_old(found: Discovery, max_age_seconds: float, now: datetime) -> Discovery:
    """Refuse an address whose entry is dated longer ago than the age gate allows.

    What has not changed since then was not published since, where only that is known. An entry
    without a date passes, and so does one dated in the future.
    """
    claimed = found.entry.published or found.entry.modified
    if claimed is None or (now - claimed).total_seconds() <= max_age_seconds:
        return found
    return replace(found, refused=Outcome.TOO_OLD)


def max_age_of(source: Source | None, general: float = math.inf) -> float:
    """Return the age gate in seconds: the source's own, or the general one."""
    if source is not None and source.max_age_seconds is not None:
        return source.max_age_seconds
    return general


def in_zone(entry: FeedEntry, source: Source | None) -> FeedEntry:
    """Return an entry with corrected times, where its feed passes local time off as GMT."""
    if source is None or source.feed_timezone is None:
        return entry
    zone = ZoneInfo(source.feed_timezone)
    published, modified = (
        claim and claim.replace(tzinfo=zone).astimezone(UTC)
        for claim in (entry.published, entry.modified)
    )
    return replace(entry, published=published, modified=modified, is_zoned=True)
