"""Workers that are killed, stopped or cannot start: real processes, on either event loop."""

import asyncio
import errno
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterable

import msgspec
import pytest

from crawler.errors import FetchError, WorkerFailed
from crawler.workers.jobs import FRAME_LENGTH
from crawler.workers.pool import PoolState, WorkerPool
from crawler.workers.worker import WorkerLost, WorkerProcess
from storage.records.outcome import Outcome
from tests.workers.test_pool import HANG, PAGE, outcome_of, page, pool

pytestmark = pytest.mark.slow


@pytest.fixture(params=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, object]]:
    """Both loops that a command may run on: they report a dead process in different ways."""
    if request.param == "asyncio":
        return "asyncio", {"use_uvloop": False}
    pytest.importorskip("uvloop")
    return "asyncio", {"use_uvloop": True}


async def test_a_crash_costs_one_page_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = asyncio.Event()
    receive = WorkerProcess.receive

    async def noticed(worker: WorkerProcess) -> bytes:
        frame = await receive(worker)
        if frame == b"taken":
            taken.set()
        return frame

    async with pool() as workers:
        await workers.read_page(page(PAGE))
        monkeypatch.setattr(WorkerProcess, "receive", noticed)
        async with asyncio.TaskGroup() as group:
            hanging = group.create_task(outcome_of(workers, page(HANG)))
            await taken.wait()
            kill(workers.pids)  # as a segmentation fault would
        after = await workers.read_page(page(PAGE))

    assert hanging.result() is Outcome.PARSE_CRASH
    assert after.article is not None


