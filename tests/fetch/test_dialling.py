"""Which address is dialled, and what happens when it does not answer."""

import asyncio
import errno
import ssl
from typing import Any

import pytest

from crawler.errors import FetchError
from crawler.fetch.http.client import Client
from crawler.fetch.http.connection import Connection
from crawler.fetch.http.dialler import Dialler
from crawler.fetch.http.guard import AddressGuard
from crawler.fetch.http.http1 import Http1Engine
from crawler.fetch.http.resolver import Resolver
from crawler.fetch.http.route import Route, _by_turns
from storage.records.model import Engine
from storage.records.outcome import Outcome
from tests.support.fakes import Still, get
from tests.support.nameserver import NameServer, answering


class Dialled:
    """A socket's replacement that notes what would be dialled."""

    def __init__(self, fetching: Client):
        self.addresses: list[str] = []
        engine = fetching.engine(Engine.DRAWDOWN)
        assert isinstance(engine, Http1Engine)
        engine._dialler.open_socket = self.open_socket  # type: ignore[assignment,method-assign]  # the recorder's place

    async def open_socket(self, address: str, _port: int) -> Any:
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


class Fake(Dialler[Connection]):
    """Dials nothing: each address answers after its delay, or fails."""

    def __init__(self, **answers: float | OSError):
        super().__init__(
            Route(AddressGuard(), Resolver(1.0), {}).find,
            ssl.create_default_context(),
            5.0,
            Connection,
        )
        self._answers = {name.replace("_", "."): answer for name, answer in answers.items()}
        self.tried: list[str] = []
        self.made: dict[str, Any] = {}
        self.open = asyncio.Event()
        self.open.set()
        self.has_tried_two = asyncio.Event()

    async def open_socket(self, address: str, port: int) -> Any:
        self.tried.append(address)
        if len(self.tried) == 2:
            self.has_tried_two.set()
        answer = self._answers[address]
        if isinstance(answer, OSError):
            raise answer
        connection = self.made[address] = Still()
        try:
            if answer:
                await asyncio.sleep(answer)
            else:
                await self.open.wait()
        except asyncio.CancelledError:
            connection.abort()
            raise
        return connection, None


async def _first(dialler: Fake, *addresses: str) -> str:
    connection, _ = await dialler._connect_first(addresses, 80)
    return next(address for address, made in dialler.made.items() if made is connection)


async def test_the_next_address_is_tried_beside_one_that_is_slow() -> None:
    dialler = Fake(a=60.0, b=0.0)

    assert await _first(dialler, "a", "b") == "b"
    assert [dialler.made[name].is_open for name in "ab"] == [False, True]


async def test_of_two_that_come_through_together_one_is_closed() -> None:
    dialler = Fake(a=0.0, b=0.0)
    dialler.open.clear()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(_first(dialler, "a", "b"))
        async with asyncio.timeout(5):
            await dialler.has_tried_two.wait()
        dialler.open.set()
    await asyncio.sleep(0)

    assert sorted(made.is_open for made in dialler.made.values()) == [False, True]
    assert dialler.made[first.result()].is_open


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
