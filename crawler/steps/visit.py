"""Visit an article: fetch -> extract, judge, fingerprint -> compare -> store.

Article and outcome are stored in one transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from sqlite3 import Connection

from crawler import log, urls
from crawler.dedupe import near
from crawler.extract.profile import has_changed, learn
from crawler.fetch.backoff import article_retry
from crawler.steps.run import Run, attempt_of, digest_of
from storage import articles, duplicates, frontier, profiles
from storage.articles import Visit
from storage.attempts import Attempt
from storage.duplicates import Candidate
from storage.model import Duplicate, FrontierUrl, Page, PageReading
from storage.outcome import Outcome

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
    entry = await run.database.read(partial(frontier.entry_of, frontier_id=target.id))
    page = await run.fetcher.fetch(target, run.source_of(target))
    if _is_home(page.url) and not _is_home(page.requested_url):
        reading = _NOT_THERE
    else:
        reading = await run.read_page(target, page, entry)
    attempt = attempt_of(page, reading.refused or Outcome.STORED, reading.detail)
    stored = await run.database.write(partial(_store, target, page, reading, attempt))
    outcome = stored.outcome
    if stored.has_changed_layout:
        _log.warning("layout changed", source=target.source, url=page.url)
    run.tally["article", outcome] += 1
    _log.info("visited", source=target.source, url=target.url, outcome=outcome.value,
              relevant=bool(reading.verdict and reading.verdict.relevant),
              ms=round(page.phases.total))  # fmt: skip


def _is_home(url: str) -> bool:
    return "/" not in urls.canonicalize(url).removeprefix("https://")


@dataclass(frozen=True, slots=True)
class _Stored:
    outcome: Outcome
    has_changed_layout: bool = False


def _store(
    target: FrontierUrl, page: Page, reading: PageReading, attempt: Attempt, connection: Connection
) -> _Stored:
    """Store the article, or the address as another one of an article that is there."""
    if reading.article is None:
        frontier.end(connection, target.id, attempt)
        return _Stored(attempt.outcome)
    has_changed = False
    identity, article_id = _identify(connection, page, reading)
    if article_id is not None:
        attempt = replace(attempt, outcome=Outcome.ALIAS, detail=f"leads to article {article_id}")
    else:
        stored = Visit(page=page, reading=reading, page_digest=digest_of(page))
        compare = partial(_compare, target.source, reading)
        article_id = articles.add(connection, target.id, identity, stored, compare)
        has_changed = _learn(connection, article_id, page, reading)
        if reading.verdict is not None and reading.verdict.relevant:
            plan_revisit(connection, article_id, page.url, 0, attempt)
    for alias, via in _aliases(page, identity):
        articles.add_alias(connection, article_id, alias, via)
    frontier.end(connection, target.id, attempt, article_id=article_id)
    return _Stored(attempt.outcome, has_changed)


def _learn(connection: Connection, article_id: int, page: Page, reading: PageReading) -> bool:
    """Add an article to the profile of its host; return whether the layout has changed.

    A copy teaches nothing: its text would pass for what the outlet's pages have in common.
    """
    if reading.sample is None or duplicates.is_copy(connection, article_id):
        return False
    host = urls.host_of(page.url)
    profile = learn(profiles.of(connection, host), reading.sample)
    changed = has_changed(profile)
    profiles.keep(connection, host, profile, page.fetched_at, changed=changed)
    return changed


def _identify(connection: Connection, page: Page, reading: PageReading) -> tuple[str, int | None]:
    """Return the canonical URL, and the article that already stands under it.

    The page's own claim comes first, but only leads to an article with the same text: templates
    exist that claim one address for every page.
    """
    own = urls.canonicalize(page.url)
    claimed = _claimed(page, reading) or own
    article_id = articles.find(connection, claimed)
    if claimed == own or article_id is None or _is_same_text(connection, article_id, reading):
        return claimed, article_id
    return own, articles.find(connection, own)


def _claimed(page: Page, reading: PageReading) -> str | None:
    """Return the canonical URL that a page claims; None for another site's or a home page's."""
    claim = reading.article.canonical_url if reading.article else None
    if claim is None or not urls.same_site(urls.host_of(claim), urls.host_of(page.url)):
        return None
    return None if _is_home(claim) else urls.canonicalize(claim)


def _is_same_text(connection: Connection, article_id: int, reading: PageReading) -> bool:
    known = articles.get(connection, article_id)
    if known is None or reading.article is None:
        return False
    body = reading.article.body
    return tuple(known.body) == body or near.compare(known.body, body).containment > 0.5


def _aliases(page: Page, identity: str) -> Iterator[tuple[str, str]]:
    """Yield the other addresses that led here, each with how."""
    led = [(urls.canonicalize(page.requested_url), "entry")]
    led += [(urls.canonicalize(url), "redirect") for url in (*page.redirects, page.url)]
    yield from ((url, via) for url, via in led if url != identity)


def _compare(
    source: str, reading: PageReading, candidates: Sequence[Candidate]
) -> Duplicate | None:
    if reading.article is None or reading.fingerprint is None:
        return None
    return near.find_duplicate(
        source,
        reading.fingerprint.text_hash,
        reading.article.body,
        [(c.article_id, c.source, c.text_hash, c.body) for c in candidates],
    )


def plan_revisit(
    connection: Connection, article_id: int, url: str, step: int, attempt: Attempt
) -> None:
    """Say when an article is looked at again; after the last step never."""
    if step >= len(REVISITS):
        articles.end_revisits(connection, article_id)
        return
    articles.schedule_revisit(
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
