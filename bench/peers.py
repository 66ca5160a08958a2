"""The clients of others that bench.clients measures ours beside.

Every one decodes gzip and returns how many characters of body it read, so that none skips work.
"""

import select
from collections import deque
from io import BytesIO
from typing import Any

import httpx

from bench.work import Work


async def bare_aiohttp(work: Work) -> int:
    """aiohttp as it comes, one session: the reference."""
    import aiohttp

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
