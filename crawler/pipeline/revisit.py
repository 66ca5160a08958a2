"""Revisit an article: fetch -> extract -> decide -> store a revision if the outlet changed it.

`decide` reads the store and `store` writes it, both in one transaction.
"""

from dataclasses import dataclass, replace
from functools import partial
from sqlite3 import Connection

from crawler import log, urls
from crawler.dedupe.likeness import Comparable
from crawler.dedupe.revisions import Change, is_material
from crawler.errors import FetchError
from crawler.fetch.fetcher import Fetcher, Validators
from crawler.pipeline.copies import Copies, of_article, write_compared
from crawler.pipeline.fetched import attempt_of, digest_of, read_page
from crawler.pipeline.identity import Learned, cited_url
from crawler.pipeline.page_archive import PageArchive
from crawler.pipeline.revisit_plan import plan_revisit
from crawler.pipeline.tally import Tally
from crawler.workers.jobs import ChangesJob
from crawler.workers.pool import WorkerPool
from storage.articles import revisions
from storage.articles.revisions import Revision, Visit
from storage.crawl import attempts, frontier, profiles, revisits
from storage.crawl.attempts import Attempt
from storage.records.model import FrontierUrl, Page, PageReading, Relation, Source
from storage.records.outcome import Outcome
from storage.sqlite.database import Database

_MOST_TIMES_SEEN = 2  # of one text: an outlet that shows it again alternates two versions

_log = log.get("revisit")


@dataclass(frozen=True, slots=True)
class Kept:
    """The stored text stays: it did not change, or the page was refused."""

    outcome: Outcome
    detail: str
    step: int  # of the next revisit


@dataclass(frozen=True, slots=True)
class Returned:
    """An article that was removed is online again, with the text it had."""

    step: int  # of the next revisit


@dataclass(frozen=True, slots=True)
class Revised:
    """The outlet changed the text, which may now be a copy, or the original of later texts."""

    number: int  # of the new revision
    changes: tuple[str, ...]
    text: Comparable
    related: tuple[Relation, ...]
    step: int  # of the next revisit

    @property
    def change(self) -> str:
        """The recorded kind of the revision: `headline` if nothing else changed, or `body`."""
        is_headline_only = set(self.changes) <= {Change.HEADLINE, _RETURNED}
        return "headline" if is_headline_only else "body"


Decision = Kept | Returned | Revised
_RETURNED = "returned"  # among the changes of a text that came back with others


def decide(
    connection: Connection,
    target: FrontierUrl,
    visit: Visit,
    changes: tuple[Change, ...],
    copies: Copies,
) -> Decision:
    """Return the decision about a page whose text was compared. Writes nothing.

    Raises TextsNeeded.
    """
    reading = visit.reading
    step = 0
    if not is_material(changes):
        step = revisits.step(connection, target.id) + 1
    is_shown = visit.page.status == 304 or reading.article is not None
    known = revisions.newest(connection, target.id)
    has_returned = is_shown and known.change == "removed"
    if has_returned and not changes:
        return Returned(step)
    if not changes or reading.article is None or reading.fingerprint is None:
        return Kept(
            reading.refused or Outcome.UNCHANGED,
            reading.detail,
            step,
        )

    text = of_article(
        reading.fingerprint,
        reading.article,
        target.source,
        visit.page.fetched_at,
    )
    related = tuple(copies.find(connection, text, reading.fingerprint, target.id))
    seen = (*changes, _RETURNED) if has_returned else changes
    return Revised(known.number + 1, seen, text, related, step)


def attempt_for(decision: Decision, page: Page) -> Attempt:
    """Return the log entry of a revisit that ended with a decision."""
    if isinstance(decision, Kept):
        return attempt_of(page, decision.outcome, decision.detail)
    if isinstance(decision, Returned):
        return attempt_of(page, Outcome.REVISED, _RETURNED)
    return attempt_of(page, Outcome.REVISED, ", ".join(decision.changes))


def comparison(
    connection: Connection, target: FrontierUrl, known: Revision, page: Page, reading: PageReading
) -> ChangesJob | None:
    """Return the texts to compare; None if the outlet shows a known text.

    A text that was stored twice before is one of two versions that an outlet alternates.
    """
    article = reading.article
    fingerprint = reading.fingerprint
    if article is None or fingerprint is None:
        return None
    has_same_text = fingerprint.text_hash == known.text_hash
    if has_same_text and article.headline == known.headline:
        return None
    seen = revisions.times_seen(
        connection,
        target.id,
        fingerprint.text_hash,
        article.headline,
    )
    if seen >= _MOST_TIMES_SEEN:
        return None
    return ChangesJob(
        url=page.url,
        headlines=(known.headline, article.headline),
        bodies=(known.body, article.body),
        common=profiles.of(connection, urls.host_of(page.url)).common_lines,
    )


