"""Which event loop a command runs on."""

import asyncio
from importlib.metadata import PackageNotFoundError

import pytest

from crawler.runtime import eventloop


@pytest.mark.parametrize(
    ("found", "is_used"),
    [("0.23.0", True), ("1.0.0", True), ("0.22.1", False), ("0.9", False), (None, False)],
)
def test_uvloop_is_used_from_the_version_that_is_safe(
    monkeypatch: pytest.MonkeyPatch, found: str | None, is_used: bool
) -> None:
    pytest.importorskip("uvloop")

    def version(_name: str) -> str:
        if found is None:
            raise PackageNotFoundError
        return found

    monkeypatch.setattr(eventloop, "version", version)

    assert (eventloop.loop_factory() is not None) is is_used


def test_a_coroutine_is_run_to_its_end() -> None:
    async def main() -> str:
        await asyncio.sleep(0)
        return "done"

    assert eventloop.run(main()) == "done"
