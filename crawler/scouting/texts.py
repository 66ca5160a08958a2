"""Compares the texts of a file with each other in a temporary store: `drawdown duplicates`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Self

from crawler import text, urls
from crawler.dedupe.shingles import fingerprint
from crawler.extract.profile import learn
from crawler.pipeline.copies import Copies, of_article
from crawler.scouting.json_lines import TextLine
from crawler.text import dates
from storage.articles import articles, relations
from storage.articles.revisions import Visit
from storage.articles.sketches import MemoryIndex
from storage.crawl import frontier, profiles, sources
from storage.crawl.frontier import Discovery
from storage.records.article import Article, SiteSample
from storage.records.model import FeedEntry, Page, PageReading, Phases, Relation, Source, SourceKind
from storage.records.verdict import Verdict
from storage.sqlite.database import Database

_NO_SAMPLE = SiteSample(container="", blocks=())


class Texts:
    """The texts that were added so far, by the ids of their file."""

    def __init__(self, database: Database):
        self._database = database
        self._copies = Copies(MemoryIndex())
        self._ids: dict[int, Any] = {}  # Any: the ids of the file have any type
        self._outlets: dict[str, Source] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[Self]:
        """Create an empty store for texts."""
        async with Database.open(path) as database:
            yield cls(database)

    async def add(self, line: TextLine) -> dict[str, Any]:
        """Compare a text with those before it and store it; return its relations.

        Any: JSON values; `id` has the type that the file uses.
        """
        body = tuple(map(text.paragraph, line.paragraphs))
        source = await self._source(line.source or _host(line.url))
        article = Article(
            headline=line.headline,
            body=body,
            published=dates.instant(line.published or line.date),
            word_count=sum(map(text.count_words, body)),
        )
        article_id, found = await self._database.write(
            self._store,
            len(self._ids),
            source,
            article,
        )
        self._ids[article_id] = line.id

        facts: dict[str, Any] = {
            "id": line.id,
            "duplicate_of": None,
            "kind": None,
            "containment": None,
            "relations": list(map(self._facts, found)),
        }
        copies = [relation for relation in found if relation.kind.is_copy]
        if copies:  # at most one
            copy = copies[0]
            facts["duplicate_of"] = self._ids[copy.of]
            facts["kind"] = copy.kind.value
            facts["containment"] = copy.containment
        return facts

    def _facts(self, relation: Relation) -> dict[str, Any]:
        """Return a relation as JSON values. Any: as above."""
        return {
            "of": self._ids[relation.of],
            "kind": relation.kind.value,
            "forward": relation.forward,
            "backward": relation.backward,
            "lead": relation.lead,
        }

    async def _source(self, outlet: str) -> Source:
        """Return the source of an outlet, with a host name that no resolver knows."""
        if outlet not in self._outlets:
            url = f"https://{len(self._outlets)}.texts.invalid/"  # RFC 2606
            self._outlets[outlet] = Source(
                name=outlet,
                kind=SourceKind.PAGE,
                url=url,
            )
            listed = [(s, urls.host_of(s.url)) for s in self._outlets.values()]
            await self._database.write(
                sources.synchronize,
                sources=listed,
                now=datetime.now(UTC),
            )
        return self._outlets[outlet]

    def _store(
        self, connection: Connection, place: int, source: Source, article: Article
    ) -> tuple[int, list[Relation]]:
        now = datetime.now(UTC)
        host, address = urls.host_of(source.url), f"{source.url}{place}"
        site = profiles.of(connection, host)
        found = fingerprint(article.body, site.common_lines)
        reading = PageReading(
            article=article,
            verdict=Verdict(
                relevant=False,
                score=0.0,
            ),
            fingerprint=found,
        )
        frontier_id = _discover(connection, source, address, now)
        new = of_article(found, article, source.name, None)
        related = self._copies.find(connection, new, found) if article.body else []
        article_id = articles.add(
            connection,
            frontier_id,
            address,
            _visit(address, reading, now),
        )
        self._copies.keep(connection, article_id, new, found, related)
        if not relations.is_copy(connection, article_id):
            taught = learn(site, _NO_SAMPLE, found.lines)
            profiles.keep(connection, host, taught, now, changed=False)
        return article_id, related


def _host(url: str | None) -> str:
    if not url:
        return ""
    try:
        return urls.host_of(url)
    except ValueError:
        return ""


def _discover(
    connection: Connection,
    source: Source,
    address: str,
    now: datetime,
) -> int:
    row = connection.execute(
        "SELECT id FROM source WHERE url = :url",
        {"url": source.url},
    )
    discovery = Discovery(
        entry=FeedEntry(url=address), canonical_url=address, host=urls.host_of(source.url)
    )
    frontier.discover(
        connection,
        row.fetchone()["id"],
        [discovery],
        now,
    )
    found = connection.execute(
        "SELECT id FROM frontier_url WHERE canonical_url = :url", {"url": address}
    )
    return int(found.fetchone()["id"])


def _visit(url: str, reading: PageReading, now: datetime) -> Visit:
    """Return a text as a page that was fetched now."""
    page = Page(
        url=url,
        requested_url=url,
        redirects=(),
        status=200,
        headers=(),
        body=b"",
        wire_bytes=0,
        address=None,
        phases=Phases(),
        fetched_at=now,
    )
    return Visit(page=page, reading=reading, page_digest="")
