"""From a name to a connection and back to the pool."""

import asyncio
import errno
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bench.nameserver import NameServer, answering
from crawler.address import Address, address_of
from crawler.errors import FetchError
from crawler.fetch.client import Client
from crawler.fetch.connection import Connection
from crawler.fetch.dialler import Dialler
from crawler.fetch.guard import AddressGuard
from crawler.fetch.http1 import Http1Engine, head_of
from crawler.fetch.order import Order
from crawler.fetch.pool import ConnectionPool
from crawler.fetch.resolver import Resolver
from crawler.fetch.route import Route, _by_turns
from crawler.fetch.timing import Timing
from storage.model import Engine
from storage.outcome import Outcome

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n%b\r\nhello"


class Site:
    """Answers every request with hello, over connections that stay open; counts both."""

    def __init__(self, *headers: str, close_after: float | None = None):
        self.connections = 0
        self.heads: list[bytes] = []
        self._answer = HELLO % "".join(f"{header}\r\n" for header in headers).encode()
        self._close_after = close_after

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(self._answer)
                if self._close_after is not None:
                    await writer.drain()
                    await asyncio.sleep(self._close_after)
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def client(**changes: Any) -> Client:
    return Client(user_agent="drawdown/test", allow_private=["127.0.0.0/8", "::1"], **changes)


async def get(fetching: Client, url: str, **order: Any) -> bytes:
    return (await fetching.get(Order(url=url, max_bytes=1000, deadline=5.0, **order))).body


# Names


async def test_many_who_ask_for_a_name_ask_once_and_the_answer_is_kept() -> None:
    names = NameServer({"a.example": ["192.0.2.7", "2001:db8::7"]}, delay=0.02)
    async with answering(names) as place:
        resolver = Resolver(2.0, [place])
        answers = [await t for t in [asyncio.ensure_future(resolver.resolve("a.example"))
                                     for _ in range(20)]]  # fmt: skip
        again = await resolver.resolve("a.example")
        await resolver.aclose()

    assert set(answers) == {again} == {("192.0.2.7", "2001:db8::7")}
    assert names.asked == {"a.example": 2}  # one question a family


async def test_a_name_that_does_not_exist_is_remembered_too() -> None:
    names = NameServer({})
    async with answering(names) as place:
        resolver = Resolver(2.0, [place])
        for _ in range(3):
            with pytest.raises(FetchError, match="no address") as caught:
                await resolver.resolve("a.example", "http://a.example/")
        await resolver.aclose()

    assert (caught.value.outcome, caught.value.unreached) == (Outcome.DNS, True)
    assert names.asked["a.example"] <= 2


async def test_dead_names_hold_nobody_up() -> None:
    live = {f"live{n}.example": ["127.0.0.1"] for n in range(20)}
    dead = [f"dead{n}.example" for n in range(10)]
    async with answering(NameServer(live, dead=dead)) as place:
        resolver = Resolver(3.0, [place])
        async with asyncio.TaskGroup() as group:
            doomed = [group.create_task(_fails(resolver, name)) for name in dead]
            for name in live:
                assert await resolver.resolve(name) == ("127.0.0.1",)

            assert not any(task.done() for task in doomed)
        await resolver.aclose()


async def _fails(resolver: Resolver, name: str) -> None:
    with pytest.raises(FetchError):
        await resolver.resolve(name)


async def test_one_who_gives_up_stops_nobody_else() -> None:
    async with answering(NameServer({"a.example": ["127.0.0.1"]}, delay=0.1)) as place:
        resolver = Resolver(2.0, [place])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await resolver.resolve("a.example")

        assert await resolver.resolve("a.example") == ("127.0.0.1",)
        await resolver.aclose()


async def test_answers_expire() -> None:
    names = NameServer({"a.example": ["127.0.0.1"]}, ttl=60)
    async with answering(names) as place:
        resolver = Resolver(2.0, [place])
        await resolver.resolve("a.example")
        (answer,) = resolver._answers.values()
        await resolver.aclose()

    assert 59 < answer.expires_at - asyncio.get_running_loop().time() <= 60


# Addresses


class Dialled:
    """Stands in for the socket: notes what would be dialled."""

    def __init__(self, fetching: Client):
        self.addresses: list[str] = []
        engine = fetching.engine(Engine.DRAWDOWN)
        assert isinstance(engine, Http1Engine)
        engine._dialler._connect = self._connect  # type: ignore[assignment,method-assign]  # the recorder's place

    async def _connect(self, address: str, _port: int) -> Any:
        self.addresses.append(address)
        raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")


def asking(name_server: str, engine: Engine = Engine.DRAWDOWN) -> Client:
    """Return a client to which no address but a public one is open."""
    return Client(user_agent="x", name_servers=[name_server], engine=engine)


async def test_a_name_that_changes_its_answer_is_dialled_where_it_was_checked() -> None:
    names = NameServer({"rebind.example": ["93.184.216.34"]}, ttl=0)
    async with answering(names) as place, asking(place) as fetching:
        dialled = Dialled(fetching)
        with pytest.raises(FetchError) as public:
            await get(fetching, "http://rebind.example/")
        names.names["rebind.example"] = ["127.0.0.1"]
        fetching._resolver._answers.clear()  # its time is over
        with pytest.raises(FetchError) as private:
            await get(fetching, "http://rebind.example/")

    assert public.value.outcome is Outcome.NETWORK
    assert private.value.outcome is Outcome.BLOCKED_ADDRESS
    assert dialled.addresses == ["93.184.216.34"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://127.1/",
        "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/", "http://10.1.2.3/",
    ],
)  # fmt: skip
async def test_private_addresses_are_never_dialled(url: str) -> None:
    async with Client(user_agent="x") as fetching:
        dialled = Dialled(fetching)
        with pytest.raises(FetchError) as caught:
            await get(fetching, url)

    assert (caught.value.outcome, dialled.addresses) == (Outcome.BLOCKED_ADDRESS, [])


