"""The archive as the pipeline uses it: which pages it keeps, and of which text or poll."""

from dataclasses import dataclass
from sqlite3 import Connection

from crawler.pipeline.fetched import digest_of
from storage.archive import archive
from storage.archive.archive import Archive
from storage.archive.records import ArchivedPage
from storage.articles import articles
from storage.articles.revisions import Visit
from storage.records.model import FrontierUrl, Page


@dataclass(frozen=True, slots=True)
class PageArchive:
    """Keeps pages on topic, and all others too where the operator asks for it.

    Its methods run in the writer's transaction, before the text counts as stored. They raise
    StoreFull.
    """

    archive: Archive | None  # None where the operator keeps no archive
    keeps_off_topic: bool = False

    def keep_article(
        self,
        connection: Connection,
        target: FrontierUrl,
        visit: Visit,
        *,
        article_id: int,
        revision: int,
    ) -> None:
        """Keep the page of one revision of an article, if it is wanted."""
        verdict = visit.reading.verdict
        is_on_topic = verdict is not None and verdict.relevant
        if self.archive is None or not (is_on_topic or self.keeps_off_topic):
            return
        page = ArchivedPage(
            page=visit.page,
            outlet=target.source,
            first_seen=articles.first_seen_of(connection, article_id),
            read_with=visit.reading.read_with,
        )
        position = self.archive.append(page)
        archive.keep(
            connection, position, visit.page_digest, article_id=article_id, revision=revision
        )

    def keep_poll(
        self, connection: Connection, target: FrontierUrl, page: Page, poll_id: int
    ) -> None:
        """Keep the feed or listing page of a poll."""
        if self.archive is None:
            return
        position = self.archive.append(ArchivedPage(page=page, outlet=target.source))
        archive.keep(connection, position, digest_of(page), poll_id=poll_id)
