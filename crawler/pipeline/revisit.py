"""Revisit an article: fetch -> extract -> a new revision where the outlet changed something."""

from dataclasses import replace
from sqlite3 import Connection

from crawler import log, urls
from crawler.dedupe.revisions import Change, is_material
from crawler.errors import FetchError
from crawler.fetch.fetcher import Validators
from crawler.pipeline.context import Run, attempt_of, digest_of
from crawler.pipeline.copies import of_article
from crawler.pipeline.visit import plan_revisit
from crawler.workers.jobs import ChangesJob
from storage.articles import revisions
from storage.articles.revisions import Revision, Visit
from storage.crawl import attempts, frontier, profiles, revisits
from storage.crawl.attempts import Attempt
from storage.records.model import FrontierUrl, Page, PageReading
from storage.records.outcome import Outcome

_TRIED = 2  # times that an outlet showed one text before: it shows two versions in turn

_log = log.get("revisit")


async def revisit(run: Run, target: FrontierUrl) -> None:
    """Look at a stored article again."""
    known = await run.database.read(revisions.newest, article_id=target.id)
    validators = Validators(known.etag, known.last_modified, known.url)
    page = await run.fetcher.fetch(target, run.source_of(target), validators)
    reading = PageReading(article=None)
    if page.status != 304:
        entry = await run.database.read(frontier.entry_of_article, article_id=target.id)
        reading = await run.read_page(target, page, entry, known.body)
    outcome = await settle(run, target, known, page, reading)
    _log.info("revisited", source=target.source, url=target.url, outcome=outcome.value)


async def settle(
    run: Run, target: FrontierUrl, known: Revision, page: Page, reading: PageReading
) -> Outcome:
    """Store a new text where the outlet changed something; return how the revisit ended.

    Where the parser process is lost that compares the texts, the stored text stays.
    """
    changes: tuple[Change, ...] = ()
    job = await run.database.read(_comparison, known, target, page, reading)
    if job is not None:
        try:
            changes = await run.workers.find_changes(job)
        except FetchError as error:
            reading = PageReading(article=None, refused=error.outcome, detail=error.detail)
    outcome = reading.refused or (Outcome.REVISED if changes else Outcome.UNCHANGED)
    attempt = attempt_of(page, outcome, ", ".join(changes) or reading.detail)

    def apply(connection: Connection) -> None:
        attempts.record(connection, attempt, article_id=target.id)
        step = 0 if is_material(changes) else revisits.step(connection, target.id) + 1
        if changes:
            _revise(run, connection, target, known, page, reading, changes)
        plan_revisit(connection, target.id, target.asked, step, attempt)

    await run.database.write(apply)
    run.tally["revisit", outcome] += 1
    return outcome


def _comparison(
    connection: Connection, known: Revision, target: FrontierUrl, page: Page, reading: PageReading
) -> ChangesJob | None:
    """Return which texts are compared, if any. One that was seen twice is one that an outlet
    tries out.
    """
    article, found = reading.article, reading.fingerprint
    if article is None or found is None:
        return None
    if found.text_hash == known.text_hash and article.headline == known.headline:
        return None
    if revisions.times_seen(connection, target.id, found.text_hash, article.headline) >= _TRIED:
        return None
    return ChangesJob(
        url=page.url,
        headlines=(known.headline, article.headline),
        bodies=(known.body, article.body),
        common=profiles.of(connection, urls.host_of(page.url)).common_lines,
    )


def _revise(
    run: Run,
    connection: Connection,
    target: FrontierUrl,
    known: Revision,
    page: Page,
    reading: PageReading,
    changes: tuple[Change, ...],
) -> None:
    """Store the new text; it may have become a copy, or the original of later ones."""
    article, found = reading.article, reading.fingerprint
    assert article is not None  # noqa: S101 - changes are found in an article alone
    assert found is not None  # noqa: S101
    new = of_article(found, article, target.source, page.fetched_at)
    related = run.copies.find(connection, new, found, target.id)
    revisions.add(
        connection,
        target.id,
        Visit(page=page, reading=reading, page_digest=digest_of(page)),
        number=known.number + 1,
        change="headline" if changes == (Change.HEADLINE,) else "body",
        changes=changes,
    )
    run.copies.keep(connection, target.id, new, found, related)
    run.keep_page(
        connection,
        target.source,
        page,
        reading,
        article_id=target.id,
        revision=known.number + 1,
    )


def fail_revisit(_run: Run, connection: Connection, target: FrontierUrl, attempt: Attempt) -> None:
    """Record a failed revisit; an article that was taken down keeps its text."""
    if attempt.outcome in {Outcome.NOT_FOUND, Outcome.GONE} and attempt.status is not None:
        revisions.mark_removed(connection, target.id, attempt.at, attempt.status)
        attempt = replace(attempt, outcome=Outcome.REMOVED)
    attempts.record(connection, attempt, article_id=target.id)
    step = revisits.step(connection, target.id)
    plan_revisit(connection, target.id, target.asked, step + 1, attempt)
