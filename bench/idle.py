"""What a daemon costs that has nothing to do, and how long its start and a reload take.

    python -m bench.idle --sources 10000 --seconds 60

A store that knows all sources, none of them due: the time from the call to the event `started`,
and from SIGHUP to `reloaded` after one outlet was changed; then the CPU and the memory of the
daemon and its parsers over so many seconds. Memory is the proportional share (PSS) of all
processes, so that pages they have in common count once.
"""

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.support.farm import write_config

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured."""

    first_start_seconds: float
    start_seconds: float
    reload_seconds: float
    cpu_share: float  # of one core
    memory_mib: float
    daemon_mib: float  # of the first process alone


async def measure(folder: Path, *, sources: int, seconds: float) -> Result:
    """Start a daemon over an empty store, and again; reload; watch it idle."""
    file = _config(folder, sources, "1h")
    process, first = await _started(file)
    process.kill()  # everything is due, and nobody is to be asked
    await process.wait()
    with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
        connection.execute("UPDATE poll_state SET next_poll_at = '2100-01-01T00:00:00.000Z'")
        connection.execute(
            "UPDATE host SET due_at = '2100-01-01T00:00:00.000Z', leased_until = NULL"
        )
    process, again = await _started(file)
    try:
        reload = await _reload(process, folder, sources)
        await asyncio.sleep(5)
        pids = list(_tree(process.pid))
        before, began = sum(map(_cpu, pids)), time.monotonic()
        await asyncio.sleep(seconds)
        share = (sum(map(_cpu, pids)) - before) / (time.monotonic() - began)
        memory = [_memory(pid) for pid in pids]
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()
    return Result(first, again, reload, share, sum(memory), memory[0])


def _config(folder: Path, sources: int, interval: str) -> Path:
    tables = "".join(
        f'[[source]]\nname = "Outlet {n}"\nfeed = "http://outlet{n}.example/feed"\n'
        f'language = "en"\ninterval = "{interval if n == 0 else "1h"}"\n'
        for n in range(sources)
    )
    return write_config(folder / "sources.toml", {}, tables)


async def _started(file: Path) -> tuple[asyncio.subprocess.Process, float]:
    """Start a daemon; return it and how long it took."""
    began = time.monotonic()
    with file.with_name("log.jsonl").open("w", encoding="utf-8") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from crawler.cli import main; main()",
            "--log-json", "--config", str(file), "run", stderr=log,
        )  # fmt: skip
    await _until(file.parent, "started")
    return process, time.monotonic() - began


async def _reload(process: asyncio.subprocess.Process, folder: Path, sources: int) -> float:
    _config(folder, sources, "2h")
    began = time.monotonic()
    process.send_signal(signal.SIGHUP)
    await _until(folder, "reloaded")
    return time.monotonic() - began


async def _until(folder: Path, event: str) -> None:
    """Wait for an event of the log."""
    while True:
        with (folder / "log.jsonl").open(encoding="utf-8") as lines:
            if any(json.loads(line)["event"] == event for line in lines if line.endswith("\n")):
                return
        await asyncio.sleep(0.005)


def _tree(pid: int) -> Iterator[int]:
    """Yield a process and all under it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _memory(pid: int) -> float:
    """Return the proportional share of a process, in MiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"no Pss of {pid}")


def main() -> None:
    """Measure and print. Linux alone: it reads /proc."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(
            measure(Path(folder), sources=arguments.sources, seconds=arguments.seconds)
        )
    print(f"{arguments.sources} sources")
    print(f"start, empty store    {found.first_start_seconds:6.2f} s")
    print(f"start                 {found.start_seconds:6.2f} s")
    print(f"reload                {found.reload_seconds:6.2f} s")
    print(f"idle, of one core     {100 * found.cpu_share:6.2f} %")
    print(f"idle, memory          {found.memory_mib:6.0f} MiB (the daemon {found.daemon_mib:.0f})")


if __name__ == "__main__":
    main()
