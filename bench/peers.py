"""The clients that are measured side by side: each fetches a list of addresses and reads bodies.

Every one decodes gzip and returns how many characters of body it read, so that none skips work.
"""

import asyncio
import select
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any

import aiohttp
import httpx

from crawler import urls as addresses
from crawler.address import address_of
from crawler.errors import FetchError
from crawler.fetch.client import Client
from crawler.fetch.decoding import BodyDecoder
from crawler.fetch.fetcher import Fetcher, Limits, RulesNeeded, robots_target
from crawler.fetch.loop import FetchLoop
from crawler.fetch.order import Order, Redirected
from crawler.fetch.politeness import HostManners
from crawler.fetch.queue import HostQueue
from crawler.fetch.timing import Timing
from storage.model import Engine, FrontierUrl, RobotsRecord, TargetKind

GAP = 0.02  # seconds between requests to one host: manners at work, without much waiting
_OPEN = ["127.0.0.0/8"]
_CAP = 5 * 1024 * 1024
_CLAIM = 2000  # addresses in one look into the frontier


@dataclass(frozen=True, slots=True)
class Work:
    """What a client has to fetch. Connections are opened before the clock starts."""

    urls: list[str]
    warm: list[str]
    in_flight: int
    started: Callable[[], None]  # to be called when the measured part begins
    notes: dict[str, float] = field(default_factory=dict)

    async def through(self, fetch: Callable[[str], Awaitable[int]]) -> int:
        """Fetch all, so many at once; return the bytes of all bodies."""
        await self._each(self.warm, fetch)
        self.started()
        return await self._each(self.urls, fetch)

    async def _each(self, urls: list[str], fetch: Callable[[str], Awaitable[int]]) -> int:
        waiting, total = deque(urls), 0

        async def worker() -> None:
            nonlocal total
            while waiting:
                total += await fetch(waiting.popleft())

        async with asyncio.TaskGroup() as group:
            for _ in range(self.in_flight):
                group.create_task(worker())
        return total


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
            with closing(await sending.ask(address_of(url), headers, Timing())) as answer:
                decoder = BodyDecoder("gzip" if "/p/" in url else None, _CAP)
                while chunk := await answer.read():
                    decoder.feed(chunk)
                return len(decoder.finish())

        return await work.through(fetch)


async def session(work: Work) -> int:
    """httpx.AsyncClient over our transport."""
    async with _client() as client, client.session() as sending:

        async def fetch(url: str) -> int:
            async with sending.stream("GET", url) as response:
                decoder = BodyDecoder(response.headers.get("content-encoding"), _CAP)
                async for chunk in response.aiter_raw():
                    decoder.feed(chunk)
                return len(decoder.finish())

        return await work.through(fetch)


async def client(work: Work) -> int:
    """Our client: redirects, caps, deadline, guard, decoding."""
    async with _client() as fetching:

        async def fetch(url: str) -> int:
            return len((await fetching.get(Order(url=url, max_bytes=_CAP, deadline=60))).body)

        return await work.through(fetch)


async def aiohttp_engine(work: Work) -> int:
    """Our client over its second engine."""
    async with _client(Engine.AIOHTTP) as fetching:

        async def fetch(url: str) -> int:
            return len((await fetching.get(Order(url=url, max_bytes=_CAP, deadline=60))).body)

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
        self._queue = HostQueue(lambda _host: HostManners(delay=GAP))
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


