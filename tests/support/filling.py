"""Articles put into a store by hand: discovered, compared, stored."""

import sqlite3
from datetime import UTC, datetime

from crawler.dedupe.shingles import fingerprint
from crawler.pipeline.copies import Copies, of_article
from storage.articles import articles
from storage.articles.revisions import Visit
from storage.articles.sketches import open_index
from storage.crawl import frontier
from storage.crawl.attempts import Attempt
from storage.crawl.frontier import Discovery
from storage.records.article import Article
from storage.records.model import FeedEntry, Page, PageReading, Phases
from storage.records.outcome import Outcome
from storage.records.verdict import Evidence, Verdict

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def discovery(url: str, **entry: object) -> Discovery:
    claims: dict[str, object] = {"url": url, "headline": "H"}
    return Discovery(
        entry=FeedEntry(**(claims | entry)),  # type: ignore[arg-type]  # a test's shorthand
        canonical_url=url,
        host=url.split("/")[2],
    )


def visit(url: str, body: list[str], published: datetime | None = NOW, **fields: object) -> Visit:
    page = Page(
        url=url, requested_url=url, redirects=(), status=200,
        headers=(("ETag", '"1"'), ("Set-Cookie", "secret")), body=b"", wire_bytes=1,
        address="127.0.0.1", phases=Phases(), fetched_at=NOW,
    )  # fmt: skip
    values: dict[str, object] = {
        "headline": "Headline", "body": tuple(body), "published": published, "word_count": 9,
        "extractor_version": "x-1", "language": "en",
    }  # fmt: skip
    evidence = (Evidence(terms=("leave",), place="lead", sentence="They leave.", weight=1.0),)
    reading = PageReading(
        article=Article(**(values | fields)),  # type: ignore[arg-type]  # a test's shorthand
        verdict=Verdict(relevant=True, score=1.0, evidence=evidence, topic_version="t-1"),
        fingerprint=fingerprint(body),
    )
    return Visit(page=page, reading=reading, page_digest="d")


def store(connection: sqlite3.Connection, source: int, url: str, seen: Visit) -> int:
    frontier.discover(connection, source, [discovery(url)], NOW)
    row = connection.execute(
        "SELECT id FROM frontier_url WHERE canonical_url = ?", (url,)
    ).fetchone()
    article, found = seen.reading.article, seen.reading.fingerprint
    assert article is not None
    assert found is not None
    copies = Copies(open_index(connection, in_memory=False))
    new = of_article(found, article, str(source), NOW)
    related = copies.find(connection, new, found)
    article_id = articles.add(connection, row["id"], url, seen)
    copies.keep(connection, article_id, new, found, related)
    attempt = Attempt(at=NOW, outcome=Outcome.STORED, status=200)
    frontier.end(connection, row["id"], attempt, article_id=article_id)
    return article_id
