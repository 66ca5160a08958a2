"""The proof of a text: its page, read as it was read when it came, gives it again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from sqlite3 import Connection

from crawler.jobs import PageJob
from crawler.rereading import BATCH, Again, ArchiveReader, Progress
from storage import rereading
from storage.archive.records import ArchivedPage
from storage.model import ReadWith
from storage.rereading import Archived


async def prove(
    connection: Connection, reader: ArchiveReader, texts: Sequence[Archived], progress: Progress
) -> AsyncIterator[tuple[Archived, str]]:
    """Yield each text that its page does not give, with why; tell how many are done.

    A page that cannot be had is the archive's to report.
    """
    for start in range(0, len(texts), BATCH):
        some = texts[start : start + BATCH]
        for again in await asyncio.gather(*(reader.read(text, _job_as_then) for text in some)):
            reason = _other(connection, again)
            if reason:
                yield again.text, reason
        progress(start + len(some), len(texts))


async def _job_as_then(text: Archived, found: ArchivedPage) -> PageJob:
    then = found.read_with or ReadWith()
    return PageJob(
        body=found.page.body,
        url=found.page.url,
        content_type=found.page.header("content-type"),
        entry=then.entry,
        known=text.before if then.is_revisit else None,
        selectors=then.selectors,
        site=then.site,
        language=then.language,
    )


def _other(connection: Connection, again: Again) -> str:
    if again.found is None:
        return ""
    if again.found.read_with is None:
        return "with what the page was read is not recorded"
    if again.reading is None:
        return again.detail
    if again.reading.article is None:
        return f"is no article any more: {again.reading.detail}"
    different = rereading.differences(connection, again.text, again.reading.article)
    return f"reads differently: {', '.join(different)}" if different else ""
