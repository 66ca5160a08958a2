"""What tests share: the lanes, the asyncio backend, the evaluation data where a machine has it."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from crawler import log
from crawler.workers.pool import WorkerPool
from tests.support.command import drawdown
from tests.support.inline import inline_pool
from tests.support.small_farm import Farm

Row = dict[str, Any]  # Any: a line of JSON

SHARED = Path(__file__).parents[2] / "shared"

# A busy machine may take any time for one example: only what is found counts. The examples are the
# same in each run, so that a change is judged by what it changes; others are looked for on purpose:
# HYPOTHESIS_PROFILE=search make test
settings.register_profile("drawdown", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "drawdown"))

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
def parsers_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parsers in this process, where what they read matters and not that they can be killed."""
    monkeypatch.setattr(WorkerPool, "open", inline_pool)


@pytest.fixture(scope="session")
def shown_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has run; nobody may change it."""
    folder = tmp_path_factory.mktemp("demo")
    done = drawdown("demo", "--json", "--folder", folder)
    assert done.returncode == 0, done.stderr
    (folder / "report.json").write_text(done.stdout, "utf-8")
    return folder


@pytest.fixture
def demo(shown_demo: Path, tmp_path: Path) -> Path:
    """A copy of a folder in which the demo has run, with its report in report.json."""
    return Path(shutil.copytree(shown_demo, tmp_path / "demo"))


@pytest.fixture
def farm(tmp_path: Path) -> Farm:
    """Outlets that answer on loopback."""
    return Farm(tmp_path)
