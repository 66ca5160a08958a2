"""The peer of bench.throughput: Scrapy, trafilatura and SQLite, as one would build it today.

    python -m bench.scrapy_pipeline PLACES.json CORPUS.db

Reads each outlet's feed, fetches its articles, extracts with trafilatura, stores in batches. All
its courtesies are off: robots, delays, copies, relevance and revisions are not its work.
"""

import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import feedparser
import trafilatura
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

_BATCH = 100


class Outlets(Spider):  # type: ignore[misc]  # Scrapy may be missing
    """Feeds, then articles."""

    name = "outlets"
    places: dict[str, str]  # host:80 -> address:port

    async def start(self) -> AsyncIterator[Any]:  # Any: Scrapy has no types here
        """Ask for each feed."""
        for host in self.places:
            yield self._ask(f"http://{host.removesuffix(':80')}/feed", self.read_feed)

    def _ask(self, url: str, callback: Any) -> Any:
        host = url.split("/")[2]
        place = self.places[f"{host}:80"]
        return Request(
            url.replace(host, place, 1), callback, headers={"Host": host}, meta={"url": url}
        )

    def read_feed(self, response: Any) -> Iterator[Any]:
        """Ask for each entry's page."""
        for entry in feedparser.parse(response.body).entries:
            yield self._ask(entry.link, self.read_page)

    def read_page(self, response: Any) -> Iterator[dict[str, str]]:
        """Extract."""
        text = trafilatura.extract(response.text, with_metadata=True, output_format="json")
        yield {"url": response.meta["url"], "article": text or ""}


class Store:
    """Batches into SQLite."""

    def open_spider(self) -> None:
        """Create the table."""
        self.database = sqlite3.connect(sys.argv[2])
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = NORMAL")
        self.database.execute("CREATE TABLE article (url TEXT PRIMARY KEY, article TEXT)")
        self.waiting: list[tuple[str, str]] = []

    def process_item(self, item: dict[str, str]) -> dict[str, str]:
        """Store one in a batch."""
        self.waiting.append((item["url"], item["article"]))
        if len(self.waiting) >= _BATCH:
            self._commit()
        return item

    def close_spider(self) -> None:
        """Store the rest."""
        self._commit()
        self.database.close()

    def _commit(self) -> None:
        self.database.executemany("INSERT OR IGNORE INTO article VALUES (?, ?)", self.waiting)
        self.database.commit()
        self.waiting.clear()


def main() -> None:
    """Crawl."""
    Outlets.places = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    process = CrawlerProcess(
        settings={
            "CONCURRENT_REQUESTS": 100, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "LOG_ENABLED": False,
            "ROBOTSTXT_OBEY": False, "COOKIES_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
            "DOWNLOAD_DELAY": 0, "ITEM_PIPELINES": {Store: 1},
            "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
            "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
        }
    )  # fmt: skip
    process.crawl(Outlets)
    process.start()


if __name__ == "__main__":
    main()
