"""A million fetches in one process, a fifth of them hostile: what grows, and is all accounted for?

    python -m bench.soak --fetches 1000000

200 hosts, 40 of them served by the hostile farm, through the fetch loop with everything on. Prints
memory, sockets, tasks and threads on the way, and at the end how much memory grew over the last
half and whether every address ended in one outcome.
"""

import argparse
import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from bench import site
from bench.ours import Crawl
from bench.work import resident_bytes
from crawler import log
from crawler.fetch.http.client import Client
from crawler.runtime.eventloop import run
from storage.records.outcome import Outcome
from tests.support.behaviours import BEHAVIOURS, STALL_TIMEOUT
from tests.support.hostile import path_of

_PORT = 8082
_GOOD, _HOSTILE = 160, 40
_IN_FLIGHT = 200
_CHUNK = 20_000


def addresses(fetches: int) -> Iterator[str]:
    """Yield addresses: every fifth is hostile."""
    # A host that asks for a pause gets it, for hours: those behaviours would end the run early.
    names = [n for n, b in BEHAVIOURS.items() if b.outcome is not Outcome.RATE_LIMITED]
    behaviours = cycle(path_of(name) for name in names)
    for number in range(fetches):
        if number % 5:
            yield f"http://good{number % _GOOD}.example/p/{number % 7 * 4}?{number}"
        else:
            yield f"http://hostile{number // 5 % _HOSTILE}.example{next(behaviours)}?{number}"


def sample() -> dict[str, float]:
    """Return what a leak would let grow."""
    return {
        "MiB": resident_bytes() / 2**20,
        "sockets": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
    }


async def soak(fetches: int, hostile_place: str) -> None:
    """Fetch all and print samples and the verdict."""
    places = {f"good{n}.example:80": f"{site.address_of(n)}:{_PORT}" for n in range(_GOOD)}
    places |= {f"hostile{n}.example:80": hostile_place for n in range(_HOSTILE)}
    samples: list[dict[str, float]] = []
    lag = 0.0

    async def watch() -> None:
        nonlocal lag
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(0.01)
            lag = max(lag, time.perf_counter() - asked - 0.01)

    async with Client(
        user_agent="drawdown/bench", connect_timeout=1.0, read_timeout=STALL_TIMEOUT,
        allow_private=["127.0.0.0/8"], connect_to=places,
    ) as client, asyncio.TaskGroup() as group:  # fmt: skip
        watching = group.create_task(watch())
        crawl = Crawl(client, _IN_FLIGHT, deadline=2.0)
        started, urls = time.monotonic(), addresses(fetches)
        for done in range(0, fetches, _CHUNK):
            await crawl.run(list(islice(urls, _CHUNK)))
            samples.append(sample())
            _report(done + _CHUNK, time.monotonic() - started, lag, samples[-1])
            lag = 0.0
        watching.cancel()
    half = samples[len(samples) // 2 :]
    print(f"outcomes: {dict(crawl.tally)}")
    print(f"{crawl.tally.total()} of {fetches} addresses ended in one outcome")
    for key in half[0]:
        values = [s[key] for s in half]
        first, last, most = values[0], values[-1], max(values)
        print(f"last half, {key}: first {first:.1f}, last {last:.1f}, most {most:.1f}")


def _report(done: int, seconds: float, lag: float, now: dict[str, float]) -> None:
    shown = ", ".join(f"{value:.1f} {key}" for key, value in now.items())
    print(f"{done:9} fetches, {seconds:6.0f} s, lag {lag * 1000:4.0f} ms: {shown}", flush=True)


def main() -> None:
    """Start both sites and soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fetches", type=int, default=1_000_000)
    asked = parser.parse_args()
    log.set_up(quiet=True)
    command = [sys.executable, "-m", "bench.hostile", "--serve"]
    with (
        site.running("--port", str(_PORT), core=1),
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as hostile,
    ):
        assert hostile.stdout is not None
        run(soak(asked.fetches, hostile.stdout.readline().strip().removeprefix("http://")))
        hostile.kill()


if __name__ == "__main__":
    main()