def kill(pids: frozenset[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


async def test_a_worker_killed_while_idle_costs_no_page() -> None:
    async with pool() as workers:
        await workers.read_page(page(PAGE))
        kill(workers.pids)
        at_once = await workers.read_page(page(PAGE))  # nobody has noticed the death yet
        kill(before := workers.pids)
        for pid in before:
            await gone(pid)
        later = await workers.read_page(page(PAGE))

    assert at_once.article is not None
    assert later.article is not None


async def test_a_job_that_ends_two_workers_before_it_is_taken_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0

    async def ask(worker: WorkerProcess, payload: bytes) -> bytes:
        nonlocal asked
        asked += 1
        await worker.kill()
        raise WorkerLost(Outcome.PARSE_CRASH, "died", is_taken=False)

    monkeypatch.setattr(WorkerProcess, "ask", ask)
    async with pool() as workers:
        outcome = await outcome_of(workers, page(PAGE))
        left = workers.pids

    assert (outcome, asked, left) == (Outcome.PARSE_CRASH, 2, frozenset())


async def gone(pid: int) -> None:
    """Wait until the parent has taken note of the end of a process."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        await asyncio.sleep(0.01)


async def test_a_worker_that_gets_no_cpu_is_not_at_its_limit() -> None:
    """A stopped process is like a busy machine: time passes, and none of it is the job's."""
    async with pool(timeout=0.1) as workers, asyncio.TaskGroup() as group:
        await workers.read_page(page(PAGE))
        (pid,) = workers.pids
        os.kill(pid, signal.SIGSTOP)
        waiting = group.create_task(workers.read_page(page(PAGE)))
        await asyncio.sleep(0.5)
        os.kill(pid, signal.SIGCONT)

    assert waiting.result().article is not None


async def test_a_worker_that_waits_for_ever_is_killed_by_the_wall_clock() -> None:
    async with pool(timeout=0.1, wall_seconds=0.0) as workers:
        await workers.read_page(page(PAGE))
        (pid,) = workers.pids
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(FetchError, match="of the wall clock") as caught:
            await workers.read_page(page(PAGE))

    assert caught.value.outcome is Outcome.PARSE_TIMEOUT


async def test_a_worker_that_can_never_start_says_what_to_do() -> None:
    async with pool(memory_bytes=20 * 1024**2) as workers:
        with pytest.raises(WorkerFailed, match="worker_bytes may be too small"):
            await workers.read_page(page(PAGE))


Failure = Exception | None  # None: the process is killed while it loads


def fail(monkeypatch: pytest.MonkeyPatch, failures: Iterable[Failure]) -> None:
    """Make the next starts of a process fail."""
    start, left = asyncio.create_subprocess_exec, iter(failures)

    async def start_or_fail(*arguments: str, **options: object) -> asyncio.subprocess.Process:
        for failure in left:
            if failure is not None:
                raise failure
            process = await start(*arguments, **options)  # type: ignore[arg-type]  # handed on
            process.kill()
            return process
        return await start(*arguments, **options)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start_or_fail)


async def test_a_start_that_fails_is_tried_again_and_costs_no_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures = [
        None,
        BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
        OSError(errno.EMFILE, "Too many open files"),
        RuntimeError("can't start new thread"),
    ]
    fail(monkeypatch, failures)
    async with pool() as workers:
        reading = await workers.read_page(page(PAGE))

        assert reading.article is not None
        assert workers.state == PoolState(has_started=True)


async def test_a_pool_that_began_well_loses_pages_and_never_ends_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with pool() as workers:
        await workers.read_page(page(PAGE))
        kill(workers.pids)
        with monkeypatch.context() as context:
            fail(context, itertools.repeat(OSError(errno.ENOMEM, "Cannot allocate memory")))
            lost = [await outcome_of(workers, page(PAGE)) for _ in range(3)]
            state = workers.state
        after = await workers.read_page(page(PAGE))

        assert lost == [Outcome.PARSE_CRASH] * 3
        assert state.has_started
        assert state.failed_starts == 15
        assert state.failing_since is not None
        assert after.article is not None
        assert workers.state.failed_starts == 0


async def test_starts_that_fail_side_by_side_count_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """So one moment without memory does not end a program that starts eight workers at once."""
    count = 8
    first, second = asyncio.Barrier(count), asyncio.Barrier(count + 1)
    begun = 0

    async def start(*arguments: str, **options: object) -> asyncio.subprocess.Process:
        nonlocal begun
        begun += 1
        if begun > count:
            await second.wait()
            await asyncio.Event().wait()
        await first.wait()
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    opened = WorkerPool.open(count=count, timeout=1, memory_bytes=2**30, first_pause=0.0)
    async with opened as workers, asyncio.TaskGroup() as group:
        tasks = [group.create_task(workers.read_page(page(PAGE))) for _ in range(count)]
        await second.wait()
        state = workers.state
        for task in tasks:
            task.cancel()

    assert state.failed_starts == 1


# A crawler that is killed at the moment when its worker begins a page that takes long.
KILLED = """
import asyncio, os, signal
from crawler.workers.worker import WorkerProcess
from tests.workers.test_pool import HANG, page, pool
receive = WorkerProcess.receive

async def killed(worker):
    if (frame := await receive(worker)) == b"taken":
        os.kill(os.getpid(), signal.SIGKILL)
    return frame

async def main():
    async with pool(timeout=300.0) as workers:
        await workers.read_page(page(HANG))

WorkerProcess.receive = killed
"""
ON_LOOP = {
    "asyncio": "asyncio.run(main())",
    "uvloop": "from crawler.runtime import eventloop; eventloop.run(main())",
}


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
@pytest.mark.parametrize("loop", ON_LOOP)
def test_a_worker_ends_with_its_killed_parent(loop: str) -> None:
    """Its limit is five minutes of CPU here: only the kernel's signal ends it before."""
    command = [sys.executable, "-c", KILLED + ON_LOOP[loop]]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as parent:
        assert parent.stderr is not None
        parent.stderr.read()  # ends when nobody holds the other end, the worker included

    assert parent.returncode == -signal.SIGKILL


def worker_alone(parent: int) -> subprocess.Popen[bytes]:
    """Start a worker by hand, with half a second of CPU for each job."""
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.workers.process", str(parent), str(2 * 1024**3), "0.5"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_a_worker_keeps_its_limit_though_nobody_watches_it() -> None:
    payload = msgspec.msgpack.encode(("page", page(HANG)))
    with worker_alone(os.getpid()) as worker:
        worker.communicate(FRAME_LENGTH.pack(len(payload)) + payload)

    assert worker.returncode == -signal.SIGPROF


def test_a_worker_whose_parent_has_ended_before_it_could_ask_does_not_begin() -> None:
    with worker_alone(parent=os.getppid()) as worker:
        output, errors = worker.communicate()

    assert (worker.returncode, output) == (1, b"")
    assert b"the parent of this parser process has ended" in errors
