"""The proof of a text: its page, read as it was read when it came, gives it again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from crawler.maintenance.reextract import BATCH, Again, ArchiveReader, Progress
from crawler.workers.jobs import PageJob, replay_job
from storage.archive.records import ArchivedPage
from storage.articles import rereading
from storage.articles.rereading import Archived
from storage.records.model import ReadWith


@dataclass(frozen=True, slots=True)
class Unproved:
    """A text that its page did not give again, and why."""

    text: Archived
    reason: str
    is_tried: bool = True  # False where the parser was lost: the text may well be right


async def prove(
    connection: Connection, reader: ArchiveReader, texts: Sequence[Archived], progress: Progress
) -> AsyncIterator[Unproved]:
    """Yield each text that its page does not give; report how many are done.

    A page that cannot be read from the archive is the archive's to report.
    """
    for start in range(0, len(texts), BATCH):
        some = texts[start : start + BATCH]
        for again in await asyncio.gather(*(reader.read(text, _job_as_then) for text in some)):
            unproved = _unproved(connection, again)
            if unproved:
                yield unproved
        progress(start + len(some), len(texts))


async def _job_as_then(text: Archived, found: ArchivedPage) -> PageJob:
    then = found.read_with or ReadWith()
    return replay_job(found.page, then, site=then.site, known=text.before)


def _unproved(connection: Connection, again: Again) -> Unproved | None:
    if again.found is None:
        return None
    if again.found.read_with is None:
        return Unproved(again.text, "with what the page was read is not recorded")
    if again.reading is None:
        return Unproved(again.text, f"not tried: {again.detail}", is_tried=False)
    if again.reading.article is None:
        return Unproved(again.text, f"is no article any more: {again.reading.detail}")
    different = rereading.differences(connection, again.text, again.reading.article)
    if different:
        return Unproved(again.text, f"reads differently: {', '.join(different)}")
    return None
