"""What tests share: the lanes, the asyncio backend, the evaluation data where a machine has it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from crawler import log
from tests.support.small_farm import Farm

Row = dict[str, Any]  # Any: a line of JSON

SHARED = Path(__file__).parents[2] / "shared"

# A busy machine may take any time for one example: only what is found counts.
settings.register_profile("drawdown", deadline=None)
settings.load_profile("drawdown")

# The audit events of a new process: https://docs.python.org/3/library/audit_events.html
_PROCESS_EVENTS = frozenset({"subprocess.Popen", "os.fork", "os.posix_spawn", "os.exec"})


class _Lane:
    """Which lane the running test is in; read by the audit hook, which cannot be removed."""

    is_fast = False

    def check(self, event: str, _arguments: tuple[object, ...]) -> None:
        """Refuse a new process in the unit lane."""
        if self.is_fast and event in _PROCESS_EVENTS:
            pytest.fail("a test that starts a process is to be marked slow")


_LANE = _Lane()
sys.addaudithook(_LANE.check)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let a test start processes only where it is marked `slow`."""
    _LANE.is_fast = item.get_closest_marker("slow") is None
    try:
        return (yield)
    finally:
        _LANE.is_fast = False


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _quiet_log() -> None:
    log.set_up(quiet=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation data beside the checkout; tests that measure with it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("the evaluation data is not beside this checkout")
    return SHARED


def read_rows(file: Path) -> list[Row]:
    """Return the rows of a JSONL file; str.splitlines would also divide at U+2028."""
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


@pytest.fixture
def farm(tmp_path: Path) -> Farm:
    """Outlets that answer on loopback."""
    return Farm(tmp_path)
