"""Re-extracts archived pages with the current extractor; differences are stored as revisions."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

from crawler import urls
from crawler.errors import FetchError
from crawler.extract.article import VERSION
from crawler.pipeline.copies import Copies, of_article
from crawler.pipeline.fetched import digest_of
from crawler.pipeline.identity import cited_url
from crawler.runtime.background import all_of
from crawler.workers.jobs import PageJob, page_job
from crawler.workers.pool import WorkerPool
from storage.archive import places
from storage.archive.pages import page_of
from storage.archive.records import ArchivedPage
from storage.articles import rereading, revisions
from storage.articles.rereading import Archived
from storage.articles.revisions import Visit
from storage.crawl import profiles
from storage.records.model import Page, PageReading, Source
from storage.sqlite.database import Database

BATCH = 64  # pages extracted at once, and stored in one transaction

Progress = Callable[[int, int], None]  # called with how many are done, of how many
Outcome = rereading.Outcome | Literal["not_tried"]


@dataclass(frozen=True, slots=True)
class Reextraction:
    """What one archived page gave when it was extracted again."""

    text: Archived
    page: ArchivedPage | None = None  # None: the archive could not be read
    reading: PageReading | None = None  # None: the parser was lost, or there is no page
    detail: str = ""  # why something is missing

    @property
    def is_tried(self) -> bool:
        """False if the parser was lost: then nothing is known of the page."""
        return self.page is None or self.reading is not None


@dataclass(frozen=True, slots=True)
class ArchiveReader:
    """Extracts archived pages in worker processes."""

    workers: WorkerPool
    folder: Path  # of the archive

    async def read(
        self, text: Archived, make_job: Callable[[Archived, ArchivedPage], Awaitable[PageJob]]
    ) -> Reextraction:
        """Extract the page of a text by the job that `make_job` makes for it."""
        try:
            page = page_of(
                await asyncio.to_thread(
                    places.read,
                    self.folder,
                    text.place,
                )
            )
        except (ValueError, OSError) as error:
            return Reextraction(text, detail=str(error))
        try:
            reading = await self.workers.read_page(await make_job(text, page))
        except FetchError as error:
            return Reextraction(
                text,
                page,
                detail=f"{error.outcome.value}: {error.detail}",
            )
        return Reextraction(text, page, reading)


async def reextract(
    database: Database,
    reader: ArchiveReader,
    sources: Mapping[str, Source],
    copies: Copies,
    progress: Progress,
) -> Counter[Outcome]:
    """Re-extract the newest text of every article that another extractor made.

    `sources` are the outlets by name. May be stopped, and resumes where it was. A page whose parser
    is lost is counted as `not_tried`, and tried again by the next call. Returns the counts by
    outcome.
    """
    total = await database.read(rereading.count_waiting, version=VERSION)
    counts: Counter[Outcome] = Counter()

    async def make_job(text: Archived, archived: ArchivedPage) -> PageJob:
        page, inputs = archived.page, archived.read_with
        return page_job(
            page,
            sources.get(text.outlet),
            entry=inputs.entry if inputs else None,
            known=text.body,
            site=await database.read(profiles.of, urls.host_of(page.url)),
        )

    progress(0, total)
    last_id = 0
    while texts := await database.read(
        rereading.waiting,
        version=VERSION,
        after=last_id,
        most=BATCH,
    ):
        results = await all_of(reader.read(text, make_job) for text in texts)
        counts.update(await database.write(_store_all, copies, results))
        last_id = texts[-1].article_id
        progress(counts.total(), total)
    return counts


def _store_all(
    connection: Connection, copies: Copies, results: list[Reextraction]
) -> list[Outcome]:
    return [_store(connection, copies, result) for result in results]


def _store(connection: Connection, copies: Copies, result: Reextraction) -> Outcome:
    """Store the result for one page: its outcome, and a revision if the text differs."""
    text, page, reading = result.text, result.page, result.reading
    if page is None:
        rereading.record(
            connection,
            text,
            VERSION,
            "unreadable",
            detail=result.detail,
        )
        return "unreadable"
    if reading is None:
        return "not_tried"
    if reading.article is None or reading.fingerprint is None:
        rereading.record(
            connection,
            text,
            VERSION,
            "refused",
            detail=reading.detail,
        )
        return "refused"

    different = rereading.differences(connection, text, reading.article)
    if not different:
        rereading.record(
            connection,
            text,
            VERSION,
            "equal",
        )
        return "equal"
    number = _add_revision(
        connection,
        copies,
        text,
        page.page,
        reading,
    )
    rereading.record(
        connection,
        text,
        VERSION,
        "differs",
        detail=", ".join(different),
        new_revision=number,
    )
    return "differs"


def _add_revision(
    connection: Connection,
    copies: Copies,
    text: Archived,
    page: Page,
    reading: PageReading,
) -> int:
    """Store an extracted text as the next revision, with its relations; return its number."""
    article, fingerprint = reading.article, reading.fingerprint
    assert article is not None and fingerprint is not None  # noqa: S101, PT018 - checked before
    number = text.revision + 1
    comparable = of_article(
        fingerprint,
        article,
        text.outlet,
        page.fetched_at,
    )
    related = copies.find(
        connection,
        comparable,
        fingerprint,
        text.article_id,
    )
    visit = Visit(
        page=page,
        reading=reading,
        page_digest=digest_of(page),
        cited_url=cited_url(page, reading, {}),
    )
    revisions.add_reread(
        connection,
        text.article_id,
        visit,
        number=number,
    )
    copies.keep(
        connection,
        text.article_id,
        comparable,
        fingerprint,
        related,
    )
    return number
