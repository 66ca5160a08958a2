"""Poll a source: fetch -> read entries -> frontier and poll state, in one transaction."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from sqlite3 import Connection

from crawler import log
from crawler.alerts.notify import tell
from crawler.fetch.fetcher import Validators
from crawler.pipeline import overflow
from crawler.pipeline.context import Run, digest_of
from crawler.pipeline.discover import discoveries, elsewhere, in_zone, read
from crawler.schedule import polling
from storage.archive import archive
from storage.archive.records import ArchivedPage
from storage.crawl import frontier, polls
from storage.crawl.attempts import Attempt
from storage.crawl.frontier import Discovery
from storage.crawl.polls import PollRecord
from storage.monitoring import notices
from storage.monitoring.notices import Notice
from storage.records.model import FeedReading, FrontierUrl, Page, PollState, Source
from storage.records.outcome import Outcome

_UNCONDITIONAL = timedelta(days=1)  # one poll a day without validators: some servers lie
_log = log.get("poll")


async def poll(run: Run, target: FrontierUrl) -> list[FrontierUrl]:
    """Poll a source; return the sitemaps that an index among them names, to be polled next."""
    state = await run.database.read(polls.state, source_id=target.id)
    source = run.source_of(target)
    is_root = _is_root(target, source)
    validators = _validators(state, datetime.now(UTC)) if is_root else Validators()
    page = await run.fetcher.fetch(target, source, validators)
    digest = digest_of(page)
    is_known = page.status == 304 or (is_root and digest == state.body_hash)
    reading = None if is_known else await read(run, target, source, page)
    entries = [in_zone(entry, source) for entry in reading.entries] if reading else []
    found = discoveries(run, source, entries, page.fetched_at)

    def change(connection: Connection) -> tuple[PollRecord, list[Notice]]:
        record = _record(connection, target, state, page, reading, found)
        after = state
        if is_root:
            after = _remember(state, record, page, reading, digest, source)
        poll_id = polls.save(connection, target.id, record, after)
        told = list(_notices(target, state, record, page, is_root=is_root))
        for notice in told:
            notices.add(connection, notice)
        if run.archive is not None and record.new and any(e.is_promising for e in entries):
            place = run.archive.append(ArchivedPage(page=page, outlet=target.source))
            archive.keep(connection, place, digest, poll_id=poll_id)
        return record, told

    record, told = await run.database.write(change)
    run.tally["poll", record.outcome] += 1
    run.tally["discovered", Outcome.PENDING] += record.new
    _log.info("polled", source=target.source, url=target.url, outcome=record.outcome.value,
              new=record.new, known=record.known, unusable=record.unusable,
              ms=round(page.phases.total))  # fmt: skip
    for notice in told:
        tell(notice)
    following = [elsewhere(target, url) for url in (reading.children if reading else ())]
    if is_root and record.possible_loss:
        following += await overflow.beginnings(run, target, page.fetched_at)
    return following


def _notices(
    target: FrontierUrl, state: PollState, record: PollRecord, page: Page, *, is_root: bool
) -> Iterator[Notice]:
    """Yield what an operator wants to hear of a poll that brought an answer."""
    told = partial(Notice, at=page.fetched_at, source=target.source, url=target.url)
    if is_root and (days := polling.days_to_end(state.failing_since, page.fetched_at)):
        yield told(kind="source recovered", detail=f"after {days} days")
    if record.possible_loss:
        yield told(kind="possible loss", detail="no entry of the last poll was left in the feed")
    if is_root and page.url not in (target.url, state.validated_url or page.url):
        yield told(kind="source moved", detail=f"to {page.url}: write that in sources.toml")


def _is_root(target: FrontierUrl, source: Source | None) -> bool:
    """Whether a target is the source itself, and not a sitemap that its index named."""
    return source is None or target.asked == source.url


def _validators(state: PollState, now: datetime) -> Validators:
    if state.unconditional_at is None or now - state.unconditional_at > _UNCONDITIONAL:
        return Validators()
    return Validators(state.etag, state.last_modified, state.validated_url)


def _record(
    connection: Connection,
    target: FrontierUrl,
    state: PollState,
    page: Page,
    reading: FeedReading | None,
    listed: Sequence[Discovery],
) -> PollRecord:
    """Add the entries to the frontier and sum up the poll."""
    found = frontier.discover(connection, target.id, listed, page.fetched_at)
    return PollRecord(
        at=page.fetched_at,
        outcome=Outcome.POLLED if reading else Outcome.UNCHANGED,
        status=page.status,
        entries=len(listed),
        new=found.new,
        known=found.known,
        over_cap=reading.over_cap if reading else 0,
        unusable=reading.unusable if reading else 0,
        possible_loss=bool(state.window and listed and not found.known),
        duration_ms=page.phases.total,
    )


def _remember(
    state: PollState,
    record: PollRecord,
    page: Page,
    reading: FeedReading | None,
    digest: str,
    source: Source | None,
) -> PollState:
    """Return the poll state: the next poll, and the validators that cover these entries."""
    polled = polling.Polled(
        outcome=record.outcome,
        entries=record.entries,
        new=record.new,
        possible_loss=record.possible_loss,
        wished_seconds=max(reading.min_interval_seconds if reading else 0.0, _max_age_of(page)),
    )
    pinned = source.interval_seconds if source else None
    after = polling.after_success(state, polled, page.fetched_at, pinned)
    if reading is not None and reading.children:
        return after  # the sitemaps it names are yet to come: no validator may cover them
    if page.status == 304:
        return replace(
            after,
            etag=page.header("etag") or state.etag,
            last_modified=page.header("last-modified") or state.last_modified,
        )
    return replace(
        after,
        etag=page.header("etag"),
        last_modified=page.header("last-modified"),
        validated_url=page.url,
        body_hash=digest,
        unconditional_at=page.fetched_at,
    )


def _max_age_of(page: Page) -> float:
    """Return the freshness that the server states (RFC 9111, 5.2.2.1), in seconds."""
    match = re.search(r"\bmax-age=(\d{1,9})", page.header("cache-control") or "")
    return float(match[1]) if match else 0.0


def fail_poll(run: Run, connection: Connection, target: FrontierUrl, attempt: Attempt) -> None:
    """Record a failed poll; the source is asked again later, and never given up.

    That an outlet lists no past where others do is no failure of its source.
    """
    if target.overflowed_at is not None:
        return
    source = run.source_of(target)
    state = polls.state(connection, target.id)
    record = PollRecord(
        at=attempt.at, outcome=attempt.outcome, status=attempt.status, detail=attempt.detail
    )
    if _is_root(target, source):
        pinned = source.interval_seconds if source else None
        _tell_of_trouble(connection, target, state, attempt)
        state = polling.after_failure(state, attempt.outcome, attempt.detail, attempt.at, pinned)
    polls.save(connection, target.id, record, state)


def _tell_of_trouble(
    connection: Connection, target: FrontierUrl, state: PollState, attempt: Attempt
) -> None:
    before = polls.newest_of(connection, target.id)
    if state.failing_since is None or before is None:
        return
    if days := polling.days_to_tell(state.failing_since, before, attempt.at):
        what = f"{attempt.outcome.value}: {attempt.detail}".removesuffix(": ")
        notice = Notice(at=attempt.at, kind="source failing", source=target.source, url=target.url,
                        detail=f"for {days} days: {what}")  # fmt: skip
        notices.add(connection, notice)
        tell(notice)
