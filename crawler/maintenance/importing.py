"""Pages from an archive through the same pipeline: read, judged, compared, stored."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from sqlite3 import Connection

from crawler import log, urls
from crawler.errors import FetchError, WarcUnreadable
from crawler.pipeline import revisit, visit
from crawler.pipeline.context import Run, digest_of
from crawler.workers.jobs import replay_job
from storage.archive.records import ArchivedPage
from storage.articles import revisions
from storage.articles.revisions import Revision
from storage.crawl import frontier, profiles, sources
from storage.crawl.frontier import Discovery
from storage.records.model import FeedEntry, FrontierUrl, PageReading, TargetKind
from storage.records.outcome import Outcome

_BATCH, _BATCH_BYTES = 64, 64 * 1024 * 1024  # pages read at once
_HTML = {"", "text/html", "application/xhtml+xml"}
_log = log.get("import")
_UNWANTED = PageReading(article=None, refused=Outcome.OFF_TOPIC)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A page with what it is fetched as: for the first time, or once more."""

    kept: ArchivedPage
    target: FrontierUrl
    known: Revision | None = None  # of the article that stands under its address


async def import_pages(
    run: Run,
    pages: Iterable[ArchivedPage],
    counts: Counter[str],
    *,
    only_relevant: bool = False,
) -> AsyncIterator[int]:
    """Take pages through the pipeline in their order, and count how many ended how.

    A page that is in the store, or older than its article there, is `known`: an import that was
    stopped goes on where it was. What is no HTML page is counted and passed over. Yields now and
    then how many pages are done. Raises what `pages` raises, when all before that is stored.
    """
    for batch in _batches(run, pages, counts):
        placed = await run.database.write(_place_all, run, batch)
        counts["known"] += len(batch) - len(placed)
        readings = await asyncio.gather(*(_read(run, one) for one in placed))
        for one, reading in zip(placed, readings, strict=True):
            counts[await _settle(run, one, reading, only_relevant=only_relevant)] += 1
        yield counts.total()


def _batches(
    run: Run, pages: Iterable[ArchivedPage], counts: Counter[str]
) -> Iterator[list[ArchivedPage]]:
    """Yield pages in batches of different addresses: of two of one the first comes before."""
    batch: dict[str, ArchivedPage] = {}
    size = 0
    try:
        for kept in pages:
            refused = _refused(kept, run.config.drawdown.limits.article_bytes)
            _name(kept, refused)
            if refused is not None:
                counts[refused] += 1
                continue
            address = _address(run, kept)
            if address in batch or len(batch) >= _BATCH or size > _BATCH_BYTES:
                yield list(batch.values())
                batch, size = {}, 0
            batch[address] = kept
            size += len(kept.page.body)
    except WarcUnreadable:
        yield list(batch.values())
        raise
    yield list(batch.values())


def _refused(kept: ArchivedPage, most_bytes: int) -> Outcome | None:
    """Return why a response is no page, in the words of a fetch."""
    page = kept.page
    if urls.usable(page.url) is None:
        return Outcome.BAD_URL
    if page.status not in {200, 203}:
        return Outcome.CLIENT_ERROR if 400 <= page.status < 500 else Outcome.PROTOCOL
    media_type = (page.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type not in _HTML:
        return Outcome.NOT_HTML
    return Outcome.TOO_LARGE if len(page.body) > most_bytes else None


def _name(kept: ArchivedPage, refused: Outcome | None) -> None:
    """Log a page whose records say what cannot be: it is refused, or imported without that."""
    if not kept.faults:
        return
    named = {"url": kept.page.url[:200], "why": "; ".join(kept.faults)}
    if refused is None:
        _log.warning("field passed over", **named)
    else:
        _log.warning("record refused", outcome=refused.value, **named)


def _entry(kept: ArchivedPage) -> FeedEntry:
    """Return what a feed said of the page, or its bare address."""
    entry = kept.read_with.entry if kept.read_with else None
    return entry or FeedEntry(url=kept.page.requested_url)


def _address(run: Run, kept: ArchivedPage) -> str:
    return urls.canonicalize(_entry(kept).url, run.learned)


def _place_all(connection: Connection, run: Run, batch: list[ArchivedPage]) -> list[_Placed]:
    placed = (_place(connection, run, kept) for kept in batch)
    return [one for one in placed if one is not None]


def _place(connection: Connection, run: Run, kept: ArchivedPage) -> _Placed | None:
    """Put a page into the frontier; None where it is known there."""
    page, address = kept.page, _address(run, kept)
    host = urls.host_of(page.url)
    outlet = kept.outlet or _outlet(run, host)
    standing = frontier.standing(connection, address)
    if standing is None:
        source = sources.of_outlet(connection, outlet, host, datetime.now(UTC))
        found = Discovery(entry=_entry(kept), canonical_url=address, host=host)
        frontier.discover(connection, source, [found], kept.first_seen or page.fetched_at)
        standing = frontier.standing(connection, address)
    if standing is None:
        return None  # forgotten on demand
    target = FrontierUrl(
        id=standing.id, kind=TargetKind.ARTICLE, url=page.url, source=outlet, host=host
    )
    if standing.outcome is Outcome.PENDING:
        return _Placed(kept, target)
    if standing.article_id is None or _is_known(connection, standing.article_id, kept):
        return None
    again = replace(target, id=standing.article_id, kind=TargetKind.REVISIT)
    return _Placed(kept, again, revisions.newest(connection, standing.article_id))


def _outlet(run: Run, host: str) -> str:
    """Return the outlet that a host belongs to, by its sources; else the host."""
    for source in run.config.sources():
        if any(
            url is not None and urls.same_site(urls.host_of(url), host)
            for url in (source.homepage, source.url)
        ):
            return source.name
    return host


def _is_known(connection: Connection, article_id: int, kept: ArchivedPage) -> bool:
    """Whether an article has this page, or a later one."""
    newest = revisions.newest(connection, article_id)
    return kept.page.fetched_at <= newest.fetched_at or revisions.has_page(
        connection, article_id, digest_of(kept.page)
    )


async def _read(run: Run, one: _Placed) -> PageReading:
    """Read a page as it was read when it came, where that is known; else as it is read today."""
    page, then = one.kept.page, one.kept.read_with
    known = one.known.body if one.known else None
    try:
        if then is None:
            return await run.read_page(one.target, page, _entry(one.kept), known)
        site = await run.database.read(profiles.of, host=urls.host_of(page.url))
        job = replay_job(page, then, site=replace(then.site, lines=site.lines), known=known)
        return await run.workers.read_page(job)
    except FetchError as error:
        return PageReading(article=None, refused=error.outcome, detail=error.detail)


async def _settle(run: Run, one: _Placed, reading: PageReading, *, only_relevant: bool) -> Outcome:
    """Store what a page came to."""
    if one.known is not None:
        return await revisit.settle(run, one.target, one.known, one.kept.page, reading)
    verdict = reading.verdict
    if only_relevant and verdict is not None and not verdict.relevant:
        reading = _UNWANTED
    return await visit.settle(run, one.target, one.kept.page, reading)
