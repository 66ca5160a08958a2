"""A simulated press: outlets with rhythms of their own, slow, flaky and dead ones among them."""

import asyncio
import json
import math
import random
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from crawler.errors import FetchError
from crawler.feeds.paging import page_of
from crawler.fetch.http.request import Request
from crawler.fetch.http.timing import Timing
from crawler.workers.jobs import PageJob, SourceJob
from storage.records.model import FeedEntry, FeedReading, Page, PageReading
from storage.records.outcome import Outcome

_PAST = timedelta(days=3)  # that feeds show at the start
_MEDIAN, _SPREAD, _MOST = 12.0, 1.3, 400.0  # entries a day, log-normal over outlets
_UNREACHED = 600.0  # seconds for which a host that cannot be reached is left alone


@dataclass(slots=True)
class Host:
    """A server: how fast it answers, what it asks for, what is wrong with it."""

    latency: float  # seconds, median
    crawl_delay: int = 0
    is_dead: bool = False
    refusals: float = 0.0  # share of requests that end with 503 and Retry-After
    has_validators: bool = True
    asked: list[float] = field(default_factory=list)  # when each request began
    paused_until: float = 0.0


@dataclass(slots=True)
class Feed:
    """What an outlet publishes, and how much of it its feed shows."""

    url: str
    published: list[datetime]
    window: int


@dataclass(slots=True)
class Press:
    """All outlets, and what was asked of them. It is the client and the parsers."""

    rng: random.Random
    hosts: dict[str, Host] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    polls: dict[str, list[float]] = field(default_factory=dict)  # when each was asked, by feed

    @classmethod
    def make(cls, sources: int, start: datetime, days: float, seed: int) -> Self:
        """Make so many feeds; one in seven shares the host of another."""
        press = cls(random.Random(seed))
        for number in range(sources):
            host = f"outlet{number - (number % 7 == 6)}.example"
            if host not in press.hosts:
                press.hosts[host] = press._host()
            url = f"http://{host}/feed{number}"
            press.feeds[url] = Feed(url, press._dates(start, days), press.rng.randint(10, 50))
        return press

    def _host(self) -> Host:
        chance = self.rng.random()
        return Host(
            latency=min(self.rng.lognormvariate(math.log(0.4), 0.9), 20.0),
            crawl_delay=self.rng.choice((10, 20, 30)) if chance < 0.05 else 0,
            is_dead=0.05 <= chance < 0.08,
            refusals=0.2 if 0.08 <= chance < 0.10 else 0.0,
            has_validators=self.rng.random() < 0.7,
        )

    def _dates(self, start: datetime, days: float) -> list[datetime]:
        """Return when entries are published: most by day, few by night, each outlet in its zone."""
        rate = min(self.rng.lognormvariate(math.log(_MEDIAN), _SPREAD), _MOST)
        zone = self.rng.uniform(0, 24)
        moment, end = start - _PAST, start + timedelta(days=days)
        found = []
        while moment < end:
            moment += timedelta(days=self.rng.expovariate(2 * rate))
            hour = (moment.hour + moment.minute / 60 + zone) % 24
            if self.rng.random() < 0.5 * (1 - 0.9 * math.cos(hour * math.pi / 12)):
                found.append(moment)
        return found

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""

    async def get(self, order: Request, timing: Timing | None = None) -> Page:
        """Answer as the outlet would. Raises FetchError."""
        now = asyncio.get_running_loop().time()
        host = self.hosts[urlsplit(order.url).hostname or ""]
        host.asked.append(now)
        if order.url in self.feeds:
            self.polls.setdefault(order.url, []).append(now)
        if host.is_dead:
            await asyncio.sleep(10)
            host.paused_until = asyncio.get_running_loop().time() + _UNREACHED
            raise FetchError(Outcome.TIMEOUT, order.url, "no connection in 10 s", unreached=True)
        await asyncio.sleep(host.latency * self.rng.lognormvariate(0, 0.3))
        if self.rng.random() < host.refusals:
            host.paused_until = asyncio.get_running_loop().time() + 120
            raise FetchError(Outcome.RATE_LIMITED, order.url, "503", status=503, retry_after=120.0)
        return self._page(order, host)

    def _page(self, order: Request, host: Host) -> Page:
        status, body, headers = 200, b"page", [("content-type", "text/html")]
        if order.url.endswith("/robots.txt"):
            body = f"User-agent: *\nCrawl-delay: {host.crawl_delay}\nDisallow: /x\n".encode()
        elif (first := page_of(order.url)[1]) in self.feeds:
            feed, page = self.feeds[first], page_of(order.url)[0]
            last = bisect_right(feed.published, datetime.now(UTC)) - (page - 1) * feed.window
            etag = f'"{last}"'
            body = json.dumps({"feed": first, "last": max(last, 0)}).encode()
            if host.has_validators:
                headers.append(("etag", etag))
                status, body = (304, b"") if order.etag == etag else (200, body)
        return Page(
            url=order.url, requested_url=order.url, redirects=(), status=status,
            headers=tuple(headers), body=body, wire_bytes=len(body), address=None,
            phases=Timing().phases(), fetched_at=datetime.now(UTC),
        )  # fmt: skip

    async def read_source(self, job: SourceJob) -> FeedReading:
        """Return what a feed shows."""
        said = json.loads(job.body)
        feed = self.feeds[said["feed"]]
        places = range(max(said["last"] - feed.window, 0), said["last"])
        return FeedReading(
            entries=tuple(
                FeedEntry(url=f"{feed.url}/{n}", headline=f"Entry {n}", published=feed.published[n])
                for n in reversed(places)
            )
        )

    async def read_page(self, job: PageJob) -> PageReading:
        """Return that a page is no article: what is simulated is when it is asked."""
        return PageReading(article=None, refused=Outcome.NOT_ARTICLE)
