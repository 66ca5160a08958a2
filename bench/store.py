"""What storing costs: articles a second, without the index and with it, and how long commits take.

    python -m bench.store [--articles 6000] [--store FILE]

Articles of about 4 kB in words of nine languages, as in bench/search.py, each discovered, stored
with text and verdict, and ended in the frontier; or the middle of that alone. Finding copies is
measured by bench/copies.py.
Readers ask ten queries a second each. A store that is given is copied first, and grows.
"""

import argparse
import asyncio
import multiprocessing
import random
import shutil
import tempfile
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from sqlite3 import Connection

from bench.search import ALPHABETS, Language, connect, queries
from crawler.daemon import indexing
from crawler.daemon.jobs import Intervals
from crawler.dedupe.shingles import fingerprint
from crawler.runtime.background import BackgroundTasks
from storage.articles import articles
from storage.articles.revisions import Visit
from storage.crawl import frontier
from storage.crawl.attempts import Attempt
from storage.crawl.frontier import Discovery
from storage.records.article import Article
from storage.records.model import FeedEntry, Page, PageReading, Phases
from storage.records.outcome import Outcome
from storage.records.verdict import Verdict
from storage.search.find import find
from storage.sqlite.database import Database, open_corpus

_LENGTH, _PARAGRAPHS = 620, 10
_BATCH = 100  # articles in one change
_READERS, _GAP = 8, 0.1  # seconds between two queries of one reader
_NOW = datetime(2026, 11, 26, tzinfo=UTC)
_SERIAL = count(time.time_ns())


def make(languages: list[Language], number: int) -> list[Visit]:
    """Return articles that were read, each of another text."""
    chance = random.Random(number)
    size = _LENGTH // _PARAGRAPHS
    found = []
    for place in range(number):
        language = languages[place % len(languages)]
        body = tuple(" ".join(language.draw(chance, size)) for _ in range(_PARAGRAPHS))
        url = f"https://f.example/{next(_SERIAL)}"
        page = Page(
            url=url, requested_url=url, redirects=(), status=200, headers=(), body=b"",
            wire_bytes=0, address=None, phases=Phases(), fetched_at=_NOW,
        )  # fmt: skip
        article = Article(headline=body[0][:60], body=body, published=_NOW, word_count=_LENGTH,
                          language=list(ALPHABETS)[place % len(languages)],
                          extractor_version="bench")  # fmt: skip
        verdict = Verdict(relevant=True, score=1.0, evidence=(), topic_version="bench")
        reading = PageReading(article=article, verdict=verdict, fingerprint=fingerprint(body[:1]))
        found.append(Visit(page=page, reading=reading, page_digest=""))
    return found


def discover(connection: Connection, visits: list[Visit]) -> list[int]:
    """Put the addresses into the frontier; return their ids."""
    found = []
    for visit in visits:
        url = visit.page.url
        discovery = Discovery(entry=FeedEntry(url=url), canonical_url=url, host="f.example")
        frontier.discover(connection, 1, [discovery], _NOW)
        standing = frontier.standing(connection, url)
        assert standing is not None
        found.append(standing.id)
    return found


def insert(connection: Connection, visits: list[Visit], ids: list[int]) -> None:
    """Store articles of known addresses in one change: identity, text, verdict."""
    for visit, frontier_id in zip(visits, ids, strict=True):
        articles.add(connection, frontier_id, visit.page.url, visit)


def keep(connection: Connection, visits: list[Visit]) -> None:
    """Store articles in one change, with all that the frontier learns."""
    for visit, frontier_id in zip(visits, discover(connection, visits), strict=True):
        article_id = articles.add(connection, frontier_id, visit.page.url, visit)
        attempt = Attempt(at=_NOW, outcome=Outcome.STORED, status=200)
        frontier.end(connection, frontier_id, attempt, article_id=article_id)


def read(store: Path, number: int, stop: float) -> None:
    """Search until a moment of the monotonic clock."""
    asked = queries({name: Language(name, n) for n, name in enumerate(ALPHABETS)}, 300)
    random.Random(number).shuffle(asked)
    with open_corpus(store) as connection:
        for query in asked * 100:
            if time.monotonic() > stop:
                return
            find(connection, query)
            time.sleep(_GAP)


async def batched(database: Database, visits: list[Visit]) -> float:
    """Store in batches; return articles a second."""
    started = time.perf_counter()
    for start in range(0, len(visits), _BATCH):
        await database.write(keep, visits[start : start + _BATCH])
    return len(visits) / (time.perf_counter() - started)


async def inserted(database: Database, visits: list[Visit]) -> float:
    """Store in batches what was discovered before; return articles a second."""
    ids = await database.write(discover, visits)
    started = time.perf_counter()
    for start in range(0, len(visits), _BATCH):
        end = start + _BATCH
        await database.write(insert, visits[start:end], ids[start:end])
    return len(visits) / (time.perf_counter() - started)


async def indexed(database: Database, visits: list[Visit]) -> float:
    """Store in batches and index everything; return articles a second."""
    started = time.perf_counter()
    await batched(database, visits)
    await indexing.catch_up(database)
    return len(visits) / (time.perf_counter() - started)


async def beside_readers(
    database: Database, visits: list[Visit], readers: int
) -> tuple[float, float, float]:
    """Store one by one, 50 a second, with the index made behind; return commits in ms."""
    stop = time.monotonic() + len(visits) / 50 + 2
    context = multiprocessing.get_context("spawn")
    asking = [context.Process(target=read, args=(database.path, n, stop)) for n in range(readers)]
    for process in asking:
        process.start()
    await asyncio.sleep(2)
    taken = []
    tasks = BackgroundTasks()
    indexer = indexing.Indexer(database)

    async def index() -> None:
        while True:
            await indexer.keep_up()
            await asyncio.sleep(Intervals().search_index)

    tasks.add("search index", index)
    async with tasks.running():
        for visit in visits:
            started = time.perf_counter()
            await database.write(keep, [visit])
            spent = time.perf_counter() - started
            taken.append(1000 * spent)
            await asyncio.sleep(max(0.02 - spent, 0))
    for process in asking:
        process.join()
    taken.sort()
    return taken[len(taken) // 2], taken[int(0.99 * len(taken))], taken[-1]


async def measure(store: Path, number: int) -> None:
    languages = [Language(name, n) for n, name in enumerate(ALPHABETS)]
    async with Database.open(store) as database:
        await indexing.catch_up(database)
        rate = await inserted(database, make(languages, number))
        print(f"text and verdict inserted: {rate:,.0f} articles a second", flush=True)
        rate = await batched(database, make(languages, number))
        print(f"discovered, stored, ended: {rate:,.0f} articles a second", flush=True)
        await indexing.catch_up(database)
        rate = await indexed(database, make(languages, number // 4))
        print(f"the same and indexed: {rate:,.0f} articles a second", flush=True)
        for readers in (0, _READERS):
            median, slow, worst = await beside_readers(database, make(languages, 1000), readers)
            print(
                f"a commit beside {readers} readers and the index: {median:.1f} ms median, "
                f"{slow:.1f} p99, {worst:.1f} worst",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=6000)
    parser.add_argument("--store", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "corpus.db"
        if asked.store:
            shutil.copy(asked.store, store)
        connect(store).close()
        asyncio.run(measure(store, asked.articles))


if __name__ == "__main__":
    main()
