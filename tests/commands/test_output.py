"""Commands whose output nobody reads, or whose streams are closed: no traceback, no loss."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.crawl import sources
from storage.records.model import Source, SourceKind
from storage.sqlite import schema
from storage.sqlite.database import open_corpus
from tests.support import filling

pytestmark = pytest.mark.slow  # a command with streams of its own is a process
STORY = [f"Paragraph {n} says that the last convoy left Tishrin at dawn." for n in range(30)]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A corpus with enough articles that a pipe is full before the last."""
    file = tmp_path / "sources.toml"
    file.write_text('[drawdown]\ncontact = "desk@example.org"\nstore = "corpus.db"\n', "utf-8")
    connection = schema.connect(tmp_path / "corpus.db")
    one = Source(name="one", kind=SourceKind.FEED, url="https://one.example/feed")
    sources.synchronize(connection, [(one, "one.example")], filling.NOW)
    for number in range(60):
        url = f"https://one.example/{number}"
        text = [f"{number}: {line}" for line in STORY]
        filling.store(connection, 1, url, filling.visit(url, text, headline="آخر قافلة غادرت"))
    connection.close()
    return file


def drawdown(config: Path, *arguments: str, **streams: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "crawler", "--config", str(config), *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **streams)  # type: ignore[call-overload, no-any-return]  # a test's shorthand


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "--format", "csv"),
        ("export", "--format", "atom"),
        ("export", "--format", "parquet"),
        ("status",),
        ("help", "outcomes"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_a_reader_that_has_seen_enough_ends_a_command_without_a_word(
    config: Path, arguments: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = drawdown(config, *arguments, stdout=writing)
    os.close(writing)
    _, said = process.communicate()

    assert (process.returncode, said.decode()) == (0, "")


def test_who_stops_reading_the_corpus_may_close_the_store_first(
    config: Path, recwarn: pytest.WarningsRecorder
) -> None:
    with open_corpus(config.parent / "corpus.db") as connection:
        rows = corpus.rows(connection, Wanted())
        next(rows)
    rows.close()  # type: ignore[attr-defined]  # a generator

    assert list(recwarn) == []


@pytest.mark.parametrize("encoding", ["latin-1:strict", "koi8-r"])
def test_letters_that_an_output_lacks_are_written_as_escapes(config: Path, encoding: str) -> None:
    command = [sys.executable, "-m", "crawler", "--config", str(config), "show", "1"]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    shown = subprocess.run(command, env=environment, capture_output=True, check=False)

    assert (shown.returncode, shown.stderr) == (0, b"")
    assert rb"\u0622" in shown.stdout


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["once", "status"])
def test_a_closed_stream_is_as_the_null_device(config: Path, command: str, closed: str) -> None:
    call = f'"{sys.executable}" -m crawler --config "{config}" {command} {closed}'
    ended = subprocess.run(["/bin/sh", "-c", call], capture_output=True, check=False)

    assert ended.returncode == 0
    assert b"Traceback" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_cannot_be_written_is_one_message(config: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = drawdown(config, "export", stdout=full)
        _, said = process.communicate()

    assert process.returncode == 1
    assert "No space left" in said.decode()
    assert "Traceback" not in said.decode()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_log_that_cannot_be_written_ends_no_round(config: Path) -> None:
    call = f'"{sys.executable}" -m crawler --config "{config}" once 2>/dev/full'
    ended = subprocess.run(["/bin/sh", "-c", call], capture_output=True, check=False)

    assert ended.returncode == 0
