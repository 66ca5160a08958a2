"""Addresses and files, fetched and read without a store: `drawdown fetch` and `extract`."""

import gzip
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
import asyncio
import time

import msgspec

from crawler import config as configuration
from crawler import urls
from crawler.daemon import fetch_limits, make_client, make_queue
from crawler.errors import FetchError
from crawler.fetch.client import Redirected
from crawler.fetch.fetcher import Fetcher, RulesNeeded, robots_target
from crawler.fetch.queue import HostQueue
from crawler.reading import PageJob
from crawler.workers import WorkerPool
from storage.model import FrontierUrl, Outcome, Page, Selectors, TargetKind
from storage.robots import RobotsRecord

_LARGEST_FILE = 200 * 1024 * 1024  # bytes of a page on disk


async def fetch_all(
    config: configuration.Config, asked: Sequence[str]
) -> AsyncIterator[tuple[dict[str, Any], Page | None]]:
    """Fetch addresses in their order, each in its host's turn; yield the facts and the page.

    Any: the facts are JSON values.
    """
    queue = make_queue(config)
    async with make_client(config) as client:
        fetcher = Fetcher(client, queue, fetch_limits(config), load=_nothing, save=_forget)
        for number, url in enumerate(asked):
            try:
                target = FrontierUrl(
                    id=number, kind=TargetKind.FEED, url=urls.normal(url), host=urls.host_of(url)
                )
                page = await _fetch(fetcher, queue, target)
            except ValueError as error:
                yield _failure(url, FetchError(Outcome.BAD_URL, url, str(error))), None
            except FetchError as error:
                yield _failure(url, error), None
            else:
                yield _facts(url, page), page


async def _fetch(fetcher: Fetcher, queue: HostQueue, target: FrontierUrl) -> Page:
    """Wait for the host's turn and fetch, robots.txt first, across hosts as redirects lead."""
    while True:
        origin = urls.origin_of(target.url)
        if await fetcher.rules(origin) is None:
            await _turn(queue, robots_target(origin))
            await fetcher.learn_rules(robots_target(origin))
        await _turn(queue, target)
        try:
            return await fetcher.fetch(target, None)
        except RulesNeeded:
            continue
        except Redirected as led:
            target = replace(target, url=led.url, hops=led.hops, host=urls.host_of(led.url))


async def _turn(queue: HostQueue, target: FrontierUrl) -> None:
    queue.release(target)
    queue.add(target, first=True)
    while queue.pop(time.monotonic()) is None:
        await asyncio.sleep(max((queue.next_turn() or 0.0) - time.monotonic(), 0.001))


async def _nothing(_origin: str) -> RobotsRecord | None:
    return None


async def _forget(_record: RobotsRecord) -> None:
    return None


def _facts(url: str, page: Page) -> dict[str, Any]:
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


async def read_pages(
    config: Path, inputs: Sequence[str], url: str | None
) -> AsyncIterator[dict[str, Any]]:
    """Extract pages from files and addresses, in their order; yield articles or errors.

    Any: an article's fields as JSON values.
    """
    needs_net = any(_is_url(given) for given in inputs)
    settings = configuration.load(config) if needs_net else None
    limits = settings.drawdown.limits if settings else configuration.Limits()
    async with AsyncExitStack() as stack:
        workers = await stack.enter_async_context(
            WorkerPool.open(
                count=limits.workers,
                timeout=limits.parse_timeout.total_seconds(),
                memory_bytes=limits.worker_bytes,
            )
        )
        running: deque[asyncio.Task[dict[str, Any]]] = deque()
        async with asyncio.TaskGroup() as group:
            for given in inputs:
                running.append(group.create_task(_read(workers, settings, given, url)))
                if len(running) > 2 * limits.workers:
                    yield await running.popleft()
            while running:
                yield await running.popleft()


def _is_url(given: str) -> bool:
    return given.startswith(("http://", "https://"))


async def _read(
    workers: WorkerPool, settings: configuration.Config | None, given: str, url: str | None
) -> dict[str, Any]:
    try:
        if settings is not None and _is_url(given):
            body, address, content_type = await _from_web(settings, given)
        else:
            body, content_type = _from_disk(Path(given)), None
            address = urls.normal(url) if url else "https://unknown.invalid/"
        job = PageJob(
            body=body, url=address, content_type=content_type, entry=None, selectors=Selectors(),
            language=None,
        )  # fmt: skip
        reading = await workers.read_page(job)
    except FetchError as error:
        return {"input": given, "outcome": error.outcome.value, "error": error.detail}
    except (OSError, EOFError, ValueError) as error:
        return {"input": given, "error": str(error)}
    if reading.article is None:
        outcome = reading.refused.value if reading.refused else None
        return {"input": given, "outcome": outcome, "error": reading.detail}
    return {"input": given, "url": address, **msgspec.to_builtins(reading.article)}


async def _from_web(settings: configuration.Config, url: str) -> tuple[bytes, str, str | None]:
    async for facts, page in fetch_all(settings, [url]):
        if page is None:
            raise FetchError(Outcome(facts["outcome"]), url, facts["error"])
        return page.body, page.url, page.header("content-type")
    raise FetchError(Outcome.BAD_URL, url)


def _from_disk(file: Path) -> bytes:
    with file.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
    with gzip.open(file) if is_gzip else file.open("rb") as stream:
        body = stream.read(_LARGEST_FILE + 1)
    if len(body) > _LARGEST_FILE:
        raise ValueError(f"larger than {_LARGEST_FILE} bytes")
    return body
