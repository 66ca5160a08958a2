"""What a service manager hears of a daemon, from its start to its end."""

import asyncio
import os
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from crawler.daemon.systemd import Manager
from crawler.demo.server import serve
from storage.errors import StoreBusy
from tests.support.farm import feed_sources, make_outlets, write_config

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.platform != "linux", reason="systemd, and abstract sockets, are Linux's")
async def test_a_manager_hears_that_a_daemon_is_ready_alive_and_ends(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=1, articles=2, seed=4)
    async with serve(outlets) as connect_to, asyncio.timeout(60):
        file = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
            name = f"drawdown-{uuid.uuid4()}"
            heard.bind(f"\0{name}")
            heard.setblocking(False)
            async with daemon(file, NOTIFY_SOCKET=f"@{name}", WATCHDOG_USEC="600000") as process:
                first = await listen(heard)
                alive = [await listen(heard) for _ in range(2)]
                process.send_signal(signal.SIGTERM)
                last = await listen(heard, until="STOPPING=1")
                assert await process.wait() == 0

    assert "READY=1" in first
    assert f"MAINPID={process.pid}" in first
    assert "STATUS=1 sources" in first
    assert all("WATCHDOG=1" in lines for lines in alive)
    assert "EXTEND_TIMEOUT_USEC=60000000" in last


@asynccontextmanager
async def daemon(file: Path, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from crawler.cli import main; main()", "--config", str(file), "run",
        env=os.environ | environment, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def listen(heard: socket.socket, until: str = "") -> str:
    """Return the next message, or the next with a line."""
    while True:
        message = (await asyncio.get_running_loop().sock_recv(heard, 4096)).decode()
        if until in message:
            return message


def test_without_a_manager_nothing_is_said() -> None:
    manager = Manager({})
    manager.tell("READY=1")

    assert manager.patience is None


def test_a_manager_that_is_gone_is_no_failure(tmp_path: Path) -> None:
    Manager({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell("READY=1")


def test_the_watchdog_of_another_process_is_not_ours() -> None:
    assert Manager({"WATCHDOG_USEC": "5000000", "WATCHDOG_PID": "1"}).patience is None
    assert Manager({"WATCHDOG_USEC": "5000000"}).patience == 5.0


async def test_an_error_of_the_status_is_an_answer_and_no_hang(tmp_path: Path) -> None:
    errors = [ZeroDivisionError("ours"), StoreBusy("another program holds it")]

    async def prove() -> str:
        raise errors.pop(0)

    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(path))
        heard.setblocking(False)
        manager = Manager({"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "30000"})
        async with asyncio.timeout(30):
            await manager.ready(prove)
            first = await listen(heard)
            alive = asyncio.create_task(manager.keep_alive(prove))
            second = await listen(heard)
            alive.cancel()

    assert "READY=1" in first
    assert "ZeroDivisionError" in first
    assert second.startswith("WATCHDOG=1")
    assert "another program holds it" in second
