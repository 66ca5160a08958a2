"""Adds the pages of articles and polls to the archive, if the operator wants them."""

from collections.abc import Set
from dataclasses import dataclass
from sqlite3 import Connection

from crawler.pipeline.fetched import digest_of
from storage.archive import places
from storage.archive.archive import Archive
from storage.archive.records import ArchivedPage
from storage.articles import articles
from storage.articles.revisions import Visit
from storage.records.model import FrontierUrl, Page


@dataclass(frozen=True, slots=True)
class PageArchive:
    """Archives pages on topic, and all others too if the operator wants them.

    Its methods run in the transaction that stores the text or the poll. They raise StoreFull.
    """

    archive: Archive | None  # None if the operator wants none
    keeps_off_topic: bool = False

    @property
    def damaged(self) -> Set[str]:
        """The files that have lost something that the store names."""
        return frozenset() if self.archive is None else self.archive.damaged

    def keep_article(
        self,
        connection: Connection,
        target: FrontierUrl,
        visit: Visit,
        *,
        article_id: int,
        revision: int,
    ) -> None:
        """Archive the page of one revision of an article, if it is wanted."""
        verdict = visit.reading.verdict
        is_on_topic = verdict is not None and verdict.relevant
        is_wanted = is_on_topic or self.keeps_off_topic
        if self.archive is None or not is_wanted:
            return
        page = ArchivedPage(
            page=visit.page,
            outlet=target.source,
            first_seen=articles.first_seen_of(connection, article_id),
            read_with=visit.reading.read_with,
        )
        position = self.archive.append(page)
        places.keep(
            connection,
            position,
            visit.page_digest,
            article_id=article_id,
            revision=revision,
        )

    def keep_poll(
        self, connection: Connection, target: FrontierUrl, page: Page, poll_id: int
    ) -> None:
        """Archive the feed or listing page of a poll."""
        if self.archive is None:
            return
        archived = ArchivedPage(page=page, outlet=target.source)
        position = self.archive.append(archived)
        places.keep(connection, position, digest_of(page), poll_id=poll_id)
