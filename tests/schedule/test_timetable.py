"""Named jobs: due when their rule says, whatever the clock does, and repeated where they failed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from crawler.schedule.timetable import Timer, Timetable
from tests.support import virtual

START = datetime(2026, 11, 26, 6, tzinfo=UTC)
YEARS = 10 * 365 * 86_400.0
Story = Callable[[Timetable, virtual.VirtualLoop], Awaitable[None]]


def tell(story: Story) -> None:
    """Run a story with a timetable, on the simulated clock."""

    async def main(loop: virtual.VirtualLoop) -> None:
        timetable = Timetable()
        with timetable.running():
            await story(timetable, loop)

    virtual.run(main, START)


async def noted(timer: Timer, seconds: float) -> list[float]:
    """Do a job for some seconds; return when it was done, in seconds of the loop."""
    loop, done = asyncio.get_running_loop(), []

    async def work() -> None:
        done.append(round(loop.time(), 3))

    try:
        async with asyncio.timeout(seconds):
            await timer.repeat(work)
    except TimeoutError:
        return done
    raise AssertionError("nobody finished it")


def test_a_job_is_due_at_equal_distances_from_its_first_time_on() -> None:
    async def story(timetable: Timetable, _: virtual.VirtualLoop) -> None:
        at_once = timetable.every("weather", 60)
        assert await noted(at_once, 150) == [0.0, 60.0, 120.0]
        later = timetable.every("tides", 10, first=5)
        assert await noted(later, 20) == [155.0, 165.0]

    tell(story)


def test_a_job_shows_its_last_and_its_next_run() -> None:
    async def story(timetable: Timetable, _: virtual.VirtualLoop) -> None:
        weather = timetable.every("weather", 60)
        timetable.by_cron("morning", "30 7 * * *", "Asia/Damascus", rings=weather)
        await noted(weather, 61)

        shown, morning = timetable.times()
        assert shown.name == "weather"
        assert shown.last_run_at == START + timedelta(minutes=1)
        assert shown.next_run_at == START + timedelta(minutes=2)
        assert (morning.name, morning.last_run_at) == ("morning", None)
        assert morning.next_run_at == datetime(2026, 11, 27, 4, 30, tzinfo=UTC)

    tell(story)


def test_a_job_by_cron_rings_the_job_that_does_its_work() -> None:
    async def story(timetable: Timetable, _: virtual.VirtualLoop) -> None:
        weather = timetable.every("weather", 86_400)
        timetable.by_cron("quarters", "*/15 * * * *", "UTC", rings=weather)
        assert await noted(weather, 1801) == [0.0, 900.0, 1800.0]
        assert timetable.times()[1].last_run_at == START + timedelta(minutes=30)

        timetable.remove("quarters")
        assert await noted(weather, 3600) == []
        assert [job.name for job in timetable.times()] == ["weather"]

    tell(story)


def test_a_run_that_failed_is_due_again_at_once() -> None:
    async def story(timetable: Timetable, loop: virtual.VirtualLoop) -> None:
        weather = timetable.every("weather", 86_400)

        async def fail() -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await weather.repeat(fail)
        assert await noted(weather, 3600) == [loop.time() - 3600]

    tell(story)


def test_a_job_that_is_rung_while_it_runs_is_done_once_more() -> None:
    async def story(timetable: Timetable, _: virtual.VirtualLoop) -> None:
        weather, runs = timetable.every("weather", 86_400), 0

        async def work() -> None:
            nonlocal runs
            runs += 1
            if runs == 1:
                weather.ring()
                weather.ring()
            else:
                weather.finish()

        await weather.repeat(work)
        assert runs == 2

    tell(story)


@pytest.mark.parametrize("jump", [YEARS, -YEARS, 7200.0, -7200.0])
def test_a_clock_that_jumps_lets_a_job_come_once_and_then_as_ever(jump: float) -> None:
    async def story(timetable: Timetable, loop: virtual.VirtualLoop) -> None:
        weather = timetable.every("weather", 1)
        assert await noted(weather, 1.5) == [0.0, 1.0]
        loop.jump(jump)
        timetable.adjust()
        done = await noted(weather, 2.5)

        assert len(done) in (2, 3)
        assert min(later - before for before, later in pairwise(done)) > 0.4
        (job,) = timetable.times()
        assert job.next_run_at is not None
        assert job.next_run_at - datetime.now(UTC) <= timedelta(seconds=1)

    tell(story)


def test_a_long_sleep_of_the_machine_is_one_run_of_each_job() -> None:
    """APScheduler asks a trigger for each time that was missed: ours names the next one."""

    async def story(timetable: Timetable, loop: virtual.VirtualLoop) -> None:
        weather = timetable.every("weather", 0.001)
        timetable.by_cron("minutes", "* * * * *", "UTC", rings=weather)
        await noted(weather, 0.01)
        loop.jump(YEARS)
        before = loop.time()
        assert 0 < len(await noted(weather, 0.0105)) < 20
        assert loop.time() - before < 1

    tell(story)
