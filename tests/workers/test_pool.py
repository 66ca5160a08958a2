"""Parsers in their own processes: a hang, a crash or a bomb costs one page."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from crawler.dedupe.revisions import Change
from crawler.dedupe.shingles import fingerprint
from crawler.errors import FeedUnreadable, FetchError
from crawler.workers.jobs import ChangesJob, PageJob, SourceJob
from crawler.workers.pool import WorkerPool
from storage.records.model import Selectors, SourceKind
from storage.records.outcome import Outcome

pytestmark = pytest.mark.slow

TEXT = "The quiet harbour counts its narrow boats before the ferry sails to the island again. " * 9
PAGE = f"<html><body><article><h1>A headline of ours</h1><p>{TEXT}</p></article></body></html>"

# Seconds of work: a text of 800,000 words.
LONG = " ".join(f"word{n} of {n}." for n in range(400_000))
HANG = f"<article><h1>A headline of ours</h1><p>{LONG}</p></article>"


def page(html: str | bytes) -> PageJob:
    return PageJob(
        body=html.encode() if isinstance(html, str) else html, url="https://a.example/1",
        content_type=None, entry=None, selectors=Selectors(), language=None,
    )  # fmt: skip


def feed(body: bytes) -> SourceJob:
    return SourceJob(
        kind=SourceKind.FEED, body=body, url="https://a.example/feed", content_type=None,
        links=None, cap=1000,
    )  # fmt: skip


def pool(
    timeout: float = 20.0,
    memory_bytes: int = 2 * 1024**3,
    idle_seconds: float = 60.0,
    wall_seconds: float = 60.0,
) -> AbstractAsyncContextManager[WorkerPool]:
    return WorkerPool.open(
        count=1,
        timeout=timeout,
        memory_bytes=memory_bytes,
        idle_seconds=idle_seconds,
        wall_seconds=wall_seconds,
        first_pause=0.0,
    )


@pytest.fixture(scope="module")
async def workers() -> AsyncIterator[WorkerPool]:
    """One worker for the tests that leave it as it was: each start takes a second of CPU."""
    async with pool() as opened:
        yield opened


async def test_a_page_comes_back_as_article_verdict_and_fingerprint(workers: WorkerPool) -> None:
    reading = await workers.read_page(page(PAGE))

    assert reading.article is not None
    assert reading.article.headline == "A headline of ours"
    assert reading.article.language == "en"
    assert reading.verdict is not None
    assert reading.fingerprint is not None


async def test_a_feed_that_is_none_says_so(workers: WorkerPool) -> None:
    with pytest.raises(FeedUnreadable, match="a web page"):
        await workers.read_source(feed(b"<!doctype html><html>"))


async def test_a_page_that_wants_too_much_memory_is_refused() -> None:
    async with pool(memory_bytes=400 * 1024**2) as workers:
        outcome = await outcome_of(workers, page("<a href=x>y</a>" * 400_000))
        after = await workers.read_page(page(PAGE))

    assert outcome in {Outcome.PARSE_CRASH, Outcome.PARSE_TIMEOUT}
    assert after.article is not None


async def outcome_of(workers: WorkerPool, job: PageJob) -> Outcome:
    with pytest.raises(FetchError) as caught:
        await workers.read_page(job)
    return caught.value.outcome


async def test_a_hang_is_killed_while_the_loop_goes_on() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    async with pool(timeout=0.5) as workers, asyncio.TaskGroup() as group:
        ticking = group.create_task(tick())
        with pytest.raises(FetchError, match=r"not parsed in 0\.5 s of CPU") as caught:
            await workers.read_page(page(HANG))
        ticking.cancel()

    assert caught.value.outcome is Outcome.PARSE_TIMEOUT
    assert ticks > 2


async def test_how_a_worker_ended_is_not_taken_from_who_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    polled = []
    monkeypatch.setattr(subprocess.Popen, "send_signal", lambda *_: polled.append("polled"))
    async with pool() as opened:
        await opened.read_page(page(PAGE))

    assert polled == []


async def test_a_challenge_page_is_no_article(workers: WorkerPool) -> None:
    html = "<title>Just a moment...</title><h1>Just a moment...</h1><p>Checking your browser.</p>"
    blocked = await workers.read_page(page(html))
    missing = await workers.read_page(page("<h1>404 Page not found</h1><p>Sorry about that.</p>"))
    nothing = await workers.read_page(page("<p>Short.</p>"))

    assert blocked.refused is Outcome.BLOCKED
    assert missing.refused is Outcome.SOFT_404
    assert nothing.refused is Outcome.NOT_ARTICLE


async def test_the_language_is_the_texts_where_the_page_is_wrong(workers: WorkerPool) -> None:
    arabic = (
        "<p>افتتحت البلدية الجسر القديم صباح اليوم بعد أعمال ترميم استمرت تسع سنوات كاملة.</p>"
        "<p>وقال رئيس البلدية إن المشاة سيعبرون منذ اليوم الأول، أما السيارات فلن تعود إليه.</p>"
    )
    html = f'<html lang="en"><body><article><h1>الجسر</h1>{arabic}</article></body></html>'
    reading = await workers.read_page(page(html))

    assert reading.article is not None
    assert reading.article.language == "ar"
    assert reading.article.origins["language"] == "text"


async def test_loading_is_not_counted_against_the_first_page() -> None:
    """Loading the language model alone takes a second of CPU."""
    async with pool(timeout=0.2) as workers:
        reading = await workers.read_page(page(PAGE))

    assert reading.article is not None


async def test_lone_surrogates_of_a_feed_do_not_lose_it(workers: WorkerPool) -> None:
    items = [{"id": "\ud83d", "url": "https://a.example/1", "content_text": "x\ud800"}]
    reading = await workers.read_source(feed(json.dumps({"items": items}).encode()))

    assert [entry.guid for entry in reading.entries] == ["\ufffd"]


async def test_lone_surrogates_of_a_page_do_not_lose_it(workers: WorkerPool) -> None:
    claims = {
        "@type": "NewsArticle",
        "headline": "x",
        "keywords": ["\ud83d"],
        "datePublished": "\ud83d",
    }
    script = f'<script type="application/ld+json">{json.dumps(claims)}</script>'
    reading = await workers.read_page(page(script + PAGE))

    assert reading.article is not None


async def test_a_worker_that_nobody_needs_ends_and_the_next_job_starts_another() -> None:
    async with pool(idle_seconds=0.2) as workers:
        await workers.read_page(page(PAGE))
        while workers.pids:  # noqa: ASYNC110 - a process that ends sends no event
            await asyncio.sleep(0.02)
        again = await workers.read_page(page(PAGE))

    assert again.article is not None


async def test_two_texts_are_compared_in_a_process_of_their_own(workers: WorkerPool) -> None:
    job = ChangesJob(
        url="https://a.example/1",
        headlines=("A headline of ours", "Another headline"),
        bodies=((TEXT, "It sold 20 tickets."), (TEXT, "It sold 30 tickets.", "A line of ours.")),
        common=frozenset(fingerprint(["A line of ours."]).lines),
    )
    assert await workers.find_changes(job) == (Change.HEADLINE, Change.NUMBER)
