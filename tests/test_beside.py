"""Work beside a block: ended with it, begun again after a bug, which is told."""

import asyncio
import io
import json

import pytest

from crawler import beside, log


async def test_a_bug_is_told_and_the_work_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    log.set_up(as_json=True, out=told)
    monkeypatch.setattr(beside, "_AGAIN", 0.01)
    begun, ended = 0, asyncio.Event()
    goes_on = asyncio.Event()

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise ZeroDivisionError("ours")
        goes_on.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    async with asyncio.timeout(10), beside.beside(work):
        await goes_on.wait()
        assert not ended.is_set()

    assert ended.is_set()
    (event,) = [json.loads(line) for line in told.getvalue().splitlines()]
    assert (event["event"], "ZeroDivisionError: ours" in event["exception"]) == ("task broke", True)
