"""What tests share: the asyncio backend, and the evaluation data where a machine has it."""

from pathlib import Path

import pytest

from crawler import log

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
