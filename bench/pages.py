"""Server CPU of each page of `drawdown web`, and what it weighs.

    python -m bench.pages [--articles 500000] [--polls 1000000] [--sources 150] [--rounds 5]

The pages are asked for through the application itself, without a network, in this one process. The
first round reads the columns and warms the cache, and is shown apart. Goals: 40 ms of CPU, 40 kB
packed a page.
"""

import argparse
import asyncio
import gzip
import tempfile
import time
import warnings
from pathlib import Path

import httpx

from bench.corpus import make
from crawler.web import app
from crawler.web.site import Site

_PAGES = (
    "/",
    "/?days=365",
    "/search",
    "/search?q=withdraw*",
    "/search?q=verdict:on+lang:ar",
    "/search?q=lang:ar&order=oldest&page=40",
    "/articles/1000",
    "/articles/1000/revisions",
    "/changes",
    "/movements",
    "/sources",
    "/gaps",
    "/alerts",
    "/review",
    "/help",
)


def main() -> None:
    """Print a line a page: first CPU, best CPU, bytes, packed bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=500_000)
    parser.add_argument("--polls", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--store", type=Path, help="Use this store, and make none.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = asked.store or Path(folder) / "corpus.db"
        if asked.store is None:
            make(store, articles=asked.articles, polls=asked.polls, sources=asked.sources)
        asyncio.run(_measure(store, asked.rounds))


async def _measure(store: Path, rounds: int) -> None:
    warnings.simplefilter("ignore")
    site = Site(store=store, thresholds=(0.3, 0.6))
    transport = httpx.ASGITransport(app.make(site))
    print(f"{'page':44}{'first ms':>10}{'best ms':>10}{'bytes':>10}{'packed':>9}")
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for page in _PAGES:
            took = []
            for _ in range(rounds):
                began = time.process_time()
                answer = await client.get(page)
                took.append(1000 * (time.process_time() - began))
            packed = len(gzip.compress(answer.content))
            status = "" if answer.status_code == 200 else f" {answer.status_code}"
            print(
                f"{page + status:44}{took[0]:10.1f}{min(took):10.1f}"
                f"{len(answer.content):10}{packed:9}"
            )


if __name__ == "__main__":
    main()
