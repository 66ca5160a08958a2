"""Recomputes copies and verdicts for the whole corpus.

Works in transactions of some hundred articles, so that it can be stopped at any time and resumes.
The texts stay as they are.
"""

from datetime import UTC, datetime
from sqlite3 import Connection

from crawler import urls
from crawler.maintenance.reextract import Progress
from crawler.pipeline.carried import carry
from crawler.pipeline.copies import Copies, of_stored
from crawler.pipeline.revisit_plan import REVISITS
from crawler.topic.rules import Topic, judge_article
from crawler.workers.sayings import read_sayings, version_of
from storage.articles import relations, reprocessing, revisions
from storage.articles.reprocessing import Unjudged, Waiting
from storage.articles.sketches import MemoryIndex
from storage.crawl import revisits
from storage.sqlite.database import Database
from storage.statements import keeping, rereading
from storage.statements.rereading import Unread

BATCH = 200  # articles in a transaction


async def recompute_copies(
    database: Database, progress: Progress, *, batch_size: int = BATCH
) -> int:
    """Compare every article with those stored before it; return how many."""
    total = await database.write(reprocessing.begin)
    copies = Copies(await database.read(MemoryIndex.load))
    done = 0
    progress(done, total)
    while batch := await database.read(reprocessing.waiting, most=batch_size):
        await database.write(_compare_all, copies, batch)
        done += len(batch)
        progress(done, total)
    await database.write(reprocessing.end)
    return done


def _compare_all(
    connection: Connection,
    copies: Copies,
    articles: list[Waiting],
) -> None:
    for article in articles:
        _compare(connection, copies, article)


def _compare(connection: Connection, copies: Copies, article: Waiting) -> None:
    found, text = of_stored(connection, article.id, article)
    related = copies.find(
        connection,
        text,
        found,
        article.id,
    )
    copies.keep(
        connection,
        article.id,
        text,
        found,
        related,
    )


async def rejudge(database: Database, topic: Topic, progress: Progress) -> int:
    """Judge the newest text of every article that this topic has not judged; return how many.

    Verdicts of other topics stay. Articles that come on topic get revisits from now on.
    """
    total = await database.read(reprocessing.count_unjudged, topic_version=topic.version)
    done = 0
    progress(done, total)
    while texts := await database.read(
        reprocessing.unjudged,
        topic_version=topic.version,
        most=BATCH,
    ):
        await database.write(_judge_all, topic, texts)
        done += len(texts)
        progress(done, total)
    return done


async def read_statements(database: Database, topic: Topic, progress: Progress) -> int:
    """Find again who says what in texts that other rules have read, or none; return how many.

    What other rules found is closed, not deleted. The texts are those of articles on topic or near
    it, with all their revisions.
    """
    version, near = version_of(topic), topic.thresholds["review"]
    total = await database.read(rereading.count, version, near)
    done = 0
    while texts := await database.read(rereading.next_texts, version, near, most=BATCH):
        await database.write(_read_all, topic, texts)
        done += len(texts)
        progress(done, total)
    return done


def _read_all(connection: Connection, topic: Topic, texts: list[Unread]) -> None:
    for text in texts:
        sayings = read_sayings(
            topic,
            headline=text.headline,
            body=text.body,
            language=text.language,
            published=text.published.date() if text.published else None,
        )
        keeping.add(connection, text.article_id, text.revision, sayings)


def _judge_all(connection: Connection, topic: Topic, texts: list[Unjudged]) -> None:
    now = datetime.now(UTC)
    for text in texts:
        verdict = judge_article(topic, text)
        original = relations.exact_original(connection, text.id)
        if original is not None and not verdict.relevant:
            verdict = carry(connection, verdict, text.body, original)
        revisions.add_verdict(
            connection,
            text.id,
            text.revision,
            verdict,
            now,
        )
        if verdict.relevant and not revisits.is_planned(connection, text.id):
            host = urls.host_of(text.url)
            at = now + REVISITS[0]
            revisits.schedule(
                connection,
                text.id,
                host=host,
                url=text.url,
                step=0,
                at=at,
            )
