"""Connections: kept, checked, limited."""

import asyncio
import errno
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crawler.errors import FetchError
from crawler.fetch.http.connection import Connection
from crawler.fetch.http.dialler import Dialler
from crawler.fetch.http.http1 import Http1Engine, head_of
from crawler.fetch.http.pool import ConnectionPool
from crawler.fetch.http.timing import Timing
from crawler.urls.address import Address, address_of
from storage.records.model import Engine
from storage.records.outcome import Outcome
from tests.support import hostile
from tests.support.fakes import Site, client, get, still


@pytest.mark.parametrize("engine", list(Engine))
async def test_a_host_is_asked_over_one_connection(engine: Engine) -> None:
    site = Site()
    async with site.serve() as origin, client(engine=engine) as fetching:
        bodies = [await get(fetching, f"{origin}/{n}") for n in range(5)]

    assert bodies == [b"hello"] * 5
    assert site.connections == 1


@pytest.mark.parametrize("engine", list(Engine))
async def test_a_connection_that_died_while_idle_costs_no_fetch(engine: Engine) -> None:
    site = Site(close_after=0.0)
    async with site.serve() as origin, client(engine=engine) as fetching:
        bodies = [await get(fetching, f"{origin}/{n}") for n in range(20)]

    assert bodies == [b"hello"] * 20


async def test_a_connection_closed_as_we_write_is_tried_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site(close_after=0.0)
    monkeypatch.setattr(Connection, "may_be_used", lambda self: self.is_open)  # the race is lost
    async with site.serve() as origin, client() as fetching:
        bodies = [await get(fetching, f"{origin}/{n}") for n in range(20)]

    assert bodies == [b"hello"] * 20


async def test_what_a_server_says_of_its_patience_is_believed() -> None:
    site = Site("Keep-Alive: timeout=1")
    async with site.serve() as origin, client() as fetching:
        for _ in range(3):
            await get(fetching, origin)

    assert site.connections == 3  # a second is spared: none may be used again


async def test_bytes_that_nobody_asked_for_end_an_idle_connection() -> None:
    site = Site(more=b"HTTP/1.1 200 OK\r\n\r\n")
    async with site.serve() as origin, client() as fetching:
        await get(fetching, origin)
        engine = fetching.engine(Engine.DRAWDOWN)
        assert isinstance(engine, Http1Engine)
        before = len(engine._pool)
        async with asyncio.timeout(30):
            while len(engine._pool):  # noqa: ASYNC110 - it goes when the loop reads the bytes
                await asyncio.sleep(0)

        assert before == 1


async def test_bytes_that_were_not_read_yet_are_no_answer_either() -> None:
    """The server writes while our loop is held, so only a look at the socket can tell."""
    listening = socket.create_server(("127.0.0.1", 0))
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

    def serve() -> None:
        for body in (b"first", b"other"):
            accepted, _ = listening.accept()
            with accepted:
                accepted.recv(1000)
                accepted.sendall(answer + body)
                sent.wait(5)
                accepted.sendall(answer + b"wrong")
                written.set()
                done.wait(5)

    sent, written, done = threading.Event(), threading.Event(), threading.Event()
    with listening, ThreadPoolExecutor() as threads:
        serving = threads.submit(serve)
        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with client() as fetching:
            bodies = [await get(fetching, origin)]
            sent.set()
            written.wait(5)  # holds the loop
            done.set()
            bodies.append(await get(fetching, origin))
        serving.result(5)

    assert bodies == [b"first", b"other"]


async def test_a_connection_with_two_lengths_is_used_once() -> None:
    site = Site("Transfer-Encoding: chunked")
    site.answer = site.answer.replace(b"hello", b"5\r\nhello\r\n0\r\n\r\n")
    async with site.serve() as origin, client() as fetching:
        bodies = [await get(fetching, origin) for _ in range(2)]

    assert (bodies, site.connections) == ([b"hello"] * 2, 2)


async def test_a_server_waits_for_a_slow_reader() -> None:
    path = hostile.path_of("a body for ever")
    async with hostile.serving() as origin, client() as fetching, asyncio.timeout(20):
        answer = await fetching.engine(Engine.DRAWDOWN).ask(address_of(origin + path), [], Timing())
        for _ in range(5000):  # the server writes as long as it can
            await asyncio.sleep(0)
        first = len(await answer.read())
        size = 0
        while size < 5_000_000:
            size += len(await answer.read())
        await answer.aclose()

    assert first < 1_000_000  # bytes held meanwhile


async def test_the_newest_connection_is_used_first() -> None:
    pool = ConnectionPool()
    one, two = still(2)
    pool.give_back("o", one)
    pool.give_back("o", two)

    assert [pool.take("o"), pool.take("o"), pool.take("o")] == [two, one, None]


async def test_idle_connections_are_limited_by_origin_in_all_and_in_time() -> None:
    pool = ConnectionPool(per_origin=2)
    a, b, c = still(3)
    for connection in (a, b, c):
        pool.give_back("one", connection)
    pool._total = 2
    d, e = still(2)
    pool.give_back("two", d)
    pool.give_back("three", e)
    pool._total = 100
    late, kept = still(2)
    pool.give_back("late", late, 0.0)
    swept = ConnectionPool(idle_seconds=0.0)
    swept.give_back("one", kept)
    swept._sweep()

    assert [x.is_open for x in (a, b, c, d, e)] == [False, False, False, True, True]
    assert [pool.take(origin) for origin in ("one", "two", "three")] == [None, d, e]
    assert pool.take("late") is None
    assert (len(swept), kept.is_open) == (0, False)


async def test_a_connection_lost_while_idle_is_forgotten() -> None:
    pool = ConnectionPool()
    (one,) = still(1)
    pool.give_back("o", one)
    one.on_lost(one)

    assert (len(pool), pool.take("o")) == (0, None)


async def test_the_longest_idle_connection_gives_its_descriptor_to_a_new_one() -> None:
    class Full(Dialler[Connection]):
        def __init__(self) -> None:
            self.calls = 0

        async def dial(self, address: Address, timing: Timing) -> Any:
            self.calls += 1
            raise FetchError(Outcome.NETWORK, "u") from OSError(errno.EMFILE, "too many open files")

    pool, dialler = ConnectionPool(), Full()
    (idle,) = still(1)
    pool.give_back("other", idle)
    with pytest.raises(FetchError):
        await Http1Engine(dialler, pool).ask(address_of("http://a.example/"), [], Timing())

    assert (dialler.calls, idle.is_open) == (2, False)


@pytest.mark.parametrize("value", ["a\r\nX: b", "a\nX: b", "a\0b"])
def test_a_header_cannot_break_the_lines_of_a_request(value: str) -> None:
    with pytest.raises(FetchError) as caught:
        head_of(address_of("http://a.example/"), [(b"If-None-Match", value.encode())])

    assert caught.value.outcome is Outcome.BAD_URL