@pytest.mark.parametrize("engine", list(Engine))
async def test_one_private_address_among_many_blocks_a_name(engine: Engine) -> None:
    names = NameServer({"mixed.example": ["93.184.216.34", "10.0.0.1"]})
    async with answering(names) as place, asking(place, engine) as fetching:
        with pytest.raises(FetchError) as caught:
            await get(fetching, "http://mixed.example/")

    assert caught.value.outcome is Outcome.BLOCKED_ADDRESS


class Fake(Dialler):
    """Dials nothing: each address answers after its delay, or fails."""

    def __init__(self, **answers: float | OSError):
        super().__init__(
            Route(AddressGuard(), Resolver(1.0), {}), ssl.create_default_context(), 5.0
        )
        self._answers = {name.replace("_", "."): answer for name, answer in answers.items()}
        self.tried: list[str] = []
        self.called_off: list[str] = []

    async def _connect(self, address: str, port: int) -> Any:
        self.tried.append(address)
        answer = self._answers[address]
        if isinstance(answer, OSError):
            raise answer
        try:
            await asyncio.sleep(answer)
        except asyncio.CancelledError:
            self.called_off.append(address)
            raise
        return address, port


async def _first(dialler: Fake, *addresses: str) -> Any:
    return (await dialler._connect_first(addresses, 80))[0]


async def test_the_next_address_is_tried_beside_one_that_is_slow() -> None:
    dialler = Fake(a=60.0, b=0.0)

    assert await _first(dialler, "a", "b") == "b"
    assert dialler.called_off == ["a"]


async def test_the_next_address_is_tried_at_once_where_one_fails() -> None:
    dialler = Fake(a=ConnectionRefusedError("no"), b=OSError("unreachable"), c=0.0)

    assert await _first(dialler, "a", "b", "c") == "c"


async def test_the_last_failure_counts_where_all_fail() -> None:
    with pytest.raises(OSError, match="unreachable"):
        await _first(Fake(a=ConnectionRefusedError("no"), b=OSError("unreachable")), "a", "b")


def test_families_take_turns() -> None:
    mixed = ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8::3")
    assert _by_turns(mixed) == (
        "192.0.2.1", "2001:db8::1", "192.0.2.2", "2001:db8::2", "2001:db8::3",
    )  # fmt: skip


# Connections


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


class Still:
    """A connection that is open and does nothing."""

    def __init__(self) -> None:
        self.is_open = True
        self.expires_at = 0.0
        self.on_lost: Any = None

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def finish(self) -> bool:
        return self.is_open

    def may_be_used(self) -> bool:
        return self.is_open and self.expires_at > self.now()

    def abort(self) -> None:
        self.is_open = False


def still(number: int) -> Sequence[Any]:
    return [Still() for _ in range(number)]


async def test_the_newest_connection_is_used_first() -> None:
    pool = ConnectionPool()
    one, two = still(2)
    pool.give_back("o", one)
    pool.give_back("o", two)

    assert [pool.take("o"), pool.take("o"), pool.take("o")] == [two, one, None]


async def test_idle_connections_are_limited_by_origin_in_all_and_in_time() -> None:
    pool = ConnectionPool(per_origin=2, total=3)
    a, b, c, d, e = still(5)
    for connection in (a, b, c):
        pool.give_back("one", connection)
    for origin, connection in (("two", d), ("three", e)):
        pool.give_back(origin, connection)
    late, kept = still(2)
    pool.give_back("late", late, 0.0)
    swept = ConnectionPool(idle_seconds=0.0)
    swept.give_back("one", kept)
    swept._sweep()

    assert [x.is_open for x in (a, b, c, d, e)] == [False, False, False, True, True]
    assert pool.take("late") is None
    assert (len(swept), kept.is_open) == (0, False)


async def test_a_connection_lost_while_idle_is_forgotten() -> None:
    pool = ConnectionPool()
    (one,) = still(1)
    pool.give_back("o", one)
    one.on_lost(one)

    assert (len(pool), pool.take("o")) == (0, None)


async def test_the_longest_idle_connection_gives_its_descriptor_to_a_new_one() -> None:
    class Full(Dialler):
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


# httpx on top


@pytest.mark.parametrize("engine", list(Engine))
async def test_httpx_works_over_either_engine_and_keeps_no_cookie(engine: Engine) -> None:
    site = Site("Set-Cookie: a=b")
    async with (
        site.serve() as origin,
        client(engine=engine) as fetching,
        fetching.session() as session,
    ):
        answers = [await session.get(f"{origin}/x?y=1") for _ in range(2)]

    assert [(a.status_code, a.text) for a in answers] == [(200, "hello")] * 2
    assert site.connections == 1
    assert not any(b"cookie" in head.lower() for head in site.heads)
    assert site.heads[0].startswith(b"GET /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:")


async def test_httpx_errors_are_ours() -> None:
    async with client() as fetching, fetching.session() as session:
        with pytest.raises(FetchError) as caught:
            await session.get("http://127.0.0.1:1/")
        with pytest.raises(ValueError, match="GET only"):
            await session.post("http://127.0.0.1:1/")

    assert caught.value.outcome is Outcome.NETWORK
    assert isinstance(session, httpx.AsyncClient)
