"""Kill commands that write at random moments: no half file with a final name, nothing lost.

    python -m bench.killed --kills 20

What is done and compared: tests/support/killed_commands.py. The crawl itself: bench/kills.py.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.support.killed_commands import run_killed


def main() -> None:
    """Run the series that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--outlets", type=int, default=10)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = asyncio.run(
            run_killed(
                Path(folder), kills=asked.kills, outlets=asked.outlets, articles=asked.articles,
                seed=asked.seed,
            )
        )  # fmt: skip
    for name, times in wrong.items():
        print(f"{name:16} {asked.kills} kills: {times} times wrong")
    sys.exit(1 if any(wrong.values()) else 0)


if __name__ == "__main__":
    main()
