"""Archived pages read again by the extractor of today; what comes out differently is a revision."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from sqlite3 import Connection

from crawler import urls
from crawler.errors import FetchError
from crawler.extract.article import VERSION
from crawler.pipeline.context import digest_of
from crawler.pipeline.copies import Copies, of_article
from crawler.workers.jobs import PageJob, page_job
from crawler.workers.pool import WorkerPool
from storage.archive import archive
from storage.archive.pages import page_of
from storage.archive.records import ArchivedPage
from storage.articles import rereading, revisions
from storage.articles.rereading import Archived, Outcome
from storage.articles.revisions import Visit
from storage.crawl import profiles
from storage.records.model import PageReading, Source
from storage.sqlite.database import Database

BATCH = 64  # pages read at once, and stored in one transaction

Progress = Callable[[int, int], None]  # told how many are done, of how many


@dataclass(frozen=True, slots=True)
class Again:
    """A text whose page was read again, or why it could not be."""

    text: Archived
    found: ArchivedPage | None = None
    reading: PageReading | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveReader:
    """Reads archived pages in worker processes."""

    workers: WorkerPool
    folder: Path  # of the archive

    async def read(
        self, text: Archived, job_of: Callable[[Archived, ArchivedPage], Awaitable[PageJob]]
    ) -> Again:
        """Read the page of a text by a job that is made for it."""
        try:
            found = page_of(await asyncio.to_thread(archive.read, self.folder, text.place))
        except (ValueError, OSError) as error:
            return Again(text, detail=str(error))
        try:
            reading = await self.workers.read_page(await job_of(text, found))
        except FetchError as error:
            return Again(text, found, detail=f"{error.outcome.value}: {error.detail}")
        return Again(text, found, reading)


async def read_again(
    database: Database,
    reader: ArchiveReader,
    sources: Mapping[str, Source],
    copies: Copies,
    progress: Progress,
) -> Counter[Outcome]:
    """Read the newest text of every article again that another extractor read.

    `sources` are the outlets by name. May be stopped, and goes on where it was. Returns how many
    ended how.
    """
    total = await database.read(rereading.count_waiting, version=VERSION)
    counts: Counter[Outcome] = Counter()

    async def job_of(text: Archived, found: ArchivedPage) -> PageJob:
        page, then = found.page, found.read_with
        return page_job(
            page,
            sources.get(text.outlet),
            entry=then.entry if then else None,
            known=text.body,
            site=await database.read(profiles.of, urls.host_of(page.url)),
        )

    while texts := await database.read(rereading.waiting, version=VERSION, most=BATCH):
        read = await asyncio.gather(*(reader.read(text, job_of) for text in texts))
        counts.update(await database.write(_keep_all, copies, read))
        progress(counts.total(), total)
    return counts


def _keep_all(connection: Connection, copies: Copies, read: list[Again]) -> list[Outcome]:
    return [_keep(connection, copies, again) for again in read]


def _keep(connection: Connection, copies: Copies, again: Again) -> Outcome:
    """Store what one page came to."""
    note = partial(rereading.record, connection, again.text, VERSION)
    if again.found is None or again.reading is None:
        note("unreadable", detail=again.detail)
        return "unreadable"
    article, found = again.reading.article, again.reading.fingerprint
    if article is None or found is None:
        note("refused", detail=again.reading.detail)
        return "refused"
    different = rereading.differences(connection, again.text, article)
    if not different:
        note("equal")
        return "equal"
    page, article_id, number = again.found.page, again.text.article_id, again.text.revision + 1
    new = of_article(found, article, again.text.outlet, page.fetched_at)
    related = copies.find(connection, new, found, article_id)
    visit = Visit(page=page, reading=again.reading, page_digest=digest_of(page))
    revisions.add_reread(connection, article_id, visit, number=number)
    copies.keep(connection, article_id, new, found, related)
    note("differs", detail=", ".join(different), new_revision=number)
    return "differs"
