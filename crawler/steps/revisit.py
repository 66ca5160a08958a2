"""Revisit an article: fetch -> extract -> a new revision where the outlet changed something."""

from dataclasses import replace
from functools import partial
from sqlite3 import Connection

from crawler import log
from crawler.dedupe import revisions
from crawler.fetch.fetcher import Validators
from crawler.steps.run import Run, attempt_of, digest_of
from crawler.steps.visit import plan_revisit
from storage import articles, attempts
from storage.articles import Visit
from storage.attempts import Attempt
from storage.model import FrontierUrl, PageReading
from storage.outcome import Outcome

_log = log.get("revisit")


async def revisit(run: Run, target: FrontierUrl) -> None:
    """Look at a stored article again."""
    known = await run.database.read(partial(articles.latest, article_id=target.id))
    validators = Validators(known.etag, known.last_modified, known.url)
    page = await run.fetcher.fetch(target, run.source_of(target), validators)
    reading = PageReading(article=None)
    if page.status != 304:
        reading = await run.read_page(target, page, None, known.body)
    change = _change(known, reading)
    outcome = reading.refused or (Outcome.REVISED if change else Outcome.UNCHANGED)
    attempt = attempt_of(page, outcome, change or reading.detail)

    def apply(connection: Connection) -> None:
        attempts.record(connection, attempt, article_id=target.id)
        step = articles.revisit_step(connection, target.id)
        if change is not None:
            seen = Visit(page=page, reading=reading, page_digest=digest_of(page))
            articles.add_revision(connection, target.id, known.number + 1, change, seen)
        plan_revisit(connection, target.id, target.asked, 0 if change else step + 1, attempt)

    await run.database.write(apply)
    run.tally["revisit", outcome] += 1
    _log.info("revisited", source=target.source, url=target.url, outcome=outcome.value)


def _change(known: articles.Latest, reading: PageReading) -> revisions.Change | None:
    if reading.article is None or reading.fingerprint is None:
        return None
    return revisions.find_change(
        known.headline, known.text_hash, reading.article, reading.fingerprint
    )


def fail_revisit(_run: Run, connection: Connection, target: FrontierUrl, attempt: Attempt) -> None:
    """Record a failed revisit; an article that was taken down keeps its text."""
    if attempt.outcome in {Outcome.NOT_FOUND, Outcome.GONE} and attempt.status is not None:
        articles.mark_removed(connection, target.id, attempt.at, attempt.status)
        attempt = replace(attempt, outcome=Outcome.REMOVED)
    attempts.record(connection, attempt, article_id=target.id)
    step = articles.revisit_step(connection, target.id)
    plan_revisit(connection, target.id, target.asked, step + 1, attempt)
