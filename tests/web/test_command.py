"""`drawdown web` as an operator calls it."""

import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.support.command import drawdown

CONFIG = '[drawdown]\ncontact = "me@example.org"\nstore = "corpus.db"\n'


@pytest.fixture
def config(file: Path) -> Path:
    """A configuration beside the store."""
    path = file.with_name("sources.toml")
    path.write_text(CONFIG, "utf-8")
    return path


def test_an_address_that_others_reach_needs_a_token(config: Path) -> None:
    done = drawdown("--config", config, "web", "--host", "0.0.0.0")  # noqa: S104 - it is refused

    assert done.returncode == 2
    assert "token" in done.stderr


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        ("a token that is long enough", 0o644, "chmod 600"),
        ("short", 0o600, "16 characters"),
        (None, 0, "cannot be read"),
    ],
)
def test_a_token_file_is_private_and_long(
    config: Path, content: str | None, mode: int, said: str
) -> None:
    token = config.with_name("token")
    if content is not None:
        token.write_text(content, "utf-8")
        token.chmod(mode)

    done = drawdown("--config", config, "web", "--token-file", token)

    assert done.returncode == 2
    assert said in done.stderr
    assert content is None or content not in done.stderr


def test_a_missing_corpus_is_a_message(config: Path) -> None:
    config.with_name("corpus.db").unlink()

    done = drawdown("--config", config, "web")

    assert done.returncode == 1
    assert "corpus.db" in done.stderr


def test_a_taken_port_is_a_message(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = drawdown("--config", config, "web", "--port", str(port))

    assert done.returncode == 1
    assert f"port {port}" in done.stderr


@pytest.mark.slow
def test_it_serves_until_it_is_stopped(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    call = [sys.executable, "-m", "crawler", "--config", str(config), "web", "--port", str(port)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        place = re.search(r"http://\S+", process.stdout.readline())
        assert place is not None
        forwarded = {"X-Forwarded-Host": "evil.example"}
        assert httpx.get(f"{place[0]}help", headers=forwarded).status_code == 200
        assert httpx.get(place[0], headers={"Host": "evil.example"}).status_code == 421
        port = int(place[0].rstrip("/").rpartition(":")[2])
        for sent, status in (
            (b"no http\r\n\r\n", b" 400 "),
            (b"GET /help HTTP/1.0\r\n\r\n", b" 421 "),
        ):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(sent)
                said = b"".join(iter(lambda: connection.recv(4096), b""))
            assert status in said.splitlines()[0]
            assert b"content-security-policy" in said
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0


@pytest.mark.slow
def test_nothing_else_loads_the_web_framework(config: Path) -> None:
    loads = (
        "import sys, storage; from crawler.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    )
    loads += "print(sorted({'starlette', 'uvicorn', 'jinja2', 'crawler.web'} & set(sys.modules)))"
    for command in (["status"], ["search", "convoy"]):
        done = subprocess.run(
            [sys.executable, "-c", loads, "--config", str(config), *command],
            capture_output=True, text=True, check=True,
        )  # fmt: skip

        assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_a_daemon_serves_the_page_and_stops_it(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config.write_text(f"{CONFIG}[web]\nport = {port}\n", "utf-8")
    call = [sys.executable, "-m", "crawler", "--config", str(config), "run"]
    with subprocess.Popen(call, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert answers(port)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0

    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))


def answers(port: int) -> bool:
    """Wait until a page answers."""
    for _ in range(300):
        with suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{port}/help").status_code == 200
        time.sleep(0.1)
    return False


@pytest.mark.slow
def test_the_demo_serves_its_corpus(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "crawler", "demo", "--folder", str(tmp_path), "--web"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("The page:"):
                break
        page = httpx.get(lines[-1].removeprefix("The page: ").strip()).text
        process.send_signal(signal.SIGINT)
        process.wait(20)

    assert "56" in page
    assert any(line.rstrip().endswith(" web") for line in lines)
