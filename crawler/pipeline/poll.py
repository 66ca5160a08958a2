"""Poll a source: plan -> fetch -> read entries -> decide -> store.

`plan` and `decide` are pure. The entries and the poll state are stored in one transaction, so that
no validator can cover entries that were lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from sqlite3 import Connection

from crawler import log
from crawler.alerts.notify import tell
from crawler.fetch.fetcher import Validators
from crawler.pipeline import sitemaps
from crawler.pipeline.discover import with_url
from crawler.pipeline.fetched import digest_of
from crawler.pipeline.listing import Listing, Lists
from crawler.pipeline.overflow import Overflow
from crawler.pipeline.page_archive import PageArchive
from crawler.schedule import polling, trust
from crawler.schedule.trust import Answer
from crawler.schedule.wishes import wishes_of
from storage.crawl import children, frontier, polls
from storage.crawl.attempts import Attempt
from storage.crawl.frontier import Discovered
from storage.crawl.polls import PollRecord
from storage.monitoring import notices
from storage.monitoring.notices import Notice
from storage.records.model import FrontierUrl, Page, PollState, Source
from storage.records.outcome import Outcome

_log = log.get("poll")


@dataclass(frozen=True, slots=True)
class PollPlan:
    """What is known before a source is fetched."""

    state: PollState
    is_root: bool  # the source itself, and not a sitemap that its index named
    validators: Validators
    pinned_seconds: float | None = None  # the interval that the operator asks for
    shown: int = 0  # entries of the last poll that read the list

    def is_unchanged(self, page: Page) -> bool:
        """Whether a page has nothing new: the server says so, or the body is the same."""
        if page.status == 304:
            return True
        return self.is_root and digest_of(page) == self.state.body_hash


@dataclass(frozen=True, slots=True)
class PollDecision:
    """What is stored of a poll, besides the entries themselves."""

    record: PollRecord
    state: PollState
    notices: tuple[Notice, ...]
    is_archived: bool  # the page is kept: it listed something new that looks relevant


def plan(state: PollState, target: FrontierUrl, source: Source | None, now: datetime) -> PollPlan:
    """Return how a source is polled now, from what is remembered of it."""
    is_root = _is_root(target, source)
    validators = _validators(state, now) if is_root else Validators()
    return PollPlan(state, is_root, validators, source.interval_seconds if source else None)


def _is_root(target: FrontierUrl, source: Source | None) -> bool:
    return source is None or target.asked == source.url


def _validators(state: PollState, now: datetime) -> Validators:
    if not trust.is_conditional(state, now):
        return Validators()
    return Validators(state.etag, state.last_modified, state.validated_url)


def decide(plan: PollPlan, listing: Listing, found: Discovered) -> PollDecision:
    """Return what is stored of a poll, given how many of its entries were new; writes nothing."""
    has_overlap = found.known > 0
    possible_loss = bool(plan.state.window and listing.discoveries and not has_overlap)
    record = replace(listing.record(found), possible_loss=possible_loss)
    is_promising = any(entry.is_promising for entry in listing.entries)
    state = _state_after(plan, listing, record) if plan.is_root else plan.state
    return PollDecision(
        record=record,
        state=state,
        notices=tuple(_notices(plan, listing, record, state)),
        is_archived=record.new > 0 and is_promising,
    )


def _state_after(plan: PollPlan, listing: Listing, record: PollRecord) -> PollState:
    """Return the poll state: the next poll, and the validators that cover these entries."""
    page = listing.page
    before = plan.state
    own = listing.reading.wish if listing.reading else before.wish
    polled = polling.Polled(
        outcome=record.outcome,
        entries=record.entries,
        new=record.new,
        possible_loss=record.possible_loss,
        wishes=wishes_of(page, own),
        own_wish=own,
    )
    is_conditional = plan.validators != Validators()
    answer = Answer(page=page, is_conditional=is_conditional, new=record.new)
    trusted = polling.after_move(trust.after_answer(before, answer), page.moved_to, page.fetched_at)
    after = polling.after_success(trusted, polled, page.fetched_at, plan.pinned_seconds)
    if listing.children:
        return after  # the sitemaps that it names are not read yet: no validator may cover them
    if page.status == 304:
        return replace(
            after,
            etag=page.header("etag") or before.etag,
            last_modified=page.header("last-modified") or before.last_modified,
        )
    return replace(
        after,
        etag=page.header("etag"),
        last_modified=page.header("last-modified"),
        validated_url=page.url,
        body_hash=digest_of(page),
        unconditional_at=page.fetched_at,
    )


def _notices(
    plan: PollPlan, listing: Listing, record: PollRecord, after: PollState
) -> Iterator[Notice]:
    """Yield the notices that a successful poll gives rise to."""
    target, page, state = listing.target, listing.page, plan.state
    notice = partial(Notice, at=page.fetched_at, source=target.source, url=target.asked)
    if record.possible_loss:
        yield notice(kind="possible loss", detail="no entry of the last poll was left in the feed")
    if not plan.is_root:
        return
    if plan.shown and _is_emptied(listing):
        yield notice(kind="source emptied", detail=f"no entry; the last poll had {plan.shown}")
    days = polling.days_to_end(state, page.fetched_at)
    if days is not None:
        yield notice(kind="source recovered", detail=f"after {days} days")
    if after.moved_to not in (None, state.moved_to):
        yield notice(
            kind="source moved",
            detail=f"permanently to {after.moved_to}: `drawdown sources apply` writes that into "
            "sources.toml",
        )
    if after.validators_off is not None and state.validators_off is None:
        yield notice(kind="validators off", detail=after.validators_off)


def _is_emptied(listing: Listing) -> bool:
    """Whether a list was read and has nothing in it, not even what cannot be used."""
    reading = listing.reading
    if reading is None or reading.children:
        return False
    return not reading.entries and not reading.unusable


@dataclass(frozen=True, slots=True)
class Polls:
    """The poll step, with the services that it uses."""

    lists: Lists
    overflow: Overflow
    archive: PageArchive

    async def poll(self, target: FrontierUrl, source: Source | None) -> list[FrontierUrl]:
        """Poll a source; return the lists to read next.

        Those are the sitemaps that an index names, and after a possible loss the lists that may
        contain what was lost. Raises FetchError, RulesNeeded or Redirected.
        """
        lists = self.lists
        state = await lists.database.read(polls.state, target.id)
        planned = plan(state, target, source, datetime.now(UTC))
        shown = await lists.database.read(polls.shown_last, target.id)
        planned = replace(planned, shown=shown)
        page = await lists.fetcher.fetch(target, source, planned.validators)
        if planned.is_unchanged(page):
            listing = Listing(target, page)
        else:
            listing = await lists.read(target, source, page)

        decision = await lists.database.write(self.store, planned, listing)
        self._report(listing, decision)
        following = [with_url(target, url) for url in await self._children(listing)]
        if planned.is_root and decision.record.possible_loss:
            following += await self.overflow.beginnings(target, page.fetched_at)
        return following

    async def _children(self, listing: Listing) -> list[str]:
        """Return the sitemaps of an index to read now."""
        if not listing.children:
            return []
        held = await self.lists.database.read(children.held, listing.target.id)
        return sitemaps.chosen(listing.children, held)

    def store(self, connection: Connection, plan: PollPlan, listing: Listing) -> PollDecision:
        """Add the entries to the frontier, then store what is decided of the poll."""
        target, page = listing.target, listing.page
        found = frontier.discover(connection, target.id, listing.discoveries, page.fetched_at)
        decision = decide(plan, listing, found)
        poll_id = polls.save(connection, target.id, decision.record, decision.state)
        if not plan.is_root:
            _remember_child(connection, listing, decision.record)
        if decision.record.new:
            decision = _with_end_of_silence(connection, listing, decision)
        for notice in decision.notices:
            notices.add(connection, notice)
        if decision.is_archived:
            self.archive.keep_poll(connection, target, page, poll_id)
        return decision

    def _report(self, listing: Listing, decision: PollDecision) -> None:
        record = decision.record
        self.lists.tally.add("poll", record.outcome)
        self.lists.tally.discovered(record.new)
        _log.info(
            "polled",
            source=listing.target.source,
            url=listing.target.asked,
            outcome=record.outcome.value,
            new=record.new,
            known=record.known,
            unusable=record.unusable,
            undated=record.undated,
            future=record.future,
            ms=round(record.duration_ms),
        )
        for notice in decision.notices:
            tell(notice)


def _with_end_of_silence(
    connection: Connection, listing: Listing, decision: PollDecision
) -> PollDecision:
    """Add the notice that a source which was reported silent has new entries."""
    since = notices.silent_since(connection, listing.target.asked)
    if since is None:
        return decision
    days = (decision.record.at - since).days
    ended = Notice(
        at=decision.record.at,
        kind="silence ended",
        source=listing.target.source,
        url=listing.target.asked,
        detail=f"new entries, {days} days after the notice that there were none",
    )
    return replace(decision, notices=(*decision.notices, ended))


def _remember_child(connection: Connection, listing: Listing, record: PollRecord) -> None:
    """Remember what a sitemap of an index held; one that is an index itself has its own."""
    claimed = [entry.published or entry.modified for entry in listing.entries]
    dates = [date for date in claimed if date is not None]
    children.record(
        connection,
        listing.target.id,
        listing.target.asked,
        record.at,
        has_new=record.new > 0 or bool(listing.children),
        newest=max(dates, default=None),
    )


def decide_failure(
    state: PollState, before: datetime | None, target: FrontierUrl, attempt: Attempt
) -> Notice | None:
    """Return the notice that a failed poll gives rise to: after three days, and after fourteen.

    A source that is gone gives one notice. `before` is the time of the last poll, with whatever
    outcome.
    """
    if polling.is_found_gone(state, attempt.outcome):
        return Notice(
            at=attempt.at,
            kind="source gone",
            source=target.source,
            url=target.asked,
            detail="410 three times: it is asked once a week from now on; remove it, or write its "
            "new address",
        )
    is_gone = attempt.outcome is Outcome.GONE
    if state.failing_since is None or before is None or is_gone:
        return None
    days = polling.days_to_tell(state.failing_since, before, attempt.at)
    if days is None:
        return None
    what = f"{attempt.outcome.value}: {attempt.detail}".removesuffix(": ")
    return Notice(
        at=attempt.at,
        kind="source failing",
        source=target.source,
        url=target.asked,
        detail=f"for {days} days: {what}",
    )


def fail_poll(
    connection: Connection, target: FrontierUrl, source: Source | None, attempt: Attempt
) -> Notice | None:
    """Record a failed poll; the source is polled again later, and never given up.

    A missing archive page, as is read after an overflow, is not a source failure.
    """
    if target.overflowed_at is not None:
        return None
    state, notice = polls.state(connection, target.id), None
    is_root = _is_root(target, source)
    if is_root:
        before = polls.newest_of(connection, target.id)
        notice = decide_failure(state, before, target, attempt)
        pinned = source.interval_seconds if source else None
        refused_before = state.refused
        state = trust.after_failure(state, attempt.outcome, attempt.status, attempt.at)
        has_doubts = state.refused > refused_before
        state = polling.after_failure(state, attempt.outcome, attempt.detail, attempt.at, pinned)
        if has_doubts:
            state = polling.without_validators_soon(state, attempt.at)
    record = PollRecord(
        at=attempt.at,
        outcome=attempt.outcome,
        status=attempt.status,
        detail=attempt.detail,
        duration_ms=attempt.duration_ms or 0.0,
    )
    polls.save(connection, target.id, record, state)
    if not is_root:  # it has had its turn
        children.record(connection, target.id, target.asked, attempt.at)
    if notice is not None:
        notices.add(connection, notice)
    return notice
