"""How long the last live name takes while a few names never answer.

    python -m bench.names --live 200 --dead 6

A name server on loopback answers after 30 ms, dead names not at all. Measured on the same loop: our
resolver, and the system's look-ups in threads as asyncio and uvloop do them (which need root, a
private mount namespace and a resolver configuration, so here a thread sleeps instead of asking).
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable

from crawler.errors import FetchError
from crawler.fetch.http.resolver import Resolver
from crawler.runtime.eventloop import run
from tests.support.nameserver import NameServer, answering

_ANSWERS_AFTER, _GIVES_UP_AFTER = 0.03, 10.0


async def _last_live(
    live: list[str], dead: list[str], look_up: Callable[[str], Awaitable[object]]
) -> float:
    """Ask for all names at once, the dead ones first; return when the last live one was there."""
    started, ended = time.perf_counter(), 0.0

    async def ask(name: str) -> None:
        nonlocal ended
        try:
            await look_up(name)
        except FetchError:
            return
        ended = max(ended, time.perf_counter() - started)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(name)) for name in (*dead, *live)]
        await asyncio.wait(tasks[len(dead) :])
        for task in tasks[: len(dead)]:
            task.cancel()
    return ended


async def measure(live_names: int, dead_names: int) -> None:
    """Measure with and without dead names, and print."""
    live = [f"live{n}.example" for n in range(live_names)]
    dead = [f"dead{n}.example" for n in range(dead_names)]
    names = NameServer({name: ["127.0.0.1"] for name in live}, delay=_ANSWERS_AFTER, dead=dead)
    async with answering(names) as place:
        for title, asked in (("none dead", []), (f"{dead_names} dead", dead)):
            resolver = Resolver(_GIVES_UP_AFTER, [place])
            seconds = await _last_live(live, asked, resolver.resolve)
            await resolver.aclose()
            print(f"our resolver, {live_names} live names, {title}: last after {seconds:.3f} s")
    loop = asyncio.get_running_loop()

    async def threaded(name: str) -> None:
        pause = 1.0 if name in dead else _ANSWERS_AFTER  # a tenth of what a dead name takes
        await loop.run_in_executor(None, time.sleep, pause)

    seconds = await _last_live(live, dead, threaded)
    print(f"asyncio's threads, dead names taking 1 s instead of 10: last after {seconds:.3f} s")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--live", type=int, default=200)
    parser.add_argument("--dead", type=int, default=6)
    asked = parser.parse_args()
    run(measure(asked.live, asked.dead))


if __name__ == "__main__":
    main()
