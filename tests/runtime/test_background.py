"""Background tasks: named, started again after a failure, and ended with their block."""

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from crawler import log
from crawler.runtime.background import BackgroundTasks, Backoff, described, leading
from storage.errors import StorageError, StoreBusy, StoreCorrupt, StoreFull

AT_ONCE = Backoff(first=0.01, most=0.01)


@pytest.fixture
def events() -> Callable[[], list[dict[str, Any]]]:
    told = io.StringIO()
    log.set_up(as_json=True, out=told)
    return lambda: [json.loads(line) for line in told.getvalue().splitlines()]


class Flaky:
    """Work that raises some errors, one a start, and then goes on until it is cancelled."""

    def __init__(self, *errors: Exception):
        self.errors = list(errors)
        self.goes_on = asyncio.Event()
        self.has_ended = False

    async def __call__(self) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.goes_on.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.has_ended = True


async def test_a_task_that_meets_a_bug_is_named_in_the_log_and_started_again(
    events: Callable[[], list[dict[str, Any]]],
) -> None:
    work = Flaky(ZeroDivisionError("ours"))
    tasks = BackgroundTasks(AT_ONCE)
    tasks.add("weather", work)
    async with asyncio.timeout(30), tasks.running():
        await work.goes_on.wait()
        (state,) = tasks.states
        assert (state.is_running, state.failures, state.next_try_at) == (True, 1, None)
        assert not work.has_ended

    assert work.has_ended
    (event,) = events()
    assert (event["event"], event["task"]) == ("background task failed", "weather")
    assert "ZeroDivisionError: ours" in event["exception"]
    assert state.last_error is not None
    assert state.last_error.startswith("ZeroDivisionError at test_background.py:")


@pytest.mark.parametrize("trouble", [StoreBusy("held"), StoreFull("no space")])
async def test_trouble_of_the_store_that_passes_is_no_bug_of_a_task(
    events: Callable[[], list[dict[str, Any]]], trouble: StorageError
) -> None:
    work = Flaky(trouble, trouble)
    tasks = BackgroundTasks(AT_ONCE)
    tasks.add("weather", work)
    async with asyncio.timeout(30), tasks.running():
        await work.goes_on.wait()

    assert [one["event"] for one in events()] == ["background task waits"] * 2
    assert not any("exception" in one for one in events())


async def test_a_task_that_waits_for_its_next_try_says_so() -> None:
    tasks = BackgroundTasks(Backoff(first=3600))
    tasks.add("weather", Flaky(KeyError("rain")))
    other = Flaky()
    tasks.add("tides", other)
    async with asyncio.timeout(30), tasks.running():
        await other.goes_on.wait()
        weather, tides = tasks.states

        assert weather.next_try_at is not None
        assert not weather.is_running
        assert (tides.failures, tides.is_running) == (0, True)


async def test_a_damaged_store_ends_the_block_whatever_task_finds_it() -> None:
    tasks = BackgroundTasks(AT_ONCE)
    tasks.add("weather", Flaky(StoreCorrupt("pages are damaged")))
    with pytest.raises(StoreCorrupt, match="damaged"):
        async with asyncio.timeout(30), tasks.running():
            await asyncio.Event().wait()


async def test_a_fatal_task_ends_the_block_and_the_other_tasks() -> None:
    other = Flaky()
    tasks = BackgroundTasks(AT_ONCE)
    tasks.add("tides", other)
    tasks.add("weather", Flaky(KeyError("rain")), is_fatal=True)
    with pytest.raises(KeyError, match="rain"):
        async with asyncio.timeout(30), tasks.running():
            await asyncio.Event().wait()

    assert other.has_ended


async def test_what_the_block_raises_is_raised_as_it_is() -> None:
    tasks = BackgroundTasks(AT_ONCE)
    tasks.add("weather", Flaky())
    with pytest.raises(StoreFull, match="no space"):
        async with tasks.running():
            raise StoreFull("no space")


async def test_a_task_may_finish_what_it_is_at() -> None:
    stop, finished = asyncio.Event(), False

    async def work() -> None:
        nonlocal finished
        await stop.wait()
        await asyncio.sleep(0)
        finished = True

    tasks = BackgroundTasks(AT_ONCE)
    tasks.add("letters", work, finish=stop.set, grace=30)
    async with tasks.running():
        await asyncio.sleep(0)

    assert finished


async def test_a_task_that_does_not_finish_in_time_is_cancelled() -> None:
    work = Flaky()
    tasks = BackgroundTasks(AT_ONCE)
    tasks.add("letters", work, finish=lambda: None, grace=0.01)
    async with asyncio.timeout(30):
        async with tasks.running():
            await work.goes_on.wait()

    assert work.has_ended


def test_pauses_double_up_to_a_cap() -> None:
    backoff = Backoff(first=1, most=60)
    for failures, seconds in ((1, 1), (2, 2), (5, 16), (7, 60), (10_000, 60)):
        assert 0.9 * seconds <= backoff.seconds(failures) <= 1.1 * seconds


def test_the_error_that_does_not_pass_decides() -> None:
    damaged = StoreCorrupt("damaged")
    nested = BaseExceptionGroup("", [StoreBusy("held"), BaseExceptionGroup("", [damaged])])

    assert leading(nested) is damaged


def test_the_message_of_a_bug_is_not_kept_since_it_may_repeat_a_page() -> None:
    with pytest.raises(ValueError, match="sentence") as raised:
        raise ValueError("a sentence of an article")

    assert described(raised.value).startswith("ValueError at test_background.py:")
