"""What a campaign does to a running daemon: each trouble is one function, named in the report."""

import asyncio
import os
import random
import resource
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.chaos.crawler import Program

_JUMPS = (30.0, -30.0, 3600.0, -3600.0, 86_400.0, -86_400.0)  # seconds
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the troubles happen."""

    program: Program
    store: Path
    urls: Callable[[], list[str]]  # published so far
    has_small_disk: bool
    rng: random.Random


Trouble = Callable[[Scene], Awaitable[None]]


async def kill(scene: Scene) -> None:
    """SIGKILL, and a new daemon at once."""
    await scene.program.kill()


async def kill_while_it_starts(scene: Scene) -> None:
    """SIGKILL twice, the second time in the first seconds of a daemon."""
    await scene.program.kill()
    await scene.program.start()
    await asyncio.sleep(scene.rng.uniform(0.0, 2.0))
    await scene.program.kill()


async def stop(scene: Scene) -> None:
    """SIGTERM at any moment."""
    await scene.program.stop()


async def stop_while_it_starts(scene: Scene) -> None:
    """SIGTERM in the first seconds of a daemon."""
    await scene.program.kill()
    await scene.program.start()
    await asyncio.sleep(scene.rng.uniform(0.0, 2.0))
    await scene.program.stop()


async def stop_twice(scene: Scene) -> None:
    """SIGTERM, and a second one that cuts the end short."""
    scene.program.send(signal.SIGTERM)
    await asyncio.sleep(scene.rng.uniform(0.0, 0.2))
    await scene.program.stop()


async def pause(scene: Scene) -> None:
    """SIGSTOP, and SIGCONT some seconds later."""
    scene.program.send(signal.SIGSTOP)
    await asyncio.sleep(scene.rng.uniform(0.5, 6.0))
    scene.program.send(signal.SIGCONT)


async def kill_parser(scene: Scene) -> None:
    """SIGKILL of a parser, idle or busy."""
    _signal(scene.rng.choice(scene.program.parsers() or [0]), signal.SIGKILL)


async def kill_starting_parser(scene: Scene) -> None:
    """SIGKILL of all parsers, and of those that take their places."""
    for _ in range(2):
        for parser in scene.program.parsers():
            _signal(parser, signal.SIGKILL)
        await asyncio.sleep(scene.rng.uniform(0.0, 1.5))


async def pause_parser(scene: Scene) -> None:
    """SIGSTOP of a parser, and SIGCONT some seconds later."""
    parser = scene.rng.choice(scene.program.parsers() or [0])
    _signal(parser, signal.SIGSTOP)
    await asyncio.sleep(scene.rng.uniform(0.5, 3.0))
    _signal(parser, signal.SIGCONT)


async def lock(scene: Scene) -> None:
    """Another program holds the write lock of the store."""
    with _holding(scene.store, "BEGIN EXCLUSIVE"):
        await asyncio.sleep(scene.rng.uniform(0.5, 12.0))


async def lock_at_the_start(scene: Scene) -> None:
    """Another program holds the write lock while a daemon starts."""
    await scene.program.kill()
    with _holding(scene.store, "BEGIN EXCLUSIVE"):
        await scene.program.start()
        await asyncio.sleep(scene.rng.uniform(2.0, 8.0))


async def long_reader(scene: Scene) -> None:
    """Another program reads for long: the log of the store cannot shrink meanwhile."""
    with _holding(scene.store, "BEGIN; SELECT count(*) FROM article"):
        await asyncio.sleep(scene.rng.uniform(2.0, 10.0))


async def few_files(scene: Scene) -> None:
    """The daemon may open no more files for some seconds."""
    pid = scene.program.pid
    if pid is None:
        return
    with suppress(OSError), _limited(pid, resource.RLIMIT_NOFILE, _opened(pid) + 1):
        await asyncio.sleep(scene.rng.uniform(1.0, 5.0))


async def small_parser(scene: Scene) -> None:
    """A parser has no more address space for some seconds."""
    parser = scene.rng.choice(scene.program.parsers() or [0])
    if not parser:
        return
    with suppress(OSError), _limited(parser, resource.RLIMIT_AS, _address_space(parser) + _MIB):
        await asyncio.sleep(scene.rng.uniform(1.0, 4.0))


async def full_disk(scene: Scene) -> None:
    """The disk of the store is full for some seconds."""
    ballast = scene.store.with_name("ballast")
    free = os.statvfs(scene.store.parent)
    try:
        with ballast.open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize)
        await asyncio.sleep(scene.rng.uniform(2.0, 8.0))
    finally:
        ballast.unlink()


async def large_files_refused(scene: Scene) -> None:
    """No file of the daemon may grow for some seconds, where there is no small disk to fill."""
    pid = scene.program.pid
    if pid is None:
        return
    with suppress(OSError), _limited(pid, resource.RLIMIT_FSIZE, scene.store.stat().st_size):
        await asyncio.sleep(scene.rng.uniform(2.0, 8.0))


async def clock_jump(scene: Scene) -> None:
    """The clock jumps by seconds, an hour or a day, ahead or back."""
    scene.program.clock.move(scene.rng.choice(_JUMPS))
    await asyncio.sleep(2.0)


async def command_beside(scene: Scene) -> None:
    """Commands ask the same hosts, and read the same store, beside the daemon."""
    urls = scene.urls()
    chosen = scene.rng.sample(urls, min(3, len(urls)))
    await scene.program.call("fetch", *chosen)
    await scene.program.call("status")


def troubles(has_small_disk: bool) -> list[Trouble]:
    """Return what happens in a campaign."""
    disk = full_disk if has_small_disk else large_files_refused
    return [
        kill, kill_while_it_starts, stop, stop_while_it_starts, stop_twice, pause, kill_parser,
        kill_starting_parser, pause_parser, lock, lock_at_the_start, long_reader, few_files,
        small_parser, disk, clock_jump, command_beside,
    ]  # fmt: skip


def _opened(process: int) -> int:
    """Return how many files a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def _address_space(process: int) -> int:
    """Return the bytes of address space of a process."""
    pages = Path(f"/proc/{process}/statm").read_text("utf-8").split()[0]
    return int(pages) * os.sysconf("SC_PAGESIZE")


def _signal(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        if process:
            os.kill(process, number)


@contextmanager
def _holding(store: Path, statements: str) -> Iterator[None]:
    """Hold a transaction of the store while the block runs, if it can be had."""
    with closing(sqlite3.connect(store, timeout=1.0, isolation_level=None)) as connection:
        with suppress(sqlite3.OperationalError):
            for statement in statements.split("; "):
                connection.execute(statement).fetchone()
        yield
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def _limited(process: int, limit: int, soft: int) -> Iterator[None]:
    """Lower a limit of a process while the block runs."""
    before = resource.prlimit(process, limit)
    resource.prlimit(process, limit, (soft, before[1]))
    try:
        yield
    finally:
        with suppress(OSError):
            resource.prlimit(process, limit, before)
