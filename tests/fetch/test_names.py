"""Names become addresses, and dead ones hold nobody up."""

import asyncio
from typing import Any

import aiodns
import pycares
import pytest

from crawler.errors import FetchError
from crawler.fetch.http.resolver import Resolver
from storage.records.outcome import Outcome
from tests.support.nameserver import NameServer, answering


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
        resolver = Resolver(60.0, [place])
        async with asyncio.TaskGroup() as group:
            doomed = [group.create_task(_fails(resolver, name)) for name in dead]
            for name in live:
                assert await resolver.resolve(name) == ("127.0.0.1",)

            assert not any(task.done() for task in doomed)
            for task in doomed:
                task.cancel()
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


async def test_a_resolver_that_fails_looks_at_the_systems_configuration_again() -> None:
    class System:
        looks = 0

        def reinit(self) -> None:
            self.looks += 1

    class Channel:
        _channel = System()

    resolver = Resolver(1.0)
    resolver._channel = Channel()  # type: ignore[assignment]  # in place of the system's
    for code in (pycares.errno.ARES_ENOTFOUND, *[pycares.errno.ARES_ETIMEOUT] * 3):
        failed: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        failed.set_exception(aiodns.error.DNSError(code, "no"))
        resolver._asking["a.example"] = failed
        resolver._learn("a.example", failed)

    assert Channel._channel.looks == 1


async def test_a_full_cache_takes_no_answer_from_those_who_wait_for_it() -> None:
    listed = {f"a{n}.example": [f"192.0.2.{n}"] for n in range(1, 21)}
    async with answering(NameServer(listed)) as place:
        resolver = Resolver(3.0, [place], most_known=0)
        async with asyncio.TaskGroup() as group:
            asked = {name: group.create_task(resolver.resolve(name)) for name in listed}
        await resolver.aclose()

    assert {name: list(task.result()) for name, task in asked.items()} == listed
