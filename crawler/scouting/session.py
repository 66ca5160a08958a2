"""Fetches addresses without a store: `drawdown fetch`."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import msgspec

from crawler import config as configuration
from crawler import log, urls
from crawler.errors import FetchError, Paused
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.follower import Follower
from crawler.fetch.loop import FetchLoop, nothing_more
from crawler.fetch.pauses import LONG_PAUSE
from crawler.fetch.queue import HostQueue
from crawler.fetch.turns import Turns
from crawler.pipeline.assembly import fetch_limits, make_client, state_for
from storage.records.model import (
    FrontierUrl,
    Page,
    RobotsRecord,
    Source,
    TargetKind,
)
from storage.records.outcome import Outcome

_REQUESTS_AT_ONCE = 16  # each to another host
_log = log.get("fetch")


class Session:
    """Fetches addresses without a store: one host one request at a time, several hosts at once."""

    def __init__(self, fetcher: Fetcher, queue: HostQueue):
        self._fetcher = fetcher
        self._queue = queue
        self._follower = Follower(queue)
        self._loop = FetchLoop(
            queue,
            nothing_more,
            self._work,
            _REQUESTS_AT_ONCE,
        )
        self._answers: dict[int, asyncio.Future[Page]] = {}
        self._sources: dict[int, Source] = {}  # by target, if it is the address of a source
        self._asked = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, config: configuration.Config) -> AsyncIterator[Self]:
        """Open a client with the politeness settings of a configuration."""
        with Turns.open(config.store) as turns:
            queue = HostQueue(state_for(config), turns)
            async with make_client(config) as client:
                fetcher = Fetcher(
                    client, queue, fetch_limits(config), load=_load_nothing, save=_save_nothing
                )
                fetcher.apply_sources(_all_sources(config))
                session = cls(fetcher, queue)
                async with session._running():
                    yield session

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        running = asyncio.create_task(self._loop.run(asyncio.Event(), until_idle=False))
        running.add_done_callback(self._fail_all)
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    def _fail_all(self, running: asyncio.Task[None]) -> None:
        """Raise an error that ended the loop, a bug, in every waiting caller."""
        if running.cancelled():
            return
        error = running.exception()
        if error is None:
            return
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(error)

    async def get(self, url: str, source: Source | None = None) -> Page:
        """Fetch an address, robots.txt first, and follow its redirects to other hosts.

        The address of a source is fetched with its settings. Raises FetchError; it is rate_limited
        if a host asks for a pause of more than a minute.
        """
        address = _usable(url)
        self._asked += 1
        target = FrontierUrl(
            id=self._asked, kind=TargetKind.ANY, url=address, host=urls.host_of(address)
        )
        answer: asyncio.Future[Page] = asyncio.get_running_loop().create_future()
        self._answers[target.id] = answer
        if source is not None:
            self._sources[target.id] = source
        self._queue.add(target)
        self._loop.wake()
        try:
            return await answer
        finally:
            del self._answers[target.id]
            self._sources.pop(target.id, None)

    async def robots(self, url: str) -> str:
        """Return the rules of robots.txt for an address, if it was fetched from its origin."""
        rules = await self._fetcher.rules(urls.origin_of(url))
        if rules is None:
            return "not asked"
        if rules.verdict == "disallow":
            return f"is unavailable: {rules.detail}"
        if rules.verdict == "allow":
            verdict = "none: allowed"
        elif rules.allows(url):
            verdict = "allowed"
        else:
            verdict = "forbidden"
        if rules.crawl_delay:
            verdict += f", {rules.crawl_delay:g} s between requests"
        return verdict

    async def _work(self, target: FrontierUrl) -> None:
        """Fetch the rules or the address of a target once; a failure is its answer."""
        is_rules = target.kind is TargetKind.ROBOTS
        step = self._fetcher.learn_rules if is_rules else self._fetch
        try:
            if not await self._follower.attempt(target, step):
                return
        except Paused as error:
            pause = error.retry_after
            if pause is not None and pause <= LONG_PAUSE:
                await self._wait_out(target, pause)
                return
            self._fail(target, error)
        except FetchError as error:
            self._fail(target, error)
        self._queue.release(target)

    async def _fetch(self, target: FrontierUrl) -> None:
        page = await self._fetcher.fetch(
            target,
            self._sources.get(target.id),
        )
        answer = self._answers.get(target.id)
        if answer is not None and not answer.done():
            answer.set_result(page)

    def _fail(self, target: FrontierUrl, error: FetchError) -> None:
        answer = self._answers.get(target.id)
        if answer is not None and not answer.done():
            answer.set_exception(error)

    async def _wait_out(self, target: FrontierUrl, seconds: float) -> None:
        """Queue a target again after a short pause, and log the wait."""
        _log.warning(
            "waiting",
            url=target.url,
            seconds=round(seconds, 1),
        )
        await asyncio.sleep(seconds)
        self._queue.put_back(target)


def _all_sources(config: configuration.Config) -> Iterator[Source]:
    """Yield the sources of all outlets, since one that is not enabled can be fetched too."""
    for outlet in config.source:
        yield from outlet.model_copy(update={"enabled": True}).sources()


async def fetch_all(
    config: configuration.Config, asked: Sequence[str]
) -> AsyncIterator[dict[str, Any]]:
    """Fetch addresses in their order; yield a record of each. Any: JSON values."""
    async with Session.open(config) as session:
        for url in asked:
            try:
                yield _success(url, await session.get(url))
            except FetchError as error:
                yield _failure(url, error)


def _usable(url: str) -> str:
    """Return an address of the command line as it is sent. Raises FetchError (bad_url)."""
    shown = urls.without_credentials(url)
    if shown != url:
        detail = "user and password are sent for a source's feed, page or sitemap only"
        raise FetchError(Outcome.BAD_URL, shown, detail)
    try:
        return urls.normal(url)
    except ValueError as error:
        raise FetchError(Outcome.BAD_URL, url, str(error)) from error


async def _load_nothing(_origin: str) -> RobotsRecord | None:
    return None


async def _save_nothing(_record: RobotsRecord) -> None:
    return None


def _success(url: str, page: Page) -> dict[str, Any]:
    return {
        "url": url,
        "outcome": "fetched",
        "status": page.status,
        "final_url": page.url,
        "redirects": list(page.redirects),
        "address": page.address,
        "headers": [list(pair) for pair in page.headers],
        "size": len(page.body),
        "wire_bytes": page.wire_bytes,
        "phases": msgspec.to_builtins(page.phases),
        "fetched_at": page.fetched_at,
    }


def _failure(url: str, error: FetchError) -> dict[str, Any]:
    return {
        "url": url,
        "outcome": error.outcome.value,
        "status": error.status,
        "error": error.detail or error.outcome.value,
    }
