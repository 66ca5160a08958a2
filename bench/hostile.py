"""The hostile farm: serves tests.support.behaviours, and measures what each costs.

    python -m bench.hostile [--engine httpx]

The servers run in a process of their own. For each behaviour: whether it ended as it must, how long
it took, how much the memory grew, how long the event loop was held, and whether the next page of
the same origin came back right.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench.work import resident_bytes
from crawler import log
from crawler.fetch.http.client import Client
from crawler.runtime.eventloop import run
from storage.records.model import Engine
from tests.support.behaviours import BEHAVIOURS, STALL_TIMEOUT
from tests.support.hostile import expected, fetch, plain, serving


@dataclass(slots=True)
class Cost:
    """What one fetch cost."""

    seconds: float = 0.0
    mib: float = 0.0
    lag: float = 0.0  # the longest time that the loop was held


@asynccontextmanager
async def _measured(cost: Cost) -> AsyncIterator[None]:
    async def watch() -> None:
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(0.002)
            cost.lag = max(cost.lag, time.perf_counter() - asked - 0.002)
            cost.mib = max(cost.mib, (resident_bytes() - before) / 2**20)

    before, started = resident_bytes(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        await asyncio.sleep(0)
        yield
        await asyncio.sleep(0.003)
        watching.cancel()
    cost.seconds = time.perf_counter() - started


async def measure(origin: str, engine: Engine) -> None:
    """Fetch every behaviour and print the dearest, and the sums."""
    costs: dict[str, Cost] = {}
    wrong: list[str] = []
    async with Client(
        user_agent="drawdown/bench", connect_timeout=1.0, read_timeout=STALL_TIMEOUT,
        allow_private=["127.0.0.0/8"], engine=engine,
    ) as fetching:  # fmt: skip
        for name, behaviour in BEHAVIOURS.items():
            costs[name] = cost = Cost()
            async with _measured(cost):
                ended = await fetch(fetching, origin, name)
            await asyncio.sleep(behaviour.gap)
            if ended != expected(name, engine) or not await plain(fetching, origin):
                wrong.append(name)
    print(f"{len(costs)} behaviours, {len(wrong)} ended otherwise than they must: {wrong}")
    for title, unit, of in (
        ("longest", "s", {name: cost.seconds for name, cost in costs.items()}),
        ("most memory", "MiB", {name: cost.mib for name, cost in costs.items()}),
        ("longest lag", "ms", {name: cost.lag * 1000 for name, cost in costs.items()}),
    ):
        worst = sorted(of, key=of.__getitem__, reverse=True)[:3]
        print(f"{title}: " + "; ".join(f"{name} {of[name]:.2f} {unit}" for name in worst))


async def serve_until_closed() -> None:
    """The servers' process: print the origin, serve until the parent closes the pipe."""
    async with serving() as origin:
        print(origin, flush=True)
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Start the servers and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", type=Engine, default=Engine.DRAWDOWN)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        asyncio.run(serve_until_closed())
        return
    log.set_up(quiet=True)
    command = [sys.executable, "-m", "bench.hostile", "--serve"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as servers:
        assert servers.stdout is not None
        run(measure(servers.stdout.readline().strip(), asked.engine))
        servers.kill()


if __name__ == "__main__":
    main()
