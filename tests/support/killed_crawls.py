"""A crawl that is killed at random moments, and what is stored in the end.

Each round starts an empty store and kills `drawdown once` (SIGKILL) until the work is done; then
the corpus must equal the undisturbed one, every discovered URL must have one outcome, and no URL
may be stored twice.
"""

import asyncio
import random
import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.demo.server import serve
from storage.archive import verify
from storage.archive.archive import folder_for
from tests.support.farm import feed_sources, make_outlets, write_config

Corpus = tuple[
    frozenset[tuple[object, ...]], frozenset[frozenset[str]], tuple[tuple[str, int], ...]
]


@dataclass(slots=True)
class Result:
    """What a series of kills came to."""

    kills: int = 0
    mid_work: int = 0  # kills that found some but not all of the work done
    rounds: int = 0
    differences: int = 0


async def run_kills(folder: Path, *, kills: int, outlets: int, articles: int, seed: int) -> Result:
    """Kill so many times, over as many rounds as it takes."""
    rng = random.Random(seed)
    farm = make_outlets(outlets=outlets, articles=articles, seed=seed)
    result = Result()
    async with serve(farm) as connect_to:
        calm = _config(folder / "calm", connect_to, farm)
        started = time.monotonic()
        await run_command(calm, "once")
        full = time.monotonic() - started
        expected = read_corpus(calm.parent / "corpus.db")
        while result.kills < kills:
            config = _config(folder / f"round{result.rounds}", connect_to, farm)
            store = config.parent / "corpus.db"
            while result.kills < kills and not _is_done(store, outlets * articles):
                await run_command(config, "once", kill_after=rng.uniform(0.1, 1.1) * full)
                result.kills += 1
                result.mid_work += 0 < _ended(store) < outlets * articles
            await run_command(config, "once")
            result.differences += read_corpus(store) != expected
            result.rounds += 1
    return result


def _config(folder: Path, connect_to: Mapping[str, str], farm: Mapping[str, object]) -> Path:
    folder.mkdir()
    return write_config(folder / "sources.toml", connect_to, feed_sources(farm))


async def run_command(config: Path, *arguments: str, kill_after: float | None = None) -> None:
    """Run a command of `drawdown`, and kill it after some seconds if asked to."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from crawler.cli import main; main()",
        "--config", str(config), *arguments,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(kill_after):
            _, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return
    if process.returncode != 0:
        raise RuntimeError(f"drawdown {arguments[0]} failed: {errors.decode()[-2000:]}")


def _is_done(store: Path, articles: int) -> bool:
    return _ended(store) == articles


def _ended(store: Path) -> int:
    """Count the URLs that have their outcome; 0 while there is no store."""
    if not store.exists():
        return 0
    connection = sqlite3.connect(store)
    try:
        query = "SELECT count(*) FROM frontier_url WHERE outcome <> 'pending'"
        return int(connection.execute(query).fetchone()[0])
    except sqlite3.OperationalError:  # killed before the schema was made
        return 0
    finally:
        connection.close()


def read_corpus(store: Path) -> Corpus:
    """Return what has to be equal: articles, clusters of copies, and outcomes.

    Also checks the file and that every discovered URL has exactly one outcome.
    """
    connection = sqlite3.connect(store)
    try:
        connection.row_factory = sqlite3.Row
        assert not list(verify.broken(connection, folder_for(store))), "a broken page"
        connection.row_factory = None
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        articles = connection.execute(
            "SELECT canonical_url, headline, body, byline, relevant, score, revision FROM corpus"
        ).fetchall()
        assert len({row[0] for row in articles}) == len(articles), "an article is stored twice"
        clusters: dict[int, set[str]] = {}
        for cluster, url in connection.execute("SELECT cluster_id, canonical_url FROM article"):
            clusters.setdefault(cluster, set()).add(url)
        outcomes = connection.execute(
            "SELECT outcome, count(*) FROM frontier_url GROUP BY outcome ORDER BY outcome"
        ).fetchall()
        discovered = connection.execute(
            "SELECT count(DISTINCT canonical_url) FROM frontier_url"
        ).fetchone()[0]
        assert discovered == sum(n for _, n in outcomes), "an outcome is missing or counted twice"
        return (
            frozenset(articles),
            frozenset(frozenset(urls) for urls in clusters.values()),
            tuple(outcomes),
        )
    finally:
        connection.close()
