"""Outlets on loopback that a test changes between rounds; all else is real."""

import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from crawler import config as configuration
from crawler.daemon import daemon
from crawler.demo.server import Outlet, Request, Response, serve
from crawler.pipeline.assembly import Parts
from crawler.pipeline.tally import Tally
from storage.articles import corpus
from storage.crawl import frontier, sources
from storage.records.model import CorpusArticle
from storage.sqlite.database import open_corpus
from tests.support.farm import feed_sources, make_page, make_text, write_config
from tests.support.inline import inline_workers

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def feed(*paths: str, host: str = "a.example", more: str = "") -> Response:
    """Return a feed of these paths; `more` is in every item."""
    items = "".join(
        f"<item><title>Of {p}</title><link>http://{host}{p}</link>{more}</item>" for p in paths
    )
    return Response(RSS.format(items=items).encode(), media_type="application/rss+xml")


def story(path: str, host: str = "a.example", seed: int = 0) -> Response:
    body = make_text(random.Random(f"{path}{seed}"), on_topic=True)
    return Response(make_page(f"Headline of {path}", body, f"http://{host}{path}"))


class Farm:
    """Outlets that a test changes between rounds, and the requests they got."""

    def __init__(self, folder: Path, **settings: str):
        self.folder = folder
        self.outlets: dict[str, Callable[[Request], Response]] = {}
        self.requests: list[Request] = []
        self.sources = ""
        self.settings = settings

    def outlet(self, host: str) -> Outlet:
        def answer(request: Request) -> Response:
            self.requests.append(request)
            return self.outlets[host](request)

        return answer

    def serve_paths(self, host: str, paths: dict[str, Response]) -> None:
        self.outlets[host] = lambda request: paths.get(request.path, Response(b"no", 404))

    async def round(self, places: Mapping[str, str] | None = None) -> Tally:
        """Work one round; `places` are further names and where they lead."""
        async with serve({host: self.outlet(host) for host in self.outlets}) as connect_to:
            connect_to |= places or {}
            text = self.sources or feed_sources(self.outlets)
            file = write_config(self.folder / "sources.toml", connect_to, text, **self.settings)
            # Rounds are short, and many.
            parts = Parts(workers=inline_workers, refill_gap=0.01)
            return await daemon.once(configuration.load(file), parts=parts)

    def paths(self) -> list[str]:
        asked = [r.path for r in self.requests if r.path != "/robots.txt"]
        self.requests.clear()
        return asked

    def corpus(self) -> list[CorpusArticle]:
        with open_corpus(self.folder / "corpus.db") as connection:
            return list(corpus.stream(connection))

    def outcomes(self) -> dict[str, int]:
        with open_corpus(self.folder / "corpus.db") as connection:
            return frontier.outcomes(connection)

    def status(self) -> list[sources.SourceStatus]:
        with open_corpus(self.folder / "corpus.db") as connection:
            return sources.statuses(connection)

    def attempts(self) -> list[int]:
        """Return how often each discovered URL was tried."""
        with open_corpus(self.folder / "corpus.db") as connection:
            rows = connection.execute("SELECT attempts FROM frontier_url ORDER BY id")
            return [row["attempts"] for row in rows]

    def profile(self) -> tuple[str, int, str | None]:
        """Return host, pages and change of layout of the one site profile."""
        with open_corpus(self.folder / "corpus.db") as connection:
            row = connection.execute("SELECT host, pages, changed_at FROM site_profile").fetchone()
        return row["host"], row["pages"], row["changed_at"]

    def leases(self) -> int:
        """Count the hosts that somebody holds."""
        with open_corpus(self.folder / "corpus.db") as connection:
            query = "SELECT count(*) FROM host WHERE leased_until IS NOT NULL"
            return int(connection.execute(query).fetchone()[0])

    def make_due(self) -> None:
        """Let everything be due again, as if its time had come."""
        with closing(sqlite3.connect(self.folder / "corpus.db")) as connection:
            past = "2000-01-01T00:00:00.000Z"
            connection.execute("UPDATE poll_state SET next_poll_at = ?", (past,))
            connection.execute("UPDATE frontier_url SET not_before = ?", (past,))
            connection.execute("UPDATE revisit SET not_before = ?", (past,))
            connection.execute("UPDATE host SET not_before = NULL, due_at = ?", (past,))
            connection.commit()
