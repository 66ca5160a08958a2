"""The fetch room is tested on both event loops that it runs on."""

import asyncio
from typing import Any

import pytest

from crawler.runtime.eventloop import loop_factory

_LOOPS: dict[str, Any] = {"asyncio": asyncio.new_event_loop}  # Any: a loop's factory
if (uvloop_factory := loop_factory()) is not None:
    _LOOPS["uvloop"] = uvloop_factory


@pytest.fixture(scope="session", params=list(_LOOPS))
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": _LOOPS[request.param]}
