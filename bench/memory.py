"""Does the daemon's memory stay flat over many articles? On the simulated clock.

    python -m bench.memory --articles 100000 [--trace]

Everything of `drawdown run` but the network and the parsers, which are made up: a simulated press,
and for each page an article of its own text. Prints the memory as articles come in, and the
growth for each article after the first 10,000; `--trace` lists the lines of code whose objects have
grown since then (tracemalloc, several times slower).
"""

import argparse
import gc
import os
import random
import re
import signal
import sys
import tempfile
import time
import tracemalloc
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from bench.work import resident_bytes
from crawler import config as configuration
from crawler import log
from crawler.daemon import daemon
from crawler.dedupe.shingles import fingerprint
from crawler.fetch.http.client import Client
from crawler.pipeline.assembly import Parts
from crawler.workers.jobs import PageJob
from crawler.workers.pool import WorkerPool
from storage.records.article import Article, SiteProfile, SiteSample
from storage.records.model import PageReading, ReadWith, Selectors
from storage.records.verdict import Verdict
from tests.support import virtual
from tests.support.farm import make_text, write_config
from tests.support.press import Feed, Host, Press

_START = datetime(2026, 11, 26, tzinfo=UTC)
_WARM = 10_000  # articles until caches and pools have their size
_HOSTS = 200
_PUBLISHED_EVERY = 60.0  # seconds, by each outlet
_MIB = 2**20
_NUMBER, _NUMBERS = re.compile(r"\d+"), 5000
# Bytes an article: the index of copies in memory holds 8 for each of up to 40 sampled shingles.
_ALLOWED = 400.0


@dataclass(slots=True)
class Growth:
    """What the memory was after so many articles."""

    samples: list[tuple[int, int]] = field(default_factory=list)  # articles, resident bytes
    before: tracemalloc.Snapshot | None = None
    warm: int = _WARM

    def per_article(self) -> float:
        """Return the bytes that each article added after the warm part, by least squares."""
        warm = [one for one in self.samples if one[0] >= self.warm]
        if len(warm) < 2:
            return 0.0
        mean_x = sum(x for x, _ in warm) / len(warm)
        mean_y = sum(y for _, y in warm) / len(warm)
        above = sum((x - mean_x) * (y - mean_y) for x, y in warm)
        return above / sum((x - mean_x) ** 2 for x, _ in warm)


class Articles(Press):
    """A press whose every page is an article."""

    wanted = 0
    read = 0
    step = 1
    growth = Growth()

    async def read_page(self, job: PageJob) -> PageReading:
        """Return an article of a text of its own; end the daemon after the last."""
        self.read += 1
        if self.read % self.step == 0:
            self._sample()
        if self.read == self.wanted:
            os.kill(os.getpid(), signal.SIGTERM)
        rng = random.Random(job.url)
        # So many words as a press has: the caches of words are full before the growth counts.
        body = tuple(_NUMBER.sub(lambda found: f"{int(found[0]) % _NUMBERS}", paragraph)
                     for paragraph in make_text(rng, on_topic=False, paragraphs=8))  # fmt: skip
        article = Article(
            headline=f"Headline of {job.url}", body=body, published=datetime.now(UTC),
            word_count=200, extractor_version="bench", language="en",
        )  # fmt: skip
        site = SiteProfile()
        return PageReading(
            article=article,
            verdict=Verdict(relevant=False, score=0.0, evidence=(), topic_version="bench"),
            fingerprint=fingerprint(body),
            sample=SiteSample(container="article", blocks=()),
            read_with=ReadWith(entry=job.entry, selectors=Selectors(), site=site, language="en",
                               is_revisit=False),
        )  # fmt: skip

    def _sample(self) -> None:
        for host in self.hosts.values():
            host.asked.clear()  # what the press itself notes is not of the daemon
        self.polls.clear()
        gc.collect()
        self.growth.samples.append((self.read, resident_bytes()))
        print(f"{self.read:8} articles {resident_bytes() / _MIB:8.1f} MiB", flush=True)
        if (
            tracemalloc.is_tracing()
            and self.growth.before is None
            and self.read >= self.growth.warm
        ):
            self.growth.before = tracemalloc.take_snapshot()


def measure(folder: Path, articles: int, warm: int) -> Growth:
    """Run a daemon until it has read so many articles."""
    press = Articles(random.Random(1))
    press.wanted, press.step, press.growth = (
        articles,
        max(articles // 50, 1),
        Growth(warm=warm),
    )
    hours = articles / _HOSTS * _PUBLISHED_EVERY / 3600
    for number in range(_HOSTS):
        host = f"outlet{number}.example"
        press.hosts[host] = Host(latency=0.1)
        url = f"http://{host}/feed"
        moments = range(int(1.5 * hours * 3600 / _PUBLISHED_EVERY) + 10)
        dates = [datetime.fromtimestamp(_START.timestamp() + n * _PUBLISHED_EVERY, UTC)
                 for n in moments]  # fmt: skip
        press.feeds[url] = Feed(url, dates, window=50)
    tables = "".join(
        f'[[source]]\nname = "Outlet {n}"\nfeed = "{url}"\ninterval = "10min"\n'
        for n, url in enumerate(press.feeds)
    )
    limits = 'delay = "1s"\nleast_free_bytes = 0'
    file = write_config(folder / "sources.toml", {}, tables, limits=limits)
    log.set_up(quiet=True)
    # The press has of a client and of a pool what a crawler calls: no more.
    client, workers = cast("Client", press), cast("WorkerPool", press)
    parts = Parts(client=lambda _: client, workers=lambda _: nullcontext(workers))
    virtual.run(lambda _: daemon.run(configuration.load(file), parts=parts), _START)
    return press.growth


def main() -> None:
    """Measure, print, and exit with 1 where the memory grows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--warm", type=int, default=_WARM, help="articles before the growth counts")
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--most", type=float, default=_ALLOWED, help="bytes an article")
    asked = parser.parse_args()
    if asked.trace:
        tracemalloc.start(2)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        growth = measure(Path(folder), asked.articles, asked.warm)
    if growth.before is not None:
        for line in tracemalloc.take_snapshot().compare_to(growth.before, "traceback")[:15]:
            print(line, *line.traceback.format(), sep="\n")
    grown = growth.per_article()
    print(f"{grown:.0f} bytes an article after the first {asked.warm:,}; "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip
    sys.exit(1 if grown > asked.most else 0)


if __name__ == "__main__":
    main()
