"""Named jobs of a daemon: APScheduler keeps when each is due, `health` shows when it ran.

A job that is due only rings its timer. A supervised task waits for that and does the work, so that
its failures, its back-off and its end are those of every background task, and time is that of the
event loop, simulated or not (docs/decisions/0015-supervision.md).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from crawler.schedule.cron import next_time

Job = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class JobTimes:
    """When a job ran last and runs next; None where it has not run, or is not due again."""

    name: str
    last_run_at: datetime | None
    next_run_at: datetime | None


class Timer:
    """A job: rung when it is due, and waited for by the task that does it."""

    def __init__(self, name: str):
        self.name = name
        self.last_run_at: datetime | None = None
        self.is_finished = False
        self._is_due = asyncio.Event()

    def ring(self) -> None:
        """Let the job be done now, or as soon as the run under way has ended."""
        self._is_due.set()

    def finish(self) -> None:
        """Let `repeat` return instead of doing the job once more."""
        self.is_finished = True
        self.ring()

    async def repeat(self, work: Job) -> None:
        """Do `work` whenever the job is due, until `finish`.

        A run that fails remains due: a supervisor that calls this again repeats it. Raises what
        `work` raises.
        """
        while True:
            await self._is_due.wait()
            if self.is_finished:
                return
            self._is_due.clear()
            self.last_run_at = datetime.now(UTC)
            try:
                await work()
            except Exception:
                self.ring()
                raise


class _Relay(Timer):
    """A job without work of its own, that rings another."""

    def __init__(self, name: str, other: Timer):
        super().__init__(name)
        self._other = other

    def ring(self) -> None:
        """Ring the other job."""
        self.last_run_at = datetime.now(UTC)
        self._other.ring()


class Timetable:
    """The jobs of a daemon. Enter `running`, then add them."""

    def __init__(self) -> None:
        self._timers: dict[str, Timer] = {}
        # No misfire limit: a job that comes late after a suspend or a stall still comes.
        # APScheduler's default drops what is a second late.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            executors={"default": DebugExecutor()},  # rings on the loop, and not in a thread
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Ring what is due while the block runs."""
        self._scheduler.start()
        try:
            yield
        finally:
            self._scheduler.shutdown(wait=False)

    def every(self, name: str, seconds: float, *, first: float = 0.0) -> Timer:
        """Add a job that is due every so many seconds, for the first time `first` from now."""
        timer = Timer(name)
        begin = datetime.now(UTC) + timedelta(seconds=first)
        self._add(timer, _Every(timedelta(seconds=seconds)), begin)
        return timer

    def by_cron(self, name: str, cron: str, timezone: str, rings: Timer) -> None:
        """Add a job that rings another at the times of a cron expression. Raises ValueError."""
        trigger = _Cron(cron, timezone)
        self._add(_Relay(name, rings), trigger, trigger.get_next_fire_time(None, datetime.now(UTC)))

    def remove(self, name: str) -> None:
        """Remove a job."""
        self._scheduler.remove_job(name)
        del self._timers[name]

    def times(self) -> tuple[JobTimes, ...]:
        """Return the times of each job, in the order in which they were added."""
        return tuple(
            JobTimes(name, timer.last_run_at, self._scheduler.get_job(name).next_run_time)
            for name, timer in self._timers.items()
        )

    def adjust(self) -> None:
        """Plan again after the clock has jumped: no job waits longer than it does by its rule.

        What was due in an hour is due in 25 hours by a clock that was set back by a day.
        """
        now = datetime.now(UTC)
        for name in self._timers:
            job = self._scheduler.get_job(name)
            planned = job.trigger.get_next_fire_time(None, now)
            job.modify(next_run_time=min(job.next_run_time, planned))

    def _add(self, timer: Timer, trigger: BaseTrigger, first: datetime) -> None:
        name = timer.name
        self._timers[name] = timer
        self._scheduler.add_job(timer.ring, trigger, id=name, name=name, next_run_time=first)


# APScheduler's own triggers name each of the times that were missed, and it asks them all before it
# leaves out all but one: a clock that jumps by ten years, as one without a battery does at the
# first answer of NTP, held the loop for minutes. These name the next time after now.


class _Every(BaseTrigger):  # type: ignore[misc]  # untyped there
    """Due at equal distances."""

    def __init__(self, interval: timedelta):
        self._interval = interval

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return when the job is due after it was due at `previous`: always later than now."""
        following = (previous or now) + self._interval
        return following if following > now else now + self._interval


class _Cron(BaseTrigger):  # type: ignore[misc]  # untyped there
    """Due at the times of a cron expression."""

    def __init__(self, cron: str, timezone: str):
        self._cron = cron
        self._timezone = timezone

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return when the job is due after it was due at `previous`: always later than now."""
        return next_time(self._cron, self._timezone, max(previous or now, now))