@dataclass(frozen=True, slots=True)
class Revisits:
    """The revisit step, with the services that it uses."""

    database: Database
    fetcher: Fetcher
    workers: WorkerPool
    copies: Copies
    archive: PageArchive
    learned: Learned
    tally: Tally

    async def revisit(self, target: FrontierUrl, source: Source | None) -> None:
        """Fetch a stored article again. Raises FetchError, RulesNeeded or Redirected."""
        known = await self.database.read(revisions.newest, target.id)
        validators = Validators(known.etag, known.last_modified, known.url)
        page = await self.fetcher.fetch(target, source, validators)
        reading = PageReading(article=None)
        if page.status != 304:
            entry = await self.database.read(
                frontier.entry_of_article,
                target.id,
            )
            reading = await read_page(
                self.database, self.workers, page, source, entry=entry, known=known.body
            )
        outcome = await self.settle(target, known, page, reading)
        _log.info(
            "revisited",
            source=target.source,
            url=target.asked,
            outcome=outcome.value,
        )

    async def settle(
        self, target: FrontierUrl, known: Revision, page: Page, reading: PageReading
    ) -> Outcome:
        """Store a new text if the outlet changed it; return the outcome of the revisit.

        If the worker process that compares the texts is lost, the stored text stays.
        """
        changes: tuple[Change, ...] = ()
        job = await self.database.read(
            comparison,
            target,
            known,
            page,
            reading,
        )
        if job is not None:
            try:
                changes = await self.workers.find_changes(job)
            except FetchError as error:
                reading = PageReading(
                    article=None,
                    refused=error.outcome,
                    detail=error.detail,
                )

        visit = Visit(
            page=page,
            reading=reading,
            page_digest=digest_of(page),
            cited_url=cited_url(page, reading, self.learned),
        )
        change = partial(
            self._decide_and_store,
            target=target,
            visit=visit,
            changes=changes,
        )
        outcome = await write_compared(self.database, self.copies, change)
        self.tally.add("revisit", outcome)
        return outcome

    def _decide_and_store(
        self,
        connection: Connection,
        target: FrontierUrl,
        visit: Visit,
        changes: tuple[Change, ...],
    ) -> Outcome:
        decision = decide(connection, target, visit, changes, self.copies)
        return self.store(connection, target, visit, decision)

    def store(
        self, connection: Connection, target: FrontierUrl, visit: Visit, decision: Decision
    ) -> Outcome:
        """Write a decision, with the attempt and the next revisit."""
        attempt = attempt_for(decision, visit.page)
        attempts.record(connection, attempt, article_id=target.id)
        if isinstance(decision, Revised):
            self._add_revision(connection, target, visit, decision)
        elif isinstance(decision, Returned):
            revisions.mark_returned(connection, target.id, attempt.at, visit.page.status)
        plan_revisit(
            connection,
            target.id,
            target.asked,
            decision.step,
            attempt.at,
        )
        return attempt.outcome

    def _add_revision(
        self, connection: Connection, target: FrontierUrl, visit: Visit, revised: Revised
    ) -> None:
        number = revised.number
        fingerprint = visit.reading.fingerprint
        assert fingerprint is not None  # noqa: S101 - decided so
        revisions.add(
            connection,
            target.id,
            visit,
            number=number,
            change=revised.change,
            changes=revised.changes,
        )
        self.copies.keep(
            connection,
            target.id,
            revised.text,
            fingerprint,
            revised.related,
        )
        self.archive.keep_article(
            connection,
            target,
            visit,
            article_id=target.id,
            revision=number,
        )


def fail_revisit(
    connection: Connection,
    target: FrontierUrl,
    attempt: Attempt,
) -> None:
    """Record a failed revisit; an article that the outlet removed keeps its text."""
    is_removed = attempt.outcome in {Outcome.NOT_FOUND, Outcome.GONE}
    if is_removed and attempt.status is not None:
        revisions.mark_removed(
            connection,
            target.id,
            attempt.at,
            attempt.status,
        )
        attempt = replace(attempt, outcome=Outcome.REMOVED)
    attempts.record(connection, attempt, article_id=target.id)
    step = revisits.step(connection, target.id)
    plan_revisit(
        connection,
        target.id,
        target.asked,
        step + 1,
        attempt.at,
    )
