"""Parsers in processes that can be killed: a hang or a crash costs one page, never the crawler.

No timeout of asyncio stops a C parser or a regular expression; a signal does.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from crawler import log
from crawler.dedupe.revisions import Change
from crawler.errors import FeedUnreadable, FetchError, WorkerFailed
from crawler.jobs import FRAME_LENGTH, READY, Changes, ChangesJob, PageJob, SourceJob
from storage.model import FeedReading, PageReading
from storage.outcome import Outcome

T = TypeVar("T", FeedReading, PageReading, Changes)

_LIFETIME = 2000  # jobs, after which a worker is replaced: allocators fragment
# numpy reserves address space for every thread it might start, and the space is limited here.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_IDLE_SECONDS = 60.0  # without a job a worker is ended: it holds 60 MB, and starts in half a second
_START_SECONDS = 60.0  # a start imports the parsers; a busy machine takes its time
_log = log.get("workers")


class _Worker:
    """One process and the job it is at."""

    def __init__(self, process: asyncio.subprocess.Process):
        self._process = process
        self.jobs = 0
        self.used_at = time.monotonic()

    @classmethod
    async def start(cls, arguments: list[str]) -> "_Worker":
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "crawler.worker", *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **_ONE_THREAD},
        )  # fmt: skip
        worker = cls(process)
        try:
            async with asyncio.timeout(_START_SECONDS):
                ready = await worker._receive()
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            code = await worker.kill()
            raise WorkerFailed(
                f"a parser process does not start (exit code {code}); its last words stand above, "
                "and drawdown.limits.worker_bytes may be too small"
            ) from error
        except BaseException:
            await worker.kill()
            raise
        if ready != READY:
            raise WorkerFailed(f"a parser process began with {ready[:20]!r}")
        return worker

    async def ask(self, payload: bytes) -> bytes:
        """Send a job and wait for the answer. Raises EOFError where the process died."""
        assert self._process.stdin is not None  # noqa: S101 - it was made with a pipe
        self.jobs += 1
        self.used_at = time.monotonic()
        try:
            self._process.stdin.write(FRAME_LENGTH.pack(len(payload)) + payload)
            await self._process.stdin.drain()
            return await self._receive()
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise EOFError from error

    async def _receive(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - it was made with a pipe
        head = await self._process.stdout.readexactly(FRAME_LENGTH.size)
        return await self._process.stdout.readexactly(FRAME_LENGTH.unpack(head)[0])

    async def kill(self) -> int:
        """End the process at once; return how it ended."""
        with suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        return await self._process.wait()


class WorkerPool:
    """A few workers, handed one job each. Use as `async with WorkerPool.open(...) as workers`."""

    def __init__(self, count: int, timeout: float, arguments: list[str]):
        self._timeout = timeout
        self._arguments = arguments
        self._idle: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(count):
            self._idle.put_nowait(None)  # a place, filled when it is first needed
        self._all: set[_Worker] = set()

    @classmethod
    @asynccontextmanager
    async def open(
        cls, *, count: int, timeout: float, memory_bytes: int, topic_file: Path | None = None
    ) -> AsyncIterator[Self]:
        """Keep `count` processes, each job limited to `timeout` seconds and to the memory."""
        arguments = [str(memory_bytes), *([str(topic_file)] if topic_file else [])]
        pool = cls(count, timeout, arguments)
        resting = asyncio.create_task(pool._rest())
        try:
            yield pool
        finally:
            resting.cancel()
            for worker in list(pool._all):
                await worker.kill()

    async def _rest(self) -> None:
        """End workers that nobody has needed for a while."""
        while True:
            await asyncio.sleep(_IDLE_SECONDS / 4)
            before = time.monotonic() - _IDLE_SECONDS
            places = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
            ended = [one for one in places if one is not None and one.used_at < before]
            for place in places[::-1]:  # the one used last is on top again
                self._idle.put_nowait(None if place in ended else place)
            for worker in ended:
                self._all.discard(worker)
                await worker.kill()

    async def read_source(self, job: SourceJob) -> FeedReading:
        """Read entries. Raises FeedUnreadable, or FetchError where the parser was lost."""
        return await self._do("source", job, job.url, FeedReading)

    async def read_page(self, job: PageJob) -> PageReading:
        """Read an article. Raises FetchError where the parser was lost."""
        return await self._do("page", job, job.url, PageReading)

    async def find_changes(self, job: ChangesJob) -> tuple[Change, ...]:
        """Compare two texts of an article. Raises FetchError where the parser was lost."""
        return (await self._do("changes", job, job.url, Changes)).kinds

    async def _do(self, name: str, job: object, url: str, kind: type[T]) -> T:
        frame = await self._ask(msgspec.msgpack.encode((name, job)), url)
        status, payload = msgspec.msgpack.decode(frame, type=tuple[str, msgspec.Raw])
        if status == "ok":
            return msgspec.msgpack.decode(payload, type=kind)
        message = msgspec.msgpack.decode(payload, type=str)
        if status == "unreadable":
            raise FeedUnreadable(message)
        _log.error("parser failed", url=url, detail=message)
        raise FetchError(Outcome.PARSE_CRASH, url, message.strip().splitlines()[-1][:300])

    async def _ask(self, payload: bytes, url: str) -> bytes:
        """Give a job to an idle worker; replace the one that does not come back."""
        worker = await self._idle.get()
        kept: _Worker | None = None
        try:
            if worker is None:
                worker = await _Worker.start(self._arguments)
                self._all.add(worker)
            async with asyncio.timeout(self._timeout):
                answer = await worker.ask(payload)
            kept = worker if worker.jobs < _LIFETIME else None
            return answer
        except TimeoutError:
            _log.warning("parser killed", url=url, seconds=self._timeout)
            raise FetchError(
                Outcome.PARSE_TIMEOUT, url, f"not parsed in {self._timeout:g} s"
            ) from None
        except EOFError:
            _log.warning("parser died", url=url)
            raise FetchError(Outcome.PARSE_CRASH, url, "the parser process died") from None
        finally:
            if kept is None and worker is not None:
                self._all.discard(worker)
                await worker.kill()
            self._idle.put_nowait(kept)
