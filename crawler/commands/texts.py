"""Texts from a file, compared through a store that is thrown away: `drawdown duplicates`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Self

from crawler import text, urls
from crawler.dedupe import near
from crawler.dedupe.shingles import fingerprint
from storage import articles, frontier, sources
from storage.article import Article
from storage.articles import Visit
from storage.database import Database
from storage.frontier import Discovery
from storage.model import (
    Duplicate,
    FeedEntry,
    Page,
    PageReading,
    Phases,
    Source,
    SourceKind,
    Verdict,
)

_SOURCE = "https://texts.invalid/"  # a name that no resolver knows (RFC 2606)


class Texts:
    """The texts so far, by the ids of their file."""

    def __init__(self, database: Database):
        self._database = database
        self._ids: dict[int, Any] = {}  # Any: whatever the file calls its rows
        self._hosts: dict[int, str] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[Self]:
        """Make an empty store for texts."""
        async with Database.open(path) as database:
            source = Source(name="texts", kind=SourceKind.PAGE, url=_SOURCE)
            listed = [(source, urls.host_of(_SOURCE))]
            await database.write(
                partial(sources.synchronize, sources=listed, now=datetime.now(UTC))
            )
            yield cls(database)

    async def add(
        self, key: Any, title: str, body: tuple[str, ...], url: str | None
    ) -> dict[str, Any]:
        """Compare a text with those before it and keep it; return what was found."""
        host = _host(url)
        found: list[Duplicate | None] = []
        tidy = tuple(text.paragraph(paragraph) for paragraph in body)
        change = partial(self._store, len(self._ids), title, tidy, host, found)
        article_id = await self._database.write(change)
        self._ids[article_id], self._hosts[article_id] = key, host
        duplicate = found[0]
        return {
            "id": key,
            "duplicate_of": None if duplicate is None else self._ids[duplicate.of],
            "kind": None if duplicate is None else duplicate.kind.value,
            "containment": None if duplicate is None else duplicate.containment,
        }

    def _store(
        self,
        place: int,
        title: str,
        body: tuple[str, ...],
        host: str,
        found: list[Duplicate | None],
        connection: Connection,
    ) -> int:
        now = datetime.now(UTC)
        address = f"{_SOURCE}{place}"
        discovery = Discovery(
            entry=FeedEntry(url=address), canonical_url=address, host=urls.host_of(_SOURCE)
        )
        frontier.discover(connection, 1, [discovery], now)
        row = connection.execute(
            "SELECT id FROM frontier_url WHERE canonical_url = :url", {"url": address}
        ).fetchone()
        visit = _visit(address, title, body, now)
        assert visit.reading.fingerprint is not None  # noqa: S101 - made just above
        text_hash = visit.reading.fingerprint.text_hash

        def compare(candidates: Any) -> Duplicate | None:
            listed = [
                (c.article_id, self._hosts[c.article_id], c.text_hash, c.body) for c in candidates
            ]
            found.append(near.find_duplicate(host, text_hash, body, listed) if body else None)
            return found[0]

        return articles.add(connection, row["id"], address, visit, compare)


def _host(url: str | None) -> str:
    try:
        return urls.host_of(url) if url else ""
    except ValueError:
        return ""


def _visit(url: str, title: str, body: tuple[str, ...], now: datetime) -> Visit:
    """Dress a text as a page that was fetched."""
    page = Page(
        url=url, requested_url=url, redirects=(), status=200, headers=(), body=b"", wire_bytes=0,
        address=None, phases=Phases(), fetched_at=now,
    )  # fmt: skip
    reading = PageReading(
        article=Article(headline=title, body=body, word_count=sum(map(text.count_words, body))),
        verdict=Verdict(relevant=False, score=0.0),
        fingerprint=fingerprint(body),
    )
    return Visit(page=page, reading=reading, page_digest="")