async def bare_aiohttp(work: Work) -> int:
    """aiohttp as it comes, one session: the reference."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as fetching:

        async def fetch(url: str) -> int:
            async with fetching.get(url) as response:
                return len(await response.read())

        return await work.through(fetch)


async def stock_httpx(work: Work) -> int:
    """httpx as it comes, one client with its default limits."""
    async with httpx.AsyncClient(trust_env=False, timeout=60, follow_redirects=True) as fetching:

        async def fetch(url: str) -> int:
            return len((await fetching.get(url)).content)

        return await work.through(fetch)


async def curl(work: Work) -> int:
    """pycurl's multi interface over epoll, handles reused."""
    import pycurl

    class Transfers:
        def __init__(self) -> None:
            self.multi = pycurl.CurlMulti()
            self.epoll = select.epoll()
            self.known: set[int] = set()
            self.timeout = 0.0
            self.multi.setopt(pycurl.M_SOCKETFUNCTION, self.on_socket)
            self.multi.setopt(pycurl.M_TIMERFUNCTION, self.on_timer)
            self.multi.setopt(pycurl.M_MAXCONNECTS, 20_000)

        def on_socket(self, what: int, fd: int, _multi: object, _data: object) -> None:
            if what == pycurl.POLL_REMOVE:
                self.known.discard(fd)
                self.epoll.unregister(fd)
                return
            mask = (select.EPOLLIN if what & pycurl.POLL_IN else 0) | (
                select.EPOLLOUT if what & pycurl.POLL_OUT else 0
            )
            (self.epoll.modify if fd in self.known else self.epoll.register)(fd, mask)
            self.known.add(fd)

        def on_timer(self, milliseconds: int) -> None:
            self.timeout = milliseconds / 1000

        def run(self, urls: list[str]) -> int:
            waiting, total, running = deque(urls), 0, 0
            free = [pycurl.Curl() for _ in range(work.in_flight)]
            bodies: dict[Any, BytesIO] = {}  # Any: pycurl has no types

            def start(handle: Any) -> None:
                bodies[handle] = body = BytesIO()
                handle.setopt(pycurl.URL, waiting.popleft())
                handle.setopt(pycurl.ACCEPT_ENCODING, "gzip, deflate")
                handle.setopt(pycurl.WRITEDATA, body)
                self.multi.add_handle(handle)

            while waiting or running:
                while waiting and free:
                    start(free.pop())
                    running += 1
                events = self.epoll.poll(max(self.timeout, 0.0) if self.timeout >= 0 else 1.0)
                if not events:
                    self.multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
                for fd, mask in events:
                    action = (pycurl.CSELECT_IN if mask & select.EPOLLIN else 0) | (
                        pycurl.CSELECT_OUT if mask & select.EPOLLOUT else 0
                    )
                    self.multi.socket_action(fd, action)
                left = 1
                while left:
                    left, ended, failed = self.multi.info_read()
                    assert not failed, failed
                    for handle in ended:
                        total += len(bodies.pop(handle).getvalue())
                        self.multi.remove_handle(handle)
                        free.append(handle)
                        running -= 1
            return total

    transfers = Transfers()
    transfers.run(work.warm)
    work.started()
    return transfers.run(work.urls)


def scrapy(work: Work) -> int:
    """Scrapy with its courtesy and retry machinery off, its own loop on."""
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    size = seen = 0

    class Pages(Spider):  # type: ignore[misc]  # Scrapy may be missing
        name = "pages"

        async def start(self):  # type: ignore[no-untyped-def]  # Scrapy's hook
            for url in work.warm:
                yield Request(url, dont_filter=True, priority=1)
            for url in work.urls:
                yield Request(url, dont_filter=True)

        def parse(self, response):  # type: ignore[no-untyped-def]  # Scrapy's hook
            nonlocal size, seen
            seen += 1
            if seen == len(work.warm):
                work.started()
            size += len(response.body)

    process = CrawlerProcess(
        settings={
            "CONCURRENT_REQUESTS": work.in_flight, "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "LOG_ENABLED": False, "ROBOTSTXT_OBEY": False, "RETRY_ENABLED": False,
            "COOKIES_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0,
            "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
            "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
        }
    )  # fmt: skip
    process.crawl(Pages)
    process.start()
    return size


CLIENTS: dict[str, Callable[[Work], Coroutine[object, object, int] | int]] = {
    "bare aiohttp": bare_aiohttp,
    "our engine": engine,
    "our engine under AsyncClient": session,
    "our client": client,
    "our loop, everything on": everything,
    "our client over aiohttp": aiohttp_engine,
    "stock httpx": stock_httpx,
    "pycurl": curl,
    "Scrapy": scrapy,
}
