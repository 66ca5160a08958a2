"""Run the tests beside busy processes, in random order, and report what fails and how long it took.

    python -m bench.busy --fast 10 --whole 3

A test that passes on an idle machine alone depends on the machine. `--whole 10` is for a night.
Exits with 1 where a run failed.
"""

import argparse
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_SPIN = "while True: pass"
_FAST = ("-m", "not slow")
_OUTCOME = re.compile(r"^(?:FAILED|ERROR) .*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lane:
    """A selection of the tests, and how often it is run."""

    name: str
    arguments: tuple[str, ...]
    runs: int


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep so many processes busy while the block runs."""
    started = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()


def run_lane(lane: Lane, seed: int, workers: int) -> bool:
    """Run a lane once, print its closing line and what failed; return whether all passed."""
    command = [
        sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider",
        "--random-order", f"--random-order-seed={seed}", *lane.arguments,
    ]  # fmt: skip
    if workers > 1:
        command += ["-n", str(workers)]
    started = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started

    lines = run.stdout.strip().splitlines() or [run.stderr.strip()]
    colour = "green" if run.returncode == 0 else "RED"
    print(f"{lane.name:5} seed {seed:3} {colour:5} {seconds:5.0f} s  {lines[-1]}", flush=True)
    for failure in _OUTCOME.findall(run.stdout):
        print(f"      {failure}", flush=True)
    return run.returncode == 0


def main() -> None:
    """Run each lane as often as asked; exit with 1 where a run failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--busy", type=int, default=8, help="busy processes")
    parser.add_argument("--fast", type=int, default=10, help="runs of the unit lane")
    parser.add_argument("--whole", type=int, default=3, help="runs of all tests")
    parser.add_argument("--workers", type=int, default=1, help="processes that pytest uses")
    parser.add_argument("--seed", type=int, default=1, help="of the first order")
    asked = parser.parse_args()
    # A stop ends the busy processes too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    lanes = (Lane("fast", _FAST, asked.fast), Lane("whole", (), asked.whole))
    with busy(asked.busy):
        passed = [
            run_lane(lane, asked.seed + number, asked.workers)
            for lane in lanes
            for number in range(lane.runs)
        ]
    print(f"{sum(passed)} of {len(passed)} runs passed beside {asked.busy} busy processes")
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
