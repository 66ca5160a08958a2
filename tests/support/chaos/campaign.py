"""A campaign: a press that publishes, a daemon that crawls it, and trouble at random moments."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import run

from tests.support.chaos import verdict
from tests.support.chaos.crawler import Clock, Program
from tests.support.chaos.press import Press
from tests.support.chaos.troubles import Scene, Trouble, troubles
from tests.support.chaos.verdict import Row
from tests.support.farm import write_config
from tests.support.hook import Hook, hook

_DELAY, _OWN_DELAY = 1.0, 3.0  # seconds between two requests; of all hosts, of the patient ones
_PUBLISHED_EVERY = 8.0  # seconds, by each outlet
_CALM = (0.2, 4.0)  # seconds between two troubles
_DISK = "256m"  # of the store, where a disk of its own can be mounted
# What an hour of publishing left is fetched in one round, at the delay of each host.
_ROUND_SECONDS = 3600.0
_ROUNDS = 20  # after the campaign; each comes three hours later, so that every retry is due
_ROUND = 3 * 3600.0


@dataclass(slots=True)
class Result:
    """What happened, and what came of it."""

    rows: list[Row] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    published: int = 0
    requests: int = 0
    ended: list[str] = field(default_factory=list)  # logs of the daemons that ended by themselves


async def run_campaign(folder: Path, *, minutes: float, seed: int) -> Result:
    """Run a campaign in a folder. Whatever happens is chosen by the seed; when, by the machine."""
    rng = random.Random(seed)
    press, result = Press(rng), Result()
    with ExitStack() as stack:
        place = folder / "store"
        has_small_disk = stack.enter_context(_small_disk(place))
        desk = stack.enter_context(hook())
        async with press.serve() as places:
            program = _program(folder, place, places, press, desk)
            store = place / "corpus.db"
            scene = Scene(program, store, lambda: list(press.published), has_small_disk, rng)
            await _attack(scene, press, result, minutes)
            await _settle(program, press, store)
            result.rows = list(_rows(program, press, desk, store))
    result.starts, result.ended = program.starts, program.ended_by_themselves
    result.published, result.requests = len(press.published), len(press.asked)
    return result


async def _attack(scene: Scene, press: Press, result: Result, minutes: float) -> None:
    """Let troubles happen to a daemon, each kind once before any comes again."""
    program, rng = scene.program, scene.rng
    until = time.monotonic() + 60 * minutes
    press.publish()
    publishing = asyncio.create_task(press.publish_every(_PUBLISHED_EVERY))
    waiting: list[Trouble] = []
    try:
        while time.monotonic() < until:
            await program.start()
            await program.is_ready()
            await asyncio.sleep(rng.uniform(*_CALM))
            program.note_own_end()
            if program.pid is None:
                continue
            if not waiting:
                waiting = troubles(scene.has_small_disk)
                rng.shuffle(waiting)
            trouble = waiting.pop()
            result.happened[trouble.__name__] += 1
            await trouble(scene)
            program.note_own_end()
    finally:
        publishing.cancel()
    if program.pid is not None:
        await program.stop()


async def _settle(program: Program, press: Press, store: Path) -> None:
    """Crawl in peace until everything is stored; each round comes hours after the one before."""
    for _ in range(_ROUNDS):
        program.clock.move(_ROUND)
        code, errors = await program.call("once", within_seconds=_ROUND_SECONDS)
        if code != 0:
            program.ended_by_themselves.append(f"once: exit code {code}\n{errors[-2000:]}")
        if not any(row.found for row in verdict.of_store(store, press.published)):
            return


def _rows(program: Program, press: Press, desk: Hook, store: Path) -> Iterator[Row]:
    headlines = [headline for headline, _ in press.published.values()]
    yield from verdict.of_store(store, press.published)
    yield from verdict.of_alerts(desk, headlines)
    yield from verdict.of_servers(press.asked, _delays(press))
    yield Row("ended by itself", "daemons", tuple(_last_lines(program.ended_by_themselves)))
    yield from verdict.of_folders(store, program.temporary, program.outliving)


def _last_lines(logs: list[str]) -> Iterator[str]:
    for log in logs:
        lines = log.strip().splitlines()
        yield f"{lines[0]}: {lines[-1][-300:]}"


def _delays(press: Press) -> dict[str, float]:
    """Return the delay of each server."""
    return {".".join(host.split(".")[-2:]): _delay_of(host) for host in press.sources}


def _delay_of(host: str) -> float:
    return _OWN_DELAY if host.startswith("paper1.") else _DELAY


def _program(
    folder: Path, place: Path, places: Mapping[str, str], press: Press, desk: Hook
) -> Program:
    sources = "".join(
        f'[[source]]\nname = "{host}"\nfeed = "http://{host}/feed"\ninterval = "5s"\n'
        f'delay = "{_delay_of(host):g}s"\n'
        for host in press.sources
    )
    alert = f'[[alert]]\nname = "Desk"\nto = "{desk.address}"\nquery = "troops"\n'
    config = write_config(
        place / "sources.toml", places, sources + alert,
        limits=f'delay = "{_DELAY:g}s"\nleast_free_bytes = 0\ndrain = "5s"\n'
               'worker_bytes = 1073741824',
        general='max_age = "3650d"',
    )  # fmt: skip
    temporary = folder / "temporary"
    temporary.mkdir()
    clock = Clock(folder / "clock")
    clock.move(0.0)
    return Program(config, clock, folder / "log.jsonl", temporary)


@contextmanager
def _small_disk(place: Path) -> Iterator[bool]:
    """Give a folder a disk of its own, where this user may mount one."""
    place.mkdir()
    mounting = ("mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(place))
    try:
        is_mounted = run(mounting, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        is_mounted = False
    try:
        yield is_mounted
    finally:
        if is_mounted:
            unmounting = ("umount", "-l", str(place))
            run(unmounting, capture_output=True, check=False)
