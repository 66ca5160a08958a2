"""Imports archived pages through the same pipeline: extracted, judged, compared, stored."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Literal

from crawler import log, urls
from crawler.errors import FetchError, WarcUnreadable
from crawler.pipeline.assembly import Crawler
from crawler.pipeline.fetched import digest_of, read_page
from crawler.runtime.background import all_of
from crawler.workers.jobs import replay_job
from storage.archive.records import ArchivedPage
from storage.articles import revisions
from storage.articles.revisions import Revision
from storage.crawl import frontier, profiles, sources
from storage.crawl.frontier import Discovery
from storage.records.model import FeedEntry, FrontierUrl, PageReading, TargetKind
from storage.records.outcome import Outcome

_BATCH_PAGES = 64  # extracted at once
_BATCH_BYTES = 64 * 1024 * 1024
_HTML_TYPES = {"", "text/html", "application/xhtml+xml"}
_log = log.get("import")
_OFF_TOPIC = PageReading(article=None, refused=Outcome.OFF_TOPIC)
_LOST_PARSER = {Outcome.PARSE_TIMEOUT, Outcome.PARSE_CRASH}


@dataclass(frozen=True, slots=True)
class _Placed:
    """A page with its target in the frontier: an article, or a revisit of one."""

    kept: ArchivedPage
    target: FrontierUrl
    known: Revision | None = None  # the newest, if the store has an article of this address


async def import_pages(
    crawler: Crawler,
    pages: Iterable[ArchivedPage],
    counts: Counter[str],
    *,
    only_relevant: bool = False,
) -> AsyncIterator[int]:
    """Take pages through the pipeline in their order, and count them by outcome.

    A page that is in the store, or older than its article there, is `known`: so a stopped import
    resumes. A page whose parser is lost is `not_tried`: its address stays pending, and the next
    import tries it again. Responses that are no HTML page are counted and skipped. Yields, after
    each batch, how many pages are done. Raises what `pages` raises, after storing all before that.
    """
    for batch in _batches(crawler, pages, counts):
        placed = await crawler.database.write(
            _find_targets,
            crawler,
            batch,
        )
        counts["known"] += len(batch) - len(placed)
        readings = await all_of(_read(crawler, one) for one in placed)
        for one, reading in zip(placed, readings, strict=True):
            counts[
                await _store(
                    crawler,
                    one,
                    reading,
                    only_relevant=only_relevant,
                )
            ] += 1
        yield counts.total()


def _batches(
    crawler: Crawler, pages: Iterable[ArchivedPage], counts: Counter[str]
) -> Iterator[list[ArchivedPage]]:
    """Yield pages in batches in which each address occurs once, so that their order is kept."""
    batch: dict[str, ArchivedPage] = {}
    size = 0
    try:
        for kept in pages:
            refused = _find_refusal(kept, crawler.config.drawdown.limits.article_bytes)
            _log_faults(kept, refused)
            if refused is not None:
                counts[refused] += 1
                continue
            address = _canonical_url(crawler, kept)
            if address in batch or len(batch) >= _BATCH_PAGES or size > _BATCH_BYTES:
                yield list(batch.values())
                batch, size = {}, 0
            batch[address] = kept
            size += len(kept.page.body)
    except WarcUnreadable:
        yield list(batch.values())
        raise
    yield list(batch.values())


def _find_refusal(kept: ArchivedPage, most_bytes: int) -> Outcome | None:
    """Return the outcome that a fetch would give a response that is no page; else None."""
    page = kept.page
    if urls.usable(page.url) is None:
        return Outcome.BAD_URL
    if page.status not in {200, 203}:
        return Outcome.CLIENT_ERROR if 400 <= page.status < 500 else Outcome.PROTOCOL
    media_type = (page.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type not in _HTML_TYPES:
        return Outcome.NOT_HTML
    return Outcome.TOO_LARGE if len(page.body) > most_bytes else None


def _log_faults(kept: ArchivedPage, refused: Outcome | None) -> None:
    """Log a page whose records have impossible fields: it is refused, or imported without them."""
    if not kept.faults:
        return
    named = {"url": kept.page.url[:200], "why": "; ".join(kept.faults)}
    if refused is None:
        _log.warning("field passed over", **named)
    else:
        _log.warning("record refused", outcome=refused.value, **named)


def _entry_of(kept: ArchivedPage) -> FeedEntry:
    """Return the feed entry of a page, or an entry with nothing but its address."""
    entry = kept.read_with.entry if kept.read_with else None
    return entry or FeedEntry(url=kept.page.requested_url)


def _canonical_url(crawler: Crawler, kept: ArchivedPage) -> str:
    return urls.canonicalize(_entry_of(kept).url, crawler.lists.learned)


def _find_targets(
    connection: Connection, crawler: Crawler, batch: list[ArchivedPage]
) -> list[_Placed]:
    placed = (_find_target(connection, crawler, kept) for kept in batch)
    return [one for one in placed if one is not None]


def _find_target(
    connection: Connection,
    crawler: Crawler,
    kept: ArchivedPage,
) -> _Placed | None:
    """Return a page with its target in the frontier; None if there is nothing to do."""
    page, address = kept.page, _canonical_url(crawler, kept)
    host = urls.host_of(page.url)
    outlet = kept.outlet or _outlet_of(crawler, host)
    standing = frontier.standing(connection, address)
    if standing is None:
        source = sources.of_outlet(
            connection,
            outlet,
            host,
            datetime.now(UTC),
        )
        found = Discovery(
            entry=_entry_of(kept),
            canonical_url=address,
            host=host,
        )
        frontier.discover(
            connection,
            source,
            [found],
            kept.first_seen or page.fetched_at,
        )
        standing = frontier.standing(connection, address)
    if standing is None:
        return None  # forgotten on demand
    target = FrontierUrl(
        id=standing.id,
        kind=TargetKind.ARTICLE,
        url=page.url,
        source=outlet,
        host=host,
    )
    if standing.outcome is Outcome.PENDING:
        return _Placed(kept, target)
    if standing.article_id is None or _is_known(
        connection,
        standing.article_id,
        kept,
    ):
        return None
    again = replace(
        target,
        id=standing.article_id,
        kind=TargetKind.REVISIT,
    )
    return _Placed(
        kept,
        again,
        revisions.newest(connection, standing.article_id),
    )


def _outlet_of(crawler: Crawler, host: str) -> str:
    """Return the outlet whose sources are on the site of a host; the host if there is none."""
    for source in crawler.config.sources():
        addresses = filter(None, (source.homepage, source.url))
        hosts = [*map(urls.host_of, addresses), *source.domains, *source.former_domains]
        if any(urls.same_site(own, host) for own in hosts):
            return source.name
    return host


def _is_known(connection: Connection, article_id: int, kept: ArchivedPage) -> bool:
    """Return whether an article has this page, or a later one."""
    newest = revisions.newest(connection, article_id)
    return kept.page.fetched_at <= newest.fetched_at or revisions.has_page(
        connection,
        article_id,
        digest_of(kept.page),
    )


async def _read(crawler: Crawler, one: _Placed) -> PageReading:
    """Extract a page with its original inputs if they are recorded, else with today's."""
    page, then = one.kept.page, one.kept.read_with
    known = one.known.body if one.known else None
    try:
        if then is None:
            return await read_page(
                crawler.database,
                crawler.workers,
                page,
                crawler.context.source_of(one.target),
                entry=_entry_of(one.kept),
                known=known,
            )
        site = await crawler.database.read(profiles.of, host=urls.host_of(page.url))
        job = replay_job(
            page,
            then,
            site=replace(then.site, lines=site.lines),
            known=known,
        )
        return await crawler.workers.read_page(job)
    except FetchError as error:
        return PageReading(
            article=None,
            refused=error.outcome,
            detail=error.detail,
        )


async def _store(
    crawler: Crawler,
    one: _Placed,
    reading: PageReading,
    *,
    only_relevant: bool,
) -> Outcome | Literal["not_tried"]:
    """Store the extraction result of a page; return its outcome."""
    if reading.refused in _LOST_PARSER:
        _log.warning(
            "page not tried",
            url=one.target.url,
            why=reading.detail,
        )
        return "not_tried"
    if one.known is not None:
        outcome = await crawler.revisits.settle(
            one.target,
            one.known,
            one.kept.page,
            reading,
        )
        return "not_tried" if outcome in _LOST_PARSER else outcome
    verdict = reading.verdict
    if only_relevant and verdict is not None and not verdict.relevant:
        reading = _OFF_TOPIC
    return await crawler.visits.settle(one.target, one.kept.page, reading)
