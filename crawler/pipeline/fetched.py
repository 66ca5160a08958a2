"""A fetched page: its digest, its log entry, and its extraction in a worker process."""

import hashlib

from crawler import urls
from crawler.workers.jobs import page_job
from crawler.workers.pool import WorkerPool
from storage.crawl import profiles
from storage.crawl.attempts import Attempt
from storage.records.model import FeedEntry, Page, PageReading, Source
from storage.records.outcome import Outcome
from storage.sqlite.database import Database


def digest_of(page: Page) -> str:
    """Return the SHA-256 of the decoded body, in hexadecimal."""
    return hashlib.sha256(page.body).hexdigest()


def attempt_of(page: Page, outcome: Outcome, detail: str = "") -> Attempt:
    """Return the log entry of a fetch whose response was a page."""
    return Attempt(
        at=page.fetched_at,
        outcome=outcome,
        status=page.status,
        detail=detail,
        wire_bytes=page.wire_bytes,
        duration_ms=page.phases.total,
    )


async def read_page(
    database: Database,
    workers: WorkerPool,
    page: Page,
    source: Source | None,
    *,
    entry: FeedEntry | None,
    known: tuple[str, ...] | None = None,
) -> PageReading:
    """Extract, judge and fingerprint a page with the stored profile of its host.

    `known` is the stored body of a revisited article. Raises FetchError.
    """
    site = await database.read(profiles.of, urls.host_of(page.url))
    job = page_job(
        page,
        source,
        entry=entry,
        known=known,
        site=site,
    )
    return await workers.read_page(job)
