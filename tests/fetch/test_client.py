"""What a client sends, and to whom; what servers do to it is in test_hostile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from crawler.errors import FetchError
from crawler.fetch.http.client import Client
from crawler.fetch.http.request import Redirected, Request
from storage.records.model import Page
from tests.support.behaviours import page as answer

Script = Callable[[str], bytes]  # from a request's head to what the server writes


@asynccontextmanager
async def server(script: Script) -> AsyncIterator[str]:
    """Serve on loopback, one answer a connection; yield the address."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(script(head.decode("latin-1")))
        writer.close()

    running = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with running:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}"


async def get(script: Script, path: str = "/", **order: Any) -> Page:
    client = Client(
        user_agent="drawdown/test (+me@example.org)", contact="me@example.org",
        allow_private=["127.0.0.0/8"],
    )  # fmt: skip
    async with server(script) as base, client:
        return await client.get(Request(url=base + path, max_bytes=1000, deadline=3.0, **order))


async def test_a_page_comes_with_all_that_was_said_around_it() -> None:
    page = await get(lambda _: answer(b"hello", 'ETag: "1"', "X-A: b"))

    assert (page.status, page.body, page.header("etag")) == (200, b"hello", '"1"')
    assert page.address == "127.0.0.1"
    assert page.phases.connect is not None
    assert 0 < page.phases.connect <= page.phases.first_byte <= page.phases.total  # type: ignore[operator]  # answered


async def test_requests_name_us_and_ask_for_bounded_codings_only() -> None:
    heads: list[str] = []

    def script(head: str) -> bytes:
        heads.append(head.lower())
        return answer(b"x")

    await get(script)

    assert "user-agent: drawdown/test (+me@example.org)" in heads[0]
    assert "from: me@example.org" in heads[0]
    assert "accept-encoding: gzip, deflate\r\n" in heads[0]
    assert "cookie" not in heads[0]


async def test_retry_after_is_handed_on() -> None:
    with pytest.raises(FetchError) as caught:
        await get(lambda _: answer(b"x", "Retry-After: 77", status="503 Busy"))

    assert caught.value.retry_after == 77


async def test_a_date_in_retry_after_is_by_the_servers_clock() -> None:
    """Ours may be years ahead, or behind: then every date has passed, or is far away."""
    head = ("Date: Wed, 04 Jan 2045 10:00:00 GMT", "Retry-After: Wed, 04 Jan 2045 10:01:30 GMT")
    with pytest.raises(FetchError) as caught:
        await get(lambda _: answer(b"x", *head, status="503 Busy"))

    assert caught.value.retry_after == 90


async def test_a_redirect_is_handed_back_to_take_its_own_turn() -> None:
    leads = answer(b"", "Location: http://other.example/a", status="301 Moved")

    with pytest.raises(Redirected) as caught:
        await get(lambda _: leads, is_one_turn=True)

    assert caught.value.url == "http://other.example/a"
    assert len(caught.value.hops) == 1
    assert caught.value.seconds > 0


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((), None),
        (("301",), "/1"),
        (("308", "301"), "/2"),
        (("302",), None),
        (("307", "301"), None),
        (("301", "302", "301"), "/1"),
    ],
)
async def test_where_permanent_redirects_lead_is_known_apart(
    statuses: tuple[str, ...], moved_to: str | None
) -> None:
    def script(head: str) -> bytes:
        place = int(head.split()[1].strip("/") or 0)
        if place == len(statuses):
            return answer(b"here")
        return answer(b"", f"Location: /{place + 1}", status=f"{statuses[place]} Elsewhere")

    page = await get(script)
    led = page.moved_to and page.moved_to[page.moved_to.rindex("/") :]

    assert page.body == b"here"
    assert led == moved_to


async def test_validators_are_sent_to_the_address_they_came_from_only() -> None:
    heads: list[str] = []

    def script(head: str) -> bytes:
        heads.append(head)
        return answer(b"", "Location: /b", status="302 Found") if "GET /a" in head else answer(b"x")

    await get(script, "/a", etag='"1"', last_modified="then")

    assert 'If-None-Match: "1"' in heads[0]
    assert "If-Modified-Since: then" in heads[0]
    assert "If-None-Match" not in heads[1]
