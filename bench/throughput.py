"""The whole pipeline beside Scrapy + trafilatura + SQLite over the same outlets, in one run.

    python -m bench.throughput --outlets 100 --articles 20

The farm has a process and a core of its own; parser processes are counted. Ours obeys robots.txt,
judges relevance, finds copies and keeps its books; the peer fetches, extracts and stores. Quote the
ratio: absolute times are the machine's. Also says how long our event loop was held.
"""

import argparse
import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from bench.work import cpu_seconds
from crawler import config as configuration
from crawler import log
from crawler.daemon import daemon
from crawler.demo.server import serve
from crawler.runtime.eventloop import run
from storage.crawl import frontier
from storage.sqlite.database import open_corpus
from tests.support.farm import feed_sources, make_outlets, write_config

_WITH_CHILDREN = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN


async def crawl_once(config: configuration.Config) -> list[float]:
    """Run a round; return by how many seconds the loop was late, in order."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(0.005)
            late.append(time.perf_counter() - asked - 0.005)

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        await daemon.once(config)
        watching.cancel()
    return sorted(late)


def ours(folder: Path, places: Mapping[str, str], *limits: str) -> int:
    """Run one round of the crawler; return how many articles are stored."""
    hosts = {name.removesuffix(":80"): None for name in places}
    file = write_config(
        folder / "sources.toml", places, feed_sources(hosts), limits="\n".join(limits)
    )
    config = configuration.load(file)
    late = run(crawl_once(config))
    p99 = late[int(len(late) * 0.99)] * 1000
    print(f"loop late by {p99:.1f} ms at most in 99 of 100 looks, {late[-1] * 1000:.0f} ms once")
    with open_corpus(config.store) as connection:
        return frontier.outcomes(connection).get("stored", 0)


def peer(folder: Path, places: Mapping[str, str]) -> int:
    """Run Scrapy's pipeline; return how many articles are stored."""
    file, corpus = folder / "places.json", folder / "peer.db"
    file.write_text(json.dumps(places), "utf-8")
    command = [sys.executable, "-m", "bench.scrapy_pipeline", str(file), str(corpus)]
    subprocess.run(command, check=True)
    with closing(sqlite3.connect(corpus)) as connection:
        query = "SELECT count(*) FROM article WHERE article <> ''"
        return int(connection.execute(query).fetchone()[0])


def compare(places: Mapping[str, str], rounds: int) -> None:
    """Measure in turn and print a row each."""
    works: dict[str, Callable[[Path], int]] = {
        "Drawdown": lambda folder: ours(folder, places, 'delay = "0s"', "workers = 1")
    }
    if find_spec("scrapy") and find_spec("trafilatura"):
        works["Scrapy + trafilatura + SQLite"] = lambda folder: peer(folder, places)
    costs: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            with tempfile.TemporaryDirectory() as folder:
                cpu, started = cpu_seconds(*_WITH_CHILDREN), time.monotonic()
                articles = work(Path(folder))
                seconds = time.monotonic() - started
                costs[name].append((cpu_seconds(*_WITH_CHILDREN) - cpu) / articles * 1000)
            print(f"{name}: {articles} articles, {costs[name][-1]:.2f} ms of CPU each, "
                  f"{articles / seconds:.0f}/s", flush=True)  # fmt: skip
    if len(costs) == 2:
        mine, other = (sorted(rows)[len(rows) // 2] for rows in costs.values())
        print(f"articles per CPU-second: {other / mine:.1f} times the peer's")


async def serve_farm(outlets: int, articles: int) -> None:
    """The farm's process: print where it listens, serve until the parent closes the pipe."""
    made = make_outlets(outlets=outlets, articles=articles, paragraphs=30, furniture=400)
    async with serve(made) as places:
        print(json.dumps(places), flush=True)
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Start the farm and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=100)
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        asyncio.run(serve_farm(asked.outlets, asked.articles))
        return
    log.set_up(quiet=True)
    command = ["taskset", "-c", "1", sys.executable, "-m", "bench.throughput", "--serve",
               "--outlets", str(asked.outlets), "--articles", str(asked.articles)]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as farm:
        assert farm.stdout is not None
        compare(json.loads(farm.stdout.readline()), asked.rounds)
        farm.communicate()


if __name__ == "__main__":
    main()
