"""The tutorial, followed to the letter: its commands work, and print what it shows."""

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
# The environment and the demo have tests of their own; the folder is made by the test.
LEFT_OUT = ("make demo", ".venv/bin/drawdown", "mkdir", "../../.venv/bin/python -m pip")
SERVERS = ("python3 ", "drawdown run")
LATEST = 200  # seconds until something must have happened, also on a busy machine


@dataclass(frozen=True)
class Step:
    """A block of commands and the output that the page shows under it, or nothing."""

    commands: str
    shown: str


def read_steps(page: str) -> list[Step]:
    """Return the blocks of shell in order, each with the first other block behind it."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", page, re.M | re.S)
    followers = [*blocks[1:], ("sh", "")]
    return [
        Step(text, "" if next_kind == "sh" else shown)
        for (kind, text), (next_kind, shown) in zip(blocks, followers, strict=True)
        if kind == "sh"
    ]


def comparable(output: str) -> list[str]:
    """Return the lines of an output that are the same everywhere: no times, no folders."""
    lines = [re.sub(r"\.[0-9a-f]{8}\b", "", line) for line in output.splitlines() if line.strip()]
    return [line for line in lines if not line.startswith("… ") and ", store " not in line]


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LATEST
    while not what():
        assert time.monotonic() < deadline, "the tutorial waits in vain"
        time.sleep(0.1)


class Reader:
    """Somebody who follows the page: terminals in one folder, each server with its output."""

    def __init__(self, folder: Path, ports: dict[str, str]) -> None:
        self.folder = folder
        self.outputs: list[Path] = []
        self._ports = ports
        self._stack = ExitStack()
        self._environment = dict(os.environ, PYTHONPATH=str(ROOT))
        self._environment["PATH"] = f"{_bin(folder)}{os.pathsep}{os.environ['PATH']}"

    def close(self) -> None:
        """Stop the servers."""
        self._stack.close()

    def follow(self, step: Step) -> str:
        """Run a block in this terminal, or a server in another; return what it printed."""
        commands = re.sub("|".join(self._ports), lambda port: self._ports[port[0]], step.commands)
        if step.commands.startswith(SERVERS):
            self._stack.enter_context(self._server(commands))
            return ""
        ran = subprocess.run(
            ["sh", "-c", commands],  # noqa: S607 - as the reader has it
            cwd=self.folder, env=self._environment, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout
        return self._shown(ran.stdout)

    def reaches(self, port: str) -> bool:
        """Whether a server listens at this port of the page."""
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", int(self._ports[port]))) == 0

    def printed(self, server: int) -> str:
        """Return what the server with this number has printed."""
        return self._shown(self.outputs[server].read_text("utf-8"))

    def _shown(self, output: str) -> str:
        back = {ours: theirs for theirs, ours in self._ports.items()}
        return re.sub("|".join(back), lambda port: back[port[0]], output)

    @contextmanager
    def _server(self, commands: str) -> Iterator[None]:
        output = self.folder / f"server-{len(self.outputs)}.log"
        self.outputs.append(output)
        with output.open("w") as out:
            process = subprocess.Popen(
                shlex.split(commands),
                cwd=self.folder,
                env=self._environment,
                stdout=out,
                stderr=out,
            )
            try:
                yield
            finally:
                process.terminate()
                process.wait(LATEST)


def _bin(folder: Path) -> Path:
    """Make the two programs that the page calls: ours, and a Python."""
    path = folder / "bin"
    path.mkdir()
    for name, call in (("drawdown", '-c "from crawler.cli import main; main()"'), ("python3", "")):
        (path / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {call} "$@"\n')
        (path / name).chmod(0o755)
    return path


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    pytest.importorskip("apprise")
    (tmp_path / "lantern").mkdir()
    reader = Reader(tmp_path, {"8000": free_port(), "8001": free_port()})
    yield reader
    reader.close()


def test_the_tutorial_works_and_prints_what_it_shows(reader: Reader) -> None:
    steps = read_steps((ROOT / "docs" / "tutorial.md").read_text("utf-8"))
    for step in steps:
        if step.commands.startswith(LEFT_OUT):
            continue
        printed = reader.follow(step)
        if "http.server" in step.commands:
            wait_for(lambda: reader.reaches("8000"))
        elif step.commands.startswith("python3 receiver"):
            wait_for(lambda: reader.reaches("8001"))
        elif step.commands.startswith("drawdown run"):
            wait_for(lambda: reader.printed(1).count("visited: ") == 2)
        elif "[[alert]]" in step.commands:
            wait_for(lambda: "reloaded" in reader.printed(1))
        elif "harbour.html" in step.commands:
            wait_for(lambda: "alert “Withdrawal”" in reader.printed(2))
            printed = reader.printed(2)
        missing = [line for line in comparable(step.shown) if line not in comparable(printed)]
        assert missing == [], f"the tutorial shows otherwise after {step.commands!r}"
