"""Our own engine, client and loop as bench.clients and bench.soak run them."""

import asyncio
from collections import Counter
from collections.abc import Collection
from contextlib import aclosing
from itertools import islice

from bench.work import Work
from crawler import urls as addresses
from crawler.errors import FetchError
from crawler.fetch.fetcher import Fetcher, Limits, RulesNeeded, robots_target
from crawler.fetch.http.client import Client
from crawler.fetch.http.decoding import BodyDecoder
from crawler.fetch.http.request import Redirected, Request
from crawler.fetch.http.timing import Timing
from crawler.fetch.loop import FetchLoop
from crawler.fetch.politeness import HostState
from crawler.fetch.queue import HostQueue
from crawler.urls.address import address_of
from storage.records.model import Engine, FrontierUrl, RobotsRecord, TargetKind

GAP = 0.02  # seconds between requests to one host: manners at work, without much waiting
_OPEN = ["127.0.0.0/8"]
_CAP = 5 * 1024 * 1024
_CLAIM = 2000  # addresses in one look into the frontier


def _client(engine: Engine = Engine.DRAWDOWN) -> Client:
    return Client(
        user_agent="drawdown/bench (+bench@drawdown.example)",
        allow_private=_OPEN,
        max_idle=20_000,
        engine=engine,
    )


async def engine(work: Work) -> int:
    """Our engine, with guard and bounded decoding; no more."""
    async with _client() as client:
        sending = client.engine(Engine.DRAWDOWN)
        headers = [(b"Accept-Encoding", b"gzip")]

        async def fetch(url: str) -> int:
            async with aclosing(await sending.ask(address_of(url), headers, Timing())) as answer:
                decoder = BodyDecoder("gzip" if "/p/" in url else None, _CAP)
                while chunk := await answer.read():
                    decoder.feed(chunk)
                return len(decoder.finish())

        return await work.through(fetch)


async def client(work: Work, engine: Engine = Engine.DRAWDOWN) -> int:
    """Our client over either engine: redirects, caps, deadline, guard, decoding."""
    async with _client(engine) as fetching:

        async def fetch(url: str) -> int:
            return len((await fetching.get(Request(url=url, max_bytes=_CAP, deadline=60))).body)

        return await work.through(fetch)


async def everything(work: Work) -> int:
    """The fetch loop as the crawler runs it: robots.txt, turns and gaps of hosts, accounting."""
    async with _client() as fetching:
        crawl = Crawl(fetching, work.in_flight)
        await crawl.run(work.warm)
        work.started()
        size = await crawl.run(work.urls)
        work.notes["in use"] = crawl.mean_use()
        assert crawl.tally["stored"] == len(work.warm) + len(work.urls), crawl.tally
        return size


class Crawl:
    """A crawl without store and parsers: every address ends in a counted outcome."""

    def __init__(self, fetching: Client, in_flight: int, deadline: float = 60.0):
        self._in_flight = in_flight
        self._known: dict[str, RobotsRecord] = {}
        self._queue = HostQueue(lambda _host: HostState(delay=GAP))
        limits = Limits(
            feed_bytes=_CAP, article_bytes=_CAP, sitemap_bytes=_CAP,
            feed_deadline=deadline, article_deadline=deadline,
        )  # fmt: skip
        self._fetcher = Fetcher(fetching, self._queue, limits, self._load, self._save)
        self._size = 0
        self._use: list[float] = []
        self.tally: Counter[str] = Counter()

    def mean_use(self) -> float:
        """Return which share of the slots was in use while work remained."""
        return sum(self._use) / len(self._use) if self._use else 1.0

    async def _load(self, origin: str) -> RobotsRecord | None:
        return self._known.get(origin)

    async def _save(self, record: RobotsRecord) -> None:
        self._known[record.origin] = record

    async def run(self, urls: list[str]) -> int:
        """Take addresses through the loop; return the bytes of all bodies."""
        self._size = 0
        numbered = enumerate(urls)
        work_remains = True

        async def refill(_done: Collection[str], _most: int) -> list[FrontierUrl]:
            nonlocal work_remains
            claimed = [
                FrontierUrl(id=n, kind=TargetKind.ARTICLE, url=url, host=addresses.host_of(url))
                for n, url in islice(numbered, _CLAIM)
            ]
            work_remains = bool(claimed)
            return claimed

        async def watch() -> None:
            while work_remains or len(self._queue) > self._in_flight:
                await asyncio.sleep(0.05)
                self._use.append(min(self._queue.in_flight / self._in_flight, 1.0))

        self._use.clear()
        loop = FetchLoop(self._queue, refill, self._work, self._in_flight)
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(watch())
            await loop.run(asyncio.Event(), until_idle=True)
            watching.cancel()
        return self._size

    async def _work(self, target: FrontierUrl) -> None:
        if target.kind is TargetKind.ROBOTS:
            await self._fetcher.learn_rules(target)
            self._queue.release(target)
            return
        try:
            page = await self._fetcher.fetch(target, None)
        except RulesNeeded as needed:
            self._queue.put_back(target)
            self._queue.add(robots_target(needed.origin), first=True)
            return
        except Redirected as led:
            self._queue.put_back(led.moved(target))
            return
        except FetchError as error:
            self.tally[error.outcome] += 1
        else:
            self._size += len(page.body)
            self.tally["stored"] += 1
        self._queue.release(target)
