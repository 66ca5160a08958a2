"""What tests share: the asyncio backend, and the evaluation data where a machine has it."""

import json
from pathlib import Path
from typing import Any

import pytest

from crawler import log
from tests.support.small_farm import Farm

Row = dict[str, Any]  # Any: a line of JSON

SHARED = Path(__file__).parents[2] / "shared"


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
