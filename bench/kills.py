"""Kill the crawler at random moments and compare what is stored with an undisturbed run.

    python -m bench.kills --kills 500 --outlets 10 --articles 20

What is done and compared: tests/support/killed_crawls.py.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.support.killed_crawls import run_kills


def main() -> None:
    """Run the series that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--outlets", type=int, default=10)
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(
            run_kills(
                Path(folder), kills=asked.kills, outlets=asked.outlets, articles=asked.articles,
                seed=asked.seed,
            )
        )  # fmt: skip
    print(
        f"{result.kills} kills ({result.mid_work} in the middle of the work) over {result.rounds} "
        f"rounds of {asked.outlets * asked.articles} articles: {result.differences} corpora differ"
    )
    sys.exit(1 if result.differences else 0)


if __name__ == "__main__":
    main()
