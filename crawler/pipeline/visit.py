"""Visit an article: fetch -> extract, judge, fingerprint -> decide -> store.

`decide` reads the store and `store` writes it. Both run in one transaction, so that two copies
that are stored at the same time cannot miss each other.
"""

from dataclasses import dataclass
from functools import partial
from sqlite3 import Connection

from crawler import log, urls
from crawler.alerts.notify import tell
from crawler.dedupe.likeness import Comparable
from crawler.extract.profile import has_changed, learn
from crawler.fetch.backoff import article_retry
from crawler.fetch.fetcher import Fetcher
from crawler.pipeline.carried import with_carried_verdict
from crawler.pipeline.copies import Copies, of_article, write_compared
from crawler.pipeline.fetched import attempt_of, digest_of, read_page
from crawler.pipeline.identity import (
    ClaimedText,
    Identity,
    Learned,
    LearnedParameters,
    aliases,
    cited_url,
    count_votes,
    identify,
    is_home,
    read_claimed,
)
from crawler.pipeline.page_archive import PageArchive
from crawler.pipeline.revisit_plan import plan_revisit
from crawler.pipeline.tally import Tally
from crawler.workers.pool import WorkerPool
from storage.articles import articles
from storage.articles.revisions import Visit
from storage.crawl import forgotten, frontier, profiles
from storage.crawl.attempts import Attempt
from storage.monitoring import notices
from storage.monitoring.notices import Notice
from storage.records.article import SiteProfile
from storage.records.model import FrontierUrl, Page, PageReading, Relation, Source
from storage.records.outcome import Outcome
from storage.sqlite.database import Database

# Many outlets redirect the URL of an article that they removed to their home page.
_NOT_THERE = PageReading(
    article=None, refused=Outcome.NOT_FOUND, detail="leads to the home page, not to an article"
)
_log = log.get("visit")


@dataclass(frozen=True, slots=True)
class Refused:
    """The page does not contain an article that is stored."""

    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The article was removed on demand and is never stored again."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class Alias:
    """The address is another one of a stored article."""

    article_id: int
    identity: Identity


@dataclass(frozen=True, slots=True)
class NewArticle:
    """The article is not in the store yet."""

    identity: Identity
    text: Comparable
    related: tuple[Relation, ...]  # the strongest first
    profile: SiteProfile | None  # of its host, updated by this article; None: not updated


Decision = Refused | Forgotten | Alias | NewArticle


@dataclass(frozen=True, slots=True)
class Stored:
    """The outcome of a visit, and facts that the process logs and caches after the commit."""

    outcome: Outcome
    notice: Notice | None = None  # that the outlet changed its layout
    learned: tuple[tuple[str, str], ...] = ()  # host and parameter


def decide(
    connection: Connection,
    target: FrontierUrl,
    visit: Visit,
    copies: Copies,
    learned: Learned,
    *,
    claimed: ClaimedText | None = None,
) -> Decision:
    """Return the decision about a page. Writes nothing. Raises TextsNeeded."""
    page = visit.page
    reading = visit.reading
    if reading.article is None or reading.fingerprint is None:
        return Refused(
            reading.refused or Outcome.INTERNAL_ERROR,
            reading.detail,
        )

    discovered = articles.first_seen(connection, target.id)
    text = of_article(
        reading.fingerprint,
        reading.article,
        target.source,
        discovered,
    )
    identity = identify(connection, page, reading, text, learned, read=claimed)
    if forgotten.is_forgotten(connection, identity.url):
        return Forgotten(identity)
    if identity.article_id is not None:
        return Alias(identity.article_id, identity)

    related = tuple(copies.find(connection, text, reading.fingerprint))
    profile = _learned_profile(connection, visit, related)
    return NewArticle(identity, text, related, profile)


def _learned_profile(
    connection: Connection, visit: Visit, related: tuple[Relation, ...]
) -> SiteProfile | None:
    """Return the profile of the page's host with this article.

    None for a copy, whose text would seem to be boilerplate of the outlet.
    """
    sample = visit.reading.sample
    fingerprint = visit.reading.fingerprint
    is_copy = bool(related) and related[0].kind.is_copy
    if sample is None or fingerprint is None or is_copy:
        return None
    host = urls.host_of(visit.page.url)
    return learn(profiles.of(connection, host), sample, fingerprint.lines)


def attempt_for(decision: Decision, visit: Visit) -> Attempt:
    """Return the log entry of a visit that ended with a decision."""
    match decision:
        case Refused(outcome, detail):
            return attempt_of(visit.page, outcome, detail)
        case Forgotten():
            return Attempt(
                at=visit.page.fetched_at,
                outcome=Outcome.FORGOTTEN,
            )
        case Alias(article_id):
            return attempt_of(
                visit.page,
                Outcome.ALIAS,
                f"leads to article {article_id}",
            )
        case NewArticle():
            return attempt_of(
                visit.page,
                Outcome.STORED,
                visit.reading.detail,
            )


