"""Extracts pages from files and from the web without a store: `drawdown extract`."""

import asyncio
import gzip
import zlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from crawler import config as configuration
from crawler import urls
from crawler.errors import FetchError
from crawler.extract.article import UNKNOWN_URL
from crawler.scouting.session import Session
from crawler.workers.jobs import page_job
from crawler.workers.pool import WorkerPool
from storage.records.model import (
    Page,
    PageReading,
    Phases,
)
from storage.sqlite import os_errors

_LARGEST_FILE_BYTES = 200 * 1024 * 1024  # of a page on disk


async def read_pages(
    config: Path, inputs: Sequence[str], url: str | None, *, explain: bool = False
) -> AsyncIterator[dict[str, Any]]:
    """Extract pages from files and addresses, in their order; yield articles or errors.

    With `explain` each record has the blocks of its page as `blocks`. Any: JSON values.
    """
    needs_net = any(map(_is_url, inputs))
    settings = configuration.load(config) if needs_net else None
    limits = settings.drawdown.limits if settings else configuration.Limits()

    async with AsyncExitStack() as stack:
        session = None
        if settings is not None:
            session = await stack.enter_async_context(Session.open(settings))
        opening = WorkerPool.open(
            count=limits.workers,
            timeout=limits.parse_timeout.total_seconds(),
            memory_bytes=limits.worker_bytes,
        )
        workers = await stack.enter_async_context(opening)

        running: deque[asyncio.Task[dict[str, Any]]] = deque()
        async with asyncio.TaskGroup() as group:
            for given in inputs:
                reading = _read(workers, session, given, url, explain)
                running.append(group.create_task(reading))
                if len(running) > 2 * limits.workers:
                    yield await running.popleft()
            while running:
                yield await running.popleft()


def _is_url(given: str) -> bool:
    return given.startswith(("http://", "https://"))


async def _read(
    workers: WorkerPool,
    session: Session | None,
    given: str,
    url: str | None,
    explain: bool,
) -> dict[str, Any]:
    """Return the record of one page. Any: JSON values."""
    try:
        page = await _page_at(session, given, url)
        reading = await workers.read_page(page_job(page, None, explain=explain))
    except FetchError as error:
        return {
            "input": given,
            "outcome": error.outcome.value,
            "error": error.detail,
        }
    except OSError as error:
        return {"input": given, "error": os_errors.explain(error).removeprefix(f"{given}: ")}
    except (EOFError, ValueError, zlib.error) as error:
        return {"input": given, "error": str(error)}
    record = _record(given, page, reading)
    if explain:
        record["blocks"] = msgspec.to_builtins(reading.blocks)
    return record


async def _page_at(
    session: Session | None,
    given: str,
    url: str | None,
) -> Page:
    """Return the page at an address or in a file."""
    if session is not None and _is_url(given):
        return await session.get(given)
    address = urls.normal(url) if url else UNKNOWN_URL
    return _page_of(Path(given), address)


def _record(
    given: str,
    page: Page,
    reading: PageReading,
) -> dict[str, Any]:
    """Return an article, or the reason why there is none. Any: JSON values."""
    if reading.article is None:
        return {
            "input": given,
            "outcome": reading.refused.value if reading.refused else None,
            "error": reading.detail,
        }
    return {
        "input": given,
        "url": page.url,
        **msgspec.to_builtins(reading.article),
    }


def _page_of(file: Path, url: str) -> Page:
    """Return a file as a page that was fetched now."""
    body = _read_file(file)
    return Page(
        url=url,
        requested_url=url,
        redirects=(),
        status=200,
        headers=(),
        body=body,
        wire_bytes=len(body),
        address=None,
        phases=Phases(),
        fetched_at=datetime.now(UTC),
    )


def _read_file(file: Path) -> bytes:
    with file.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
    with gzip.open(file) if is_gzip else file.open("rb") as stream:
        body = stream.read(_LARGEST_FILE_BYTES + 1)
    if len(body) > _LARGEST_FILE_BYTES:
        raise ValueError(f"larger than {_LARGEST_FILE_BYTES} bytes")
    return body
