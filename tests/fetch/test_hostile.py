"""What servers of the open web do: each ends in one outcome, and the next page is right."""

import asyncio

import pytest

from crawler.fetch.http.client import Client
from storage.records.model import Engine
from tests.support import hostile
from tests.support.behaviours import BEHAVIOURS, DEADLINE, TIMEOUT

pytestmark = pytest.mark.slow

_HANGS_AFTER = DEADLINE + 20  # seconds: a guard against a hang, not a measurement
_AT_ONCE = 10  # most of them wait for a server that drips


@pytest.mark.parametrize("engine", list(Engine))
async def test_one_outcome_and_the_next_page_is_right(engine: Engine) -> None:
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str) -> tuple[object, list[bool]]:
        async with slots:
            return await _meet(name, engine)

    timed = [name for name, behaviour in BEHAVIOURS.items() if behaviour.gap]  # to the moment
    others = [name for name in BEHAVIOURS if name not in timed]
    found = dict(zip(others, await asyncio.gather(*map(one, others)), strict=True))
    found |= {name: await _meet(name, engine) for name in timed}
    expected = {name: (hostile.expected(name, engine), [True] * 3) for name in BEHAVIOURS}
    assert {n: f for n, f in found.items() if f != expected[n]} == {}


async def _meet(name: str, engine: Engine) -> tuple[object, list[bool]]:
    """Return how a server's behaviour ended, and whether the pages after it are right."""
    requests: list[bytes] = []
    client = Client(
        user_agent="drawdown/test", connect_timeout=TIMEOUT,
        read_timeout=BEHAVIOURS[name].read_timeout,
        allow_private=["127.0.0.0/8"], engine=engine,
    )  # fmt: skip
    async with asyncio.timeout(_HANGS_AFTER), hostile.serving(requests) as origin, client:
        ended = await hostile.fetch(client, origin, name)
        await asyncio.sleep(BEHAVIOURS[name].gap)
        are_right = [await hostile.plain(client, origin) for _ in range(3)]
    assert not any(b"\r\ncookie:" in head.lower() for head in requests), name
    return ended, are_right
