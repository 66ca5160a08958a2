"""One worker process, as its parent sees it: start it, give it a job, end it.

Every way in which the process or a pipe to it can be dead comes out as WorkerLost or NotStarted.
"""

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from typing import Self

from crawler.workers.jobs import FRAME_LENGTH, READY, TAKEN
from storage.records.outcome import Outcome

# numpy reserves address space for every thread it might start, and the space is limited here.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}

# Limits by the wall clock are backstops against a process that waits for ever. A busy machine must
# not reach them: the limit that counts is of CPU time, in the worker itself.
_START_SECONDS = 300.0  # a start takes two seconds of CPU
_WALL_FACTOR = 12.0  # times the CPU seconds of a job
WALL_SECONDS = 60.0  # added to that, so that a small limit is no small backstop


class NotStarted(Exception):
    """A worker process could not be started; the message says why."""


class WorkerLost(Exception):
    """A worker process is gone.

    `is_taken` says whether it had begun the job: if not, another worker can have it.
    """

    def __init__(self, outcome: Outcome, detail: str, *, is_taken: bool):
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.is_taken = is_taken


class WorkerProcess:
    """A process and the pipes to it. After WorkerLost it has ended and is of no more use."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        cpu_seconds: float,
        wall_seconds: float = WALL_SECONDS,
    ):
        self._process = process
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = _WALL_FACTOR * cpu_seconds + wall_seconds
        self.pid = process.pid
        self.jobs = 0
        self.is_idle = True  # False during a job, and after one that was not answered
        self.used_at = time.monotonic()

    @classmethod
    async def start(
        cls,
        *,
        memory_bytes: int,
        cpu_seconds: float,
        topic_file: str = "",
        wall_seconds: float = WALL_SECONDS,
    ) -> Self:
        """Start a process and wait until it is ready. Raises NotStarted.

        `wall_seconds` are added to a multiple of the CPU seconds that a job may take: the backstop.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "crawler.workers.process",
                str(os.getpid()), str(memory_bytes), str(cpu_seconds), topic_file,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                env={**os.environ, **_ONE_THREAD},
            )  # fmt: skip
        except (OSError, RuntimeError) as error:  # RuntimeError: no thread to wait for the process
            raise NotStarted(f"{type(error).__name__}: {error}") from error
        worker = cls(process, cpu_seconds, wall_seconds)
        try:
            await worker._wait_until_ready()
        except (OSError, EOFError) as error:
            raise NotStarted(_end_of(await worker.kill())) from error
        except BaseException:
            await worker.kill()
            raise
        return worker

    async def _wait_until_ready(self) -> None:
        async with asyncio.timeout(_START_SECONDS):
            first = await self.receive()
        if first != READY:
            raise EOFError(f"it began with {first[:20]!r}")

    async def ask(self, payload: bytes) -> bytes:
        """Send a job and return the answer.

        Raises WorkerLost with PARSE_TIMEOUT where the job used up its CPU time (or waited far
        longer), with PARSE_CRASH where the process died of anything else.
        """
        self.jobs += 1
        self.used_at = time.monotonic()
        self.is_idle = is_taken = False
        try:
            async with asyncio.timeout(self._wall_seconds):
                await self._send(payload)
                is_taken = await self.receive() == TAKEN
                answer = await self.receive()
        except TimeoutError:
            await self.kill()
            detail = f"not parsed in {self._wall_seconds:g} s of the wall clock"
            raise WorkerLost(Outcome.PARSE_TIMEOUT, detail, is_taken=True) from None
        except (OSError, EOFError) as error:
            raise self._lost(await self.kill(), is_taken=is_taken) from error
        self.is_idle = True
        return answer

    async def _send(self, payload: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was made with a pipe
        try:
            self._process.stdin.write(FRAME_LENGTH.pack(len(payload)) + payload)
            await self._process.stdin.drain()
        except RuntimeError as error:  # what uvloop raises where a pipe was found closed
            raise BrokenPipeError(str(error)) from error

    async def receive(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - it was made with a pipe
        head = await self._process.stdout.readexactly(FRAME_LENGTH.size)
        return await self._process.stdout.readexactly(FRAME_LENGTH.unpack(head)[0])

    def _lost(self, code: int, *, is_taken: bool) -> WorkerLost:
        if code == -signal.SIGPROF:  # of the timer that the worker sets for each job
            detail = f"not parsed in {self._cpu_seconds:g} s of CPU"
            return WorkerLost(Outcome.PARSE_TIMEOUT, detail, is_taken=is_taken)
        detail = f"the parser process died ({_end_of(code)})"
        return WorkerLost(Outcome.PARSE_CRASH, detail, is_taken=is_taken)

    async def kill(self) -> int:
        """End the process at once; return how it ended, as `subprocess` says it."""
        self.is_idle = False
        # Popen.send_signal, behind Process.kill, polls first. Of a process that has just ended it
        # takes the exit code away from asyncio's watcher, which then reports 255: a page at its
        # limit of CPU time was a crash on a busy machine.
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        if self._process.stdin is not None:
            self._process.stdin.close()
        return await self._process.wait()


def _end_of(code: int) -> str:
    """Say how a process ended: `SIGKILL`, `exit code 1`."""
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"exit code {code}"
