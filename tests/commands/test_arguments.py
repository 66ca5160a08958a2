"""What a shell may hand over: other bytes, endless numbers, times beyond the calendar."""

import asyncio
import gzip
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest

from crawler.cli import cli
from crawler.commands.arguments import TEXT
from crawler.commands.reference import walk
from storage.crawl import sources
from storage.records.model import Source, SourceKind
from storage.sqlite.database import Database
from tests.commands.test_cli import rows
from tests.support.command import drawdown
from tests.support.farm import write_config
from tests.support.filling import NOW, store, visit

LATIN_1 = b"caf\xe9".decode("utf-8", "surrogateescape")
UNPROCESSED = {
    ("drawdown extract", "inputs"),
    ("drawdown explain", "text"),
}  # files may be named so


@pytest.fixture
def config(tmp_path: Path) -> Path:
    asyncio.run(_make_store(tmp_path / "corpus.db"))
    return write_config(tmp_path / "sources.toml", {}, "")


async def _make_store(file: Path) -> None:
    async with Database.open(file):
        pass


def test_every_text_that_a_command_takes_is_checked() -> None:
    unchecked = {
        (" ".join(path), parameter.name)
        for path, command in walk(cli)
        for parameter in command.params
        if parameter.type in (click.STRING, click.UNPROCESSED)
    }

    assert unchecked == UNPROCESSED
    assert any(parameter.type is TEXT for _, c in walk(cli) for parameter in c.params)


@pytest.mark.parametrize(
    "call",
    [
        ("search", f"source:{LATIN_1}"),
        ("export", LATIN_1),
        ("gaps", "--source", LATIN_1),
        ("forget", "--reason", "a test", "--yes", "--source", LATIN_1),
        ("forget", "--reason", "a test", "--yes", "--author", LATIN_1),
        ("show", LATIN_1),
        ("explain", LATIN_1),
        ("review", "--yes", LATIN_1),
        ("config", LATIN_1),
        ("search", "--as-of", "0001-01-01T00:00:00+12:00", "syria"),
        ("export", "--since", "9999-12-31T23:59:59-12:00"),
        ("search", "--offset", "99999999999999999999", "syria"),
        ("topic", "test", "--sample", "99999999999999999999"),
        ("search", "id:99999999999999999999"),
    ],
)
def test_an_argument_that_cannot_be_is_refused_in_one_message(
    config: Path, call: tuple[str, ...]
) -> None:
    done = drawdown("--config", config, *call)

    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith(("Error: ", "  "))


@pytest.mark.parametrize(
    "call",
    [
        ("gaps", "--since", "0001-01-01"),
        ("gaps", "--since", "9999-12-31"),
        ("search", "--as-of", "0001-01-01", "syria"),
        ("export", "--as-of", "9999-12-31T23:59:59.999999Z"),
        ("export", "--since", "0001-01-01"),
    ],
)
def test_the_edges_of_the_calendar_are_times(config: Path, call: tuple[str, ...]) -> None:
    done = drawdown("--config", config, *call)

    assert done.returncode == 0, done.stderr


async def test_a_number_is_never_cut_to_the_number_of_another_article(tmp_path: Path) -> None:
    config = write_config(tmp_path / "sources.toml", {}, "")
    async with Database.open(tmp_path / "corpus.db") as database:
        await database.write(_store_article)
    digits = "1".zfill(18) + "9"  # its first 18 digits are those of article 1

    assert (await asyncio.to_thread(drawdown, "--config", config, "show", "1")).returncode == 0
    done = await asyncio.to_thread(drawdown, "--config", config, "show", digits)
    assert done.returncode == 1
    assert f"no article {digits} in this corpus" in done.stderr


def _store_article(connection: sqlite3.Connection) -> None:
    feed = Source(name="One", kind=SourceKind.FEED, url="https://one.example/feed")
    sources.synchronize(connection, [(feed, "one.example")], NOW)
    store(connection, 1, "https://one.example/1", visit("https://one.example/1", ["One."], NOW))


def test_no_message_can_command_a_terminal(tmp_path: Path) -> None:
    name = "Quay \x9b31m red \u202e turned \u2066"
    file = tmp_path / "sources.toml"
    file.write_text(f'[drawdown]\ncontact = "a@b.example"\n[[source]]\nname = "{name}"\n', "utf-8")
    calls = [
        drawdown("--config", file, "check"),  # of a mistake
        drawdown("--config", file, f"check{name}"),  # of a call
        drawdown("--config", tmp_path / name, "check"),  # of a file
    ]

    for done in calls:
        assert done.returncode == 2
        assert [c for c in done.stderr if not (c.isprintable() or c == "\n")] == []


def test_a_file_may_be_named_in_other_bytes(config: Path, tmp_path: Path) -> None:
    page = tmp_path / LATIN_1
    page.write_text("<html><title>x</title>", "utf-8")
    done = drawdown("extract", "--json", page)
    exported = drawdown(
        "--config", config, "export", "--json", "--out", tmp_path / f"{LATIN_1}.csv"
    )

    assert rows(done.stdout)[0]["input"] == f"{tmp_path}/caf\ufffd"
    assert exported.returncode == 0, exported.stderr


def test_a_damaged_page_on_disk_is_an_error_of_that_page_alone(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.html.gz"
    packed = gzip.compress(b"<html><title>x</title>" * 99)
    damaged.write_bytes(packed[:12] + b"\xff" * 9 + packed[21:])
    done = drawdown("extract", "--json", damaged, tmp_path / "none.html")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [bool(row["error"]) for row in rows(done.stdout)] == [True, True]


def test_an_address_that_is_longer_than_a_file_name_is_no_file(config: Path) -> None:
    done = drawdown("--config", config, "explain", f"https://a.example/{'x' * 300}")

    assert done.returncode == 1
    assert "in this corpus" in done.stderr


@pytest.mark.slow
def test_a_terminal_that_knows_few_letters_gets_the_others_escaped(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text('{"id": "سوريا", "url": "https://a.example/"}', "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "urls", file],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(rb"\u0633")
