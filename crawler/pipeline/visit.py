"""Visit an article: fetch -> extract, judge, fingerprint -> compare -> store.

Article and outcome are stored in one transaction.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from crawler import log, urls
from crawler.alerts.notify import tell
from crawler.extract.profile import has_changed, learn
from crawler.fetch.backoff import article_retry
from crawler.pipeline.context import Run, attempt_of, digest_of
from crawler.pipeline.copies import of_article
from crawler.pipeline.identity import aliases, identify, is_home
from storage.articles import articles, relations
from storage.articles.revisions import Visit
from storage.crawl import forgotten, frontier, profiles, revisits
from storage.crawl.attempts import Attempt
from storage.monitoring import notices
from storage.monitoring.notices import Notice
from storage.records.model import FrontierUrl, Page, PageReading
from storage.records.outcome import Outcome

# When an article on topic is looked at again; after a change it begins anew.
REVISITS = (
    timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=3),
    timedelta(days=7), timedelta(days=30),
)  # fmt: skip
# Many outlets answer for what they no longer have with a redirect to their home page.
_NOT_THERE = PageReading(
    article=None, refused=Outcome.NOT_FOUND, detail="leads to the home page, not to an article"
)
_log = log.get("visit")


async def visit(run: Run, target: FrontierUrl) -> None:
    """Visit an article for the first time."""
    entry = await run.database.read(frontier.entry_of, frontier_id=target.id)
    page = await run.fetcher.fetch(target, run.source_of(target))
    if is_home(page.url) and not is_home(page.requested_url):
        reading = _NOT_THERE
    else:
        reading = await run.read_page(target, page, entry)
    outcome = await settle(run, target, page, reading)
    _log.info("visited", source=target.source, url=target.url, outcome=outcome.value,
              relevant=bool(reading.verdict and reading.verdict.relevant),
              ms=round(page.phases.total))  # fmt: skip


async def settle(run: Run, target: FrontierUrl, page: Page, reading: PageReading) -> Outcome:
    """Store what a page was read as; return the outcome of its address."""
    attempt = attempt_of(page, reading.refused or Outcome.STORED, reading.detail)
    stored = await run.database.write(_store, run, target, page, reading, attempt)
    for host, parameter in stored.learned:
        run.learn(host, parameter)
        _log.info("parameter learned", host=host, parameter=parameter)
    if stored.layout is not None:
        tell(stored.layout)
    run.tally["article", stored.outcome] += 1
    if stored.outcome is Outcome.STORED and reading.verdict is not None:
        run.stored[target.source, "on_topic" if reading.verdict.relevant else "off_topic"] += 1
    return stored.outcome


@dataclass(frozen=True, slots=True)
class _Stored:
    outcome: Outcome
    layout: Notice | None = None  # that it has changed
    learned: tuple[tuple[str, str], ...] = ()


def _store(
    connection: Connection,
    run: Run,
    target: FrontierUrl,
    page: Page,
    reading: PageReading,
    attempt: Attempt,
) -> _Stored:
    """Store the article, or the address as another one of an article that is there."""
    if reading.article is None or reading.fingerprint is None:
        frontier.end(connection, target.id, attempt)
        return _Stored(attempt.outcome)
    layout = None
    discovered = articles.first_seen(connection, target.id)
    new = of_article(reading.fingerprint, reading.article, target.source, discovered)
    identity = identify(connection, page, reading, new, run.learned)
    article_id = identity.article_id
    if forgotten.is_forgotten(connection, identity.url):
        frontier.end(connection, target.id, Attempt(at=attempt.at, outcome=Outcome.FORGOTTEN))
        return _Stored(Outcome.FORGOTTEN)
    if article_id is not None:
        attempt = replace(attempt, outcome=Outcome.ALIAS, detail=f"leads to article {article_id}")
    else:
        stored = Visit(page=page, reading=reading, page_digest=digest_of(page))
        found = run.copies.find(connection, new, reading.fingerprint)
        article_id = articles.add(connection, target.id, identity.url, stored)
        run.copies.keep(connection, article_id, new, reading.fingerprint, found)
        run.keep_page(connection, target.source, page, reading, article_id=article_id, revision=1)
        if _learn(connection, article_id, page, reading):
            layout = Notice(
                at=page.fetched_at,
                kind="layout changed",
                source=target.source,
                url=page.url,
                detail="its articles stand in another place of the page",
            )
            notices.add(connection, layout)
        if reading.verdict is not None and reading.verdict.relevant:
            plan_revisit(connection, article_id, page.url, 0, attempt)
    for alias, via in aliases(page, identity, run.learned):
        articles.add_alias(connection, article_id, alias, via)
    frontier.end(connection, target.id, attempt, article_id=article_id)
    return _Stored(attempt.outcome, layout, identity.learned)


def _learn(connection: Connection, article_id: int, page: Page, reading: PageReading) -> bool:
    """Add an article to the profile of its host; return whether the layout has changed.

    A copy teaches nothing: its text would pass for what the outlet's pages have in common.
    """
    found = reading.fingerprint
    if reading.sample is None or found is None or relations.is_copy(connection, article_id):
        return False
    host = urls.host_of(page.url)
    profile = learn(profiles.of(connection, host), reading.sample, found.lines)
    changed = has_changed(profile)
    profiles.keep(connection, host, profile, page.fetched_at, changed=changed)
    return changed


def plan_revisit(
    connection: Connection, article_id: int, url: str, step: int, attempt: Attempt
) -> None:
    """Say when an article is looked at again; after the last step never.

    Steps whose time has passed are left out: an imported page may be years old.
    """
    now = datetime.now(UTC)
    while step < len(REVISITS) and attempt.at + REVISITS[step] < now:
        step += 1
    if step >= len(REVISITS):
        revisits.end(connection, article_id)
        return
    revisits.schedule(
        connection,
        article_id,
        host=urls.host_of(url),
        url=url,
        step=step,
        at=attempt.at + REVISITS[step],
    )


def fail_visit(_run: Run, connection: Connection, target: FrontierUrl, attempt: Attempt) -> None:
    """Record a failed visit: to be tried again, or ended with this outcome."""
    retry_at = article_retry(attempt.outcome, target.attempts + 1, attempt.at)
    frontier.end(connection, target.id, attempt, retry_at=retry_at)