@dataclass(frozen=True, slots=True)
class Visits:
    """The visit step, with the services that it uses."""

    database: Database
    fetcher: Fetcher
    workers: WorkerPool
    copies: Copies
    archive: PageArchive
    learned: LearnedParameters
    tally: Tally

    async def visit(self, target: FrontierUrl, source: Source | None) -> None:
        """Visit an article for the first time. Raises FetchError, RulesNeeded or Redirected."""
        entry = await self.database.read(frontier.entry_of, target.id)
        page = await self.fetcher.fetch(target, source)
        if is_home(page.url) and not is_home(page.requested_url):
            reading = _NOT_THERE
        else:
            reading = await read_page(
                self.database,
                self.workers,
                page,
                source,
                entry=entry,
            )
        outcome = await self.settle(target, page, reading)
        _log.info(
            "visited",
            source=target.source,
            url=target.asked,
            outcome=outcome.value,
            relevant=bool(reading.verdict and reading.verdict.relevant),
            ms=round(page.phases.total),
        )

    async def settle(
        self,
        target: FrontierUrl,
        page: Page,
        reading: PageReading,
    ) -> Outcome:
        """Store the extraction result of a page; return the outcome of its address."""
        visit = Visit(
            page=page,
            reading=reading,
            page_digest=digest_of(page),
            cited_url=cited_url(page, reading, self.learned),
        )
        claimed = await read_claimed(self.database, page, reading, self.learned)
        change = partial(
            self._decide_and_store,
            target=target,
            visit=visit,
            claimed=claimed,
        )
        stored = await write_compared(self.database, self.copies, change)

        for host, parameter in stored.learned:
            self.learned.learn(host, parameter)
            _log.info("parameter learned", host=host, parameter=parameter)
        if stored.notice is not None:
            tell(stored.notice)
        self.tally.add("article", stored.outcome)
        if stored.outcome is Outcome.STORED:
            self.tally.stored(target.source, reading)
        return stored.outcome

    def _decide_and_store(
        self,
        connection: Connection,
        target: FrontierUrl,
        visit: Visit,
        claimed: ClaimedText | None,
    ) -> Stored:
        decision = decide(
            connection,
            target,
            visit,
            self.copies,
            self.learned,
            claimed=claimed,
        )
        if isinstance(decision, NewArticle):
            visit = with_carried_verdict(connection, visit, decision.related)
        return self.store(connection, target, visit, decision)

    def store(
        self, connection: Connection, target: FrontierUrl, visit: Visit, decision: Decision
    ) -> Stored:
        """Write a decision, with the outcome of the address."""
        attempt = attempt_for(decision, visit)
        if isinstance(decision, Refused):
            frontier.end(connection, target.id, attempt)
            return Stored(attempt.outcome)

        learned = count_votes(connection, decision.identity.votes)
        if isinstance(decision, Forgotten):
            frontier.end(connection, target.id, attempt)
            return Stored(attempt.outcome)

        notice = None
        if isinstance(decision, Alias):
            article_id = decision.article_id
        else:
            article_id = self._add_article(
                connection,
                target,
                visit,
                decision,
            )
            notice = _store_profile(
                connection,
                target,
                visit.page,
                decision.profile,
            )
        for alias, via in aliases(visit.page, decision.identity, self.learned):
            articles.add_alias(connection, article_id, alias, via)
        frontier.end(connection, target.id, attempt, article_id=article_id)
        return Stored(attempt.outcome, notice, learned)

    def _add_article(
        self, connection: Connection, target: FrontierUrl, visit: Visit, new: NewArticle
    ) -> int:
        """Store an article with its relations, its page and its first revisit; return its id."""
        page, reading = visit.page, visit.reading
        assert reading.fingerprint is not None  # noqa: S101 - decided so
        article_id = articles.add(
            connection,
            target.id,
            new.identity.url,
            visit,
        )
        self.copies.keep(
            connection,
            article_id,
            new.text,
            reading.fingerprint,
            new.related,
        )
        self.archive.keep_article(
            connection,
            target,
            visit,
            article_id=article_id,
            revision=1,
        )
        if reading.verdict is not None and reading.verdict.relevant:
            plan_revisit(
                connection,
                article_id,
                page.url,
                0,
                page.fetched_at,
            )
        return article_id


def _store_profile(
    connection: Connection, target: FrontierUrl, page: Page, profile: SiteProfile | None
) -> Notice | None:
    """Store the profile of a host; return a notice where its layout has changed."""
    if profile is None:
        return None
    changed = has_changed(profile)
    profiles.keep(
        connection,
        urls.host_of(page.url),
        profile,
        page.fetched_at,
        changed=changed,
    )
    if not changed:
        return None
    notice = Notice(
        at=page.fetched_at,
        kind="layout changed",
        source=target.source,
        url=page.url,
        detail="its articles are in another place of the page",
    )
    notices.add(connection, notice)
    return notice


def fail_visit(
    connection: Connection,
    target: FrontierUrl,
    attempt: Attempt,
) -> None:
    """Record a failed visit: it is tried again later, or ended with this outcome."""
    retry_at = article_retry(
        attempt.outcome,
        target.attempts + 1,
        attempt.at,
    )
    frontier.end(connection, target.id, attempt, retry_at=retry_at)
