"""The program under attack: `drawdown` as a process of its own, whose clock the campaign moves."""

import asyncio
import os
import signal
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

# Every clock of the process but the monotonic one follows the number of seconds in a file.
_FOLLOWING = """
import datetime, pathlib, sys, threading, time
import time_machine
place = pathlib.Path(sys.argv.pop(1))
moved = float(place.read_text())
start = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=moved)
clock = time_machine.travel(start, tick=True).start()
def follow():
    global moved
    while True:
        time.sleep(0.1)
        wanted = float(place.read_text())
        if wanted != moved:
            clock.shift(wanted - moved)
            moved = wanted
threading.Thread(target=follow, daemon=True).start()
from crawler.cli import main
main()
"""
_LAST_LINES = 40  # of the log of a daemon that ended by itself
_STUCK_SECONDS = 300.0  # a guard against a hang: a busy machine may take long
_PARSER = "crawler.workers.process"


@dataclass(slots=True)
class Clock:
    """The clock of every process of a campaign: so many seconds off, written to a file."""

    file: Path
    moved: float = 0.0

    def move(self, seconds: float) -> None:
        """Let the clock jump."""
        self.moved += seconds
        written = self.file.with_suffix(".next")
        written.write_text(str(self.moved), "utf-8")
        written.replace(self.file)


@dataclass(slots=True)
class Program:
    """How `drawdown` is called, and what came of the daemon that is running."""

    config: Path
    clock: Clock
    log: Path  # of all daemons, one after another
    temporary: Path  # where the processes put their temporary files
    starts: int = 0
    ended_by_themselves: list[str] = field(default_factory=list)  # the ends of their logs
    outliving: int = 0  # parsers that were left when their daemon had ended
    is_asked_to_end: bool = False
    _process: asyncio.subprocess.Process | None = None
    _logged_before: int = 0  # bytes, by earlier daemons

    @property
    def pid(self) -> int | None:
        """The daemon, while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def call(
        self,
        *arguments: str,
        within_seconds: float = _STUCK_SECONDS,
    ) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it said of errors."""
        process = await self._start(*arguments, errors=asyncio.subprocess.PIPE)
        _, errors = await asyncio.wait_for(process.communicate(), within_seconds)
        assert process.returncode is not None
        return process.returncode, errors.decode("utf-8", "replace")

    async def start(self) -> None:
        """Start a daemon where none runs."""
        if self.pid is not None:
            return
        self.is_asked_to_end = False
        with self.log.open("ab") as log:
            self._logged_before = log.tell()
            self._process = await self._start("--log-json", "run", errors=log.fileno())
        self.starts += 1

    async def _start(self, *arguments: str, errors: int) -> asyncio.subprocess.Process:
        call = (sys.executable, "-W", "ignore", "-c", _FOLLOWING, str(self.clock.file))
        return await asyncio.create_subprocess_exec(
            *call, "--config", str(self.config), *arguments,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, "TMPDIR": str(self.temporary)},
        )  # fmt: skip

    async def is_ready(self) -> None:
        """Wait until the daemon polls, or has ended."""
        async with asyncio.timeout(_STUCK_SECONDS):
            while self.pid is not None and not self._has_polled():  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)

    def _has_polled(self) -> bool:
        with self.log.open("rb") as log:
            log.seek(self._logged_before)
            return b'"polled"' in log.read()

    def send(self, number: signal.Signals) -> None:
        """Send the daemon a signal."""
        self.is_asked_to_end |= number in {signal.SIGTERM, signal.SIGKILL}
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def kill(self) -> None:
        """End the daemon as a power failure would."""
        self.note_own_end()
        self.send(signal.SIGKILL)
        await self._wait()

    async def stop(self) -> None:
        """Ask the daemon to end. An end with an error is one by itself."""
        self.note_own_end()
        self.send(signal.SIGTERM)
        code = await self._wait()
        # Before Python has set its handlers a signal ends it as it ends any program.
        if code not in (0, -signal.SIGTERM):
            self.ended_by_themselves.append(f"exit code {code} at a stop\n{self._last_lines()}")

    async def _wait(self) -> int:
        """Wait for the end of the daemon and of its parsers; return its exit code."""
        ended, self._process = self._process, None
        if ended is None:
            return 0
        code = await asyncio.wait_for(ended.wait(), _STUCK_SECONDS)
        self.outliving += await _outlive(ended.pid)
        return code

    def note_own_end(self) -> bool:
        """Note whether the daemon has ended though nobody asked it to."""
        if self._process is None or self._process.returncode is None or self.is_asked_to_end:
            return False
        code, self._process = self._process.returncode, None
        self.ended_by_themselves.append(f"exit code {code}\n{self._last_lines()}")
        return True

    def _last_lines(self) -> str:
        with self.log.open(encoding="utf-8", errors="replace") as log:
            return "".join(deque((one for one in log if '"info"' not in one), _LAST_LINES))

    def parsers(self) -> list[int]:
        """Return the parser processes of the daemon."""
        return [] if self.pid is None else _parsers_of(self.pid)


def _parsers_of(daemon: int) -> list[int]:
    """Return parser processes by the number of the daemon in their command lines."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().decode().split("\0")
            if _PARSER in words and words[words.index(_PARSER) + 1] == str(daemon):
                found.append(int(folder.name))
    return found


async def _outlive(daemon: int) -> int:
    """Wait for the parsers of a daemon that has ended; return how many do not end."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_STUCK_SECONDS / 10):
            while _parsers_of(daemon):  # noqa: ASYNC110 - other processes
                await asyncio.sleep(0.05)
    return len(_parsers_of(daemon))
