"""The real command line: a daemon as a process of its own, with the clock that a test wants."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.errors import StorageError
from storage.sqlite.database import open_corpus
from tests.support.inside import EventLog

# Every clock of the process but the monotonic one is moved before anything of ours is imported.
_MOVED = """
import datetime, sys, time_machine
now = datetime.datetime.now(datetime.UTC)
time_machine.travel(now + datetime.timedelta(seconds=float(sys.argv.pop(1))), tick=True).start()
from crawler.cli import main
main()
"""


def command(file: Path, *arguments: str, days: float = 0) -> list[str]:
    """Return the call of `drawdown` on a day that comes later than today."""
    start = [sys.executable, "-W", "ignore", "-c", _MOVED, str(days * 86_400)]
    return [*start, "--config", str(file), *arguments]


async def drawdown(file: Path, *arguments: str, days: float = 0) -> str:
    """Run a command to its end and return what it prints; it has to succeed."""
    process = await asyncio.create_subprocess_exec(
        *command(file, *arguments, days=days),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return out.decode()


@dataclass
class Daemon:
    """A running `drawdown run`, and its log."""

    process: asyncio.subprocess.Process
    store: Path
    lines: EventLog

    def events(self, name: str) -> list[dict[str, Any]]:
        return self.lines.events(name)

    def ask(self, query: str) -> Any:  # Any: a value of the store
        with suppress(StorageError, sqlite3.Error), open_corpus(self.store) as connection:
            row = connection.execute(query).fetchone()
            return None if row is None else row[0]

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until a condition holds; it is asked at each line of the log."""

        def holds_or_has_ended() -> object:
            return holds() or self.process.returncode is not None

        await self.lines.until(holds_or_has_ended)
        assert holds(), self.lines.getvalue()

    async def until_stored(self, articles: int) -> None:
        await self.until(lambda: (self.ask("SELECT count(*) FROM article") or 0) >= articles)

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


async def _read(process: asyncio.subprocess.Process, lines: EventLog) -> None:
    """Take over what a process logs, until it ends; what is no event is left out."""
    assert process.stderr is not None
    async for line in process.stderr:
        if line.startswith(b"{"):
            lines.write(line.decode())


@asynccontextmanager
async def running(file: Path, days: float = 0) -> AsyncIterator[Daemon]:
    """A daemon while the block runs, then stopped in order; a dead one is left so."""
    process = await asyncio.create_subprocess_exec(
        *command(file, "--log-json", "run", days=days), stderr=asyncio.subprocess.PIPE
    )
    lines = EventLog()
    daemon = Daemon(process, file.with_name("corpus.db"), lines)
    async with asyncio.TaskGroup() as group:
        group.create_task(_read(process, lines))
        try:
            await daemon.until(lambda: daemon.events("started"))  # from now on it hears signals
            yield daemon
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                assert await process.wait() == 0, lines.getvalue()
        finally:
            if process.returncode is None:
                await daemon.kill()
