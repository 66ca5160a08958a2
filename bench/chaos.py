"""Attack a running crawler for some minutes, and count what it lost, doubled or left behind.

    python -m bench.chaos --minutes 60
    python -m bench.chaos --minutes 2

A daemon crawls a press that publishes as time passes, hostile hosts among it. At random moments it
is killed, stopped or paused, its parsers are killed, other programs lock the store, the disk fills,
files and memory run short, the clock jumps, and commands ask the same hosts. Every count of the
verdict has to be 0. Commands that write are killed too, and have to leave no half file. Where the
user may mount a disk (root), the store is on a small one.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.support.chaos import verdict
from tests.support.chaos.campaign import Result, run_campaign
from tests.support.chaos.commands import run_killed

_SHARE = 0.8  # of the time is for the daemon, the rest for commands


async def _run(folder: Path, minutes: float, seed: int) -> Result:
    daemon, commands = folder / "daemon", folder / "commands"
    for one in (daemon, commands):
        one.mkdir()
    result = await run_campaign(daemon, minutes=minutes * _SHARE, seed=seed)
    result.rows += await run_killed(commands, minutes=minutes * (1 - _SHARE), seed=seed)
    return result


def main() -> None:
    """Run the campaign that the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="an empty folder for logs and store")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        result = asyncio.run(_run(folder, asked.minutes, asked.seed))
    happened = ", ".join(f"{times} {name}" for name, times in sorted(result.happened.items()))
    print(f"{asked.minutes:g} minutes, {result.starts} starts of a daemon, "
          f"{result.published} articles, {result.requests} requests")  # fmt: skip
    print(f"troubles: {happened}")
    print(verdict.report(result.rows))
    for log in result.ended:
        print(f"\n{log}")
    sys.exit(1 if any(row.found for row in result.rows) else 0)


if __name__ == "__main__":
    main()
