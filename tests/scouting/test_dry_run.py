"""A dry run decides as a true one would, and leaves nothing behind."""

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest

from crawler.demo.server import serve
from storage.crawl import frontier
from storage.sqlite.database import open_corpus
from tests.support.farm import feed_sources, make_outlets, write_config

pytestmark = pytest.mark.slow


async def once(file: Path, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from crawler.cli import main; main()",
        "--config", str(file), "once", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return output.decode()


def left(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


async def test_it_decides_and_keeps_nothing(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=2, articles=4, seed=4)
    async with serve(outlets) as connect_to:
        file = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))

        first = await once(file, "--dry-run", "--json")
        assert left(tmp_path) == ["sources.toml"]
        decided = [msgspec.json.decode(line) for line in first.splitlines()]
        assert len(decided) == 8
        assert {decision["outcome"] for decision in decided} == {"stored"}
        assert {decision["relevant"] for decision in decided} == {True, False}

        await once(file)
        again = await once(file, "--dry-run")
        assert "Nothing of this was stored." in again
        assert "/story/" not in again  # known, and not due again
    with open_corpus(tmp_path / "corpus.db") as connection:
        assert frontier.outcomes(connection) == {"stored": 8}
