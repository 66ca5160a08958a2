"""Verifies stored texts: re-extracts each archived page with its original inputs and compares."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from crawler.maintenance.reextract import BATCH, ArchiveReader, Progress, Reextraction
from crawler.runtime.background import all_of
from crawler.workers.jobs import PageJob, replay_job
from storage.archive.records import ArchivedPage
from storage.articles import rereading
from storage.articles.rereading import Archived
from storage.records.model import ReadWith


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A text that differs from its re-extraction, or was not compared, with the reason."""

    text: Archived
    reason: str
    is_tried: bool = True  # False if the parser was lost: the text may well be right


async def verify_texts(
    connection: Connection,
    reader: ArchiveReader,
    texts: Sequence[Archived],
    progress: Progress,
) -> AsyncIterator[Mismatch]:
    """Yield each text that differs from its re-extraction, with the reason; report progress.

    A page that cannot be read from the archive is not yielded: checking the archive reports it.
    """
    progress(0, len(texts))
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        results = await all_of(reader.read(text, _original_job) for text in batch)
        for result in results:
            reason = _mismatch(connection, result)
            if reason:
                yield Mismatch(
                    result.text,
                    reason,
                    is_tried=result.is_tried,
                )
        progress(start + len(batch), len(texts))


async def _original_job(text: Archived, archived: ArchivedPage) -> PageJob:
    """Return the job that extracts a page with the inputs it had when it was fetched."""
    inputs = archived.read_with or ReadWith()
    return replay_job(
        archived.page,
        inputs,
        site=inputs.site,
        known=text.before,
    )


def _mismatch(connection: Connection, result: Reextraction) -> str:
    """Return how a re-extraction differs from the stored text, or an empty string."""
    if result.page is None:
        return ""
    if result.page.read_with is None and result.is_tried:
        return "the extraction inputs of this page were not recorded"
    if result.reading is None:
        return f"not tried: {result.detail}"
    if result.reading.article is None:
        return f"is no article any more: {result.reading.detail}"
    different = rereading.differences(
        connection,
        result.text,
        result.reading.article,
    )
    return f"reads differently: {', '.join(different)}" if different else ""
