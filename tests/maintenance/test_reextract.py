"""Archived pages read again: proof of what is stored, and better texts from a later extractor."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler import config as configuration
from crawler.cli import cli
from crawler.daemon import daemon
from crawler.demo.server import serve
from crawler.errors import FetchError
from crawler.maintenance import reextract
from crawler.pipeline.assembly import Parts
from crawler.workers.jobs import PageJob
from crawler.workers.pool import WorkerPool
from storage.archive.places import files_in, folder_for
from storage.articles import revisions
from storage.records.model import PageReading
from storage.records.outcome import Outcome
from storage.sqlite.database import Database, open_corpus
from tests.support.farm import feed_sources, make_outlets, write_config
from tests.support.inline import inline_workers

pytestmark = pytest.mark.usefixtures("parsers_in_place")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus that nobody changes."""
    return asyncio.run(fill(tmp_path_factory.mktemp("corpus"))).parent


@pytest.fixture
def config(kept: Path, tmp_path: Path) -> Path:
    """A corpus of twelve articles of two outlets, with their pages."""
    return Path(shutil.copytree(kept, tmp_path / "corpus")) / "sources.toml"


async def fill(tmp_path: Path) -> Path:
    outlets = make_outlets(outlets=2, articles=6, seed=5)
    async with serve(outlets) as connect_to:
        file = write_config(
            tmp_path / "sources.toml",
            connect_to,
            feed_sources(outlets),
            limits='delay = "0s"\nworkers = 1',
            general="archive_off_topic = true",
        )
        parts = Parts(workers=inline_workers)
        await daemon.once(configuration.load(file), parts=parts)
    return file


def call(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(config), *arguments])


def rows(config: Path, query: str) -> list[tuple[object, ...]]:
    with open_corpus(configuration.load(config).store) as connection:
        return [tuple(row) for row in connection.execute(query)]


def change(config: Path, apply: Callable[[sqlite3.Connection], object]) -> None:
    async def write() -> None:
        async with Database.open(configuration.load(config).store) as database:
            await database.write(apply)

    asyncio.run(write())


def later(monkeypatch: pytest.MonkeyPatch, make: Callable[[PageReading], PageReading]) -> None:
    """Put a later extractor in place of today's: it reads what `make` makes of a page."""
    monkeypatch.setattr(reextract, "VERSION", "later")
    ask = WorkerPool.read_page

    async def read_page(pool: WorkerPool, job: PageJob) -> PageReading:
        reading = make(await ask(pool, job))
        if reading.article is None:
            return reading
        return replace(reading, article=replace(reading.article, extractor_version="later"))

    monkeypatch.setattr(WorkerPool, "read_page", read_page)


def with_standfirst(reading: PageReading) -> PageReading:
    assert reading.article is not None
    if "1" not in (reading.article.canonical_url or ""):
        return reading
    return replace(reading, article=replace(reading.article, standfirst="Found at last."))


def test_every_text_is_proved_by_its_page(config: Path) -> None:
    result = call(config, "verify", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["proved"], found["pages"], found["broken"]) == (12, 12, [])
    assert json.loads(call(config, "verify", "--quick", "--json").stdout)["proved"] == 0


def test_a_text_that_its_page_does_not_give_is_named(config: Path) -> None:
    change(config, lambda c: c.execute("UPDATE revision SET headline = '!' WHERE article_id = 3"))
    result = call(config, "verify")
    assert result.exit_code == 1
    assert "(article 3): reads differently: headline" in result.stderr
    assert "12 pages, 1 broken; 11 texts proved" in result.stdout


def test_a_page_that_is_damaged_is_named(config: Path) -> None:
    file = files_in(folder_for(configuration.load(config).store))[0]
    with file.open("r+b") as stream:
        stream.seek(-20, 2)
        stream.write(b"\0" * 8)
    result = call(config, "verify")
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


def test_a_page_whose_parser_was_lost_is_not_tried_and_not_broken(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is known of its text, so it is neither proved nor different."""
    ask, asked = WorkerPool.read_page, 0

    async def lose_the_first(pool: WorkerPool, job: PageJob) -> PageReading:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise FetchError(Outcome.PARSE_TIMEOUT, job.url, "not parsed in 5 s of CPU")
        return await ask(pool, job)

    monkeypatch.setattr(WorkerPool, "read_page", lose_the_first)
    result = call(config, "verify")
    assert result.exit_code == 1
    assert "not tried: parse_timeout: not parsed in 5 s of CPU" in result.stderr
    assert "12 pages, 0 broken; 11 texts proved by their pages, 1 not tried" in result.stdout

    asked = 0
    found = json.loads(call(config, "verify", "--json").stdout)
    assert found["broken"] == []
    assert len(found["not_tried"]) == 1


def test_the_same_extractor_reads_nothing_again(config: Path) -> None:
    result = call(config, "reprocess", "--extract")
    assert (result.exit_code, result.stdout.strip()) == (0, "0 pages extracted again")


def test_what_reads_differently_is_a_revision_and_the_old_text_stays(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(config, "SELECT article_id, standfirst FROM revision ORDER BY 1")
    later(monkeypatch, with_standfirst)
    result = call(config, "reprocess", "--extract")
    assert result.exit_code == 0, result.output

    made = rows(config, "SELECT article_id FROM revision WHERE extractor_version = 'later'")
    assert 0 < len(made) < 12
    assert f"12 pages extracted again: {len(made)} differs, {12 - len(made)} equal" in result.stdout
    assert rows(config, "SELECT article_id, standfirst FROM revision WHERE number = 1") == before
    seen = rows(config, "SELECT id, standfirst, revision FROM corpus WHERE revision > 1")
    assert seen == [(article, "Found at last.", 2) for (article,) in made]
    assert rows(config, "SELECT changes FROM revision WHERE number = 2 LIMIT 1") == [
        ('["reread"]',)
    ]
    assert call(config, "reprocess", "--extract").stdout.strip() == "0 pages extracted again"


def test_a_page_that_is_no_article_any_more_keeps_its_text(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, lambda _: PageReading(article=None, detail="a list of links"))
    assert "12 refused" in call(config, "reprocess", "--extract").stdout
    assert rows(config, "SELECT count(*) FROM revision") == [(12,)]
    assert rows(config, "SELECT DISTINCT detail FROM reread") == [("a list of links",)]


def test_a_page_whose_parser_was_lost_is_extracted_by_the_next_call(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, with_standfirst)
    works = WorkerPool.read_page

    async def lose_every_parser(_pool: WorkerPool, job: PageJob) -> PageReading:
        raise FetchError(Outcome.PARSE_CRASH, job.url, "the parser died")

    monkeypatch.setattr(WorkerPool, "read_page", lose_every_parser)
    lost = call(config, "reprocess", "--extract")
    assert lost.exit_code == 1
    assert "12 pages extracted again: 12 not_tried" in lost.stdout
    assert "12 pages not tried" in lost.stderr
    assert rows(config, "SELECT * FROM reread") == []

    monkeypatch.setattr(WorkerPool, "read_page", works)
    again = call(config, "reprocess", "--extract")
    assert again.exit_code == 0
    assert again.stdout.startswith("12 pages extracted again: ")
    assert "not_tried" not in again.stdout


def test_an_article_that_was_taken_down_stays_so(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 11, 26, tzinfo=UTC)
    change(config, lambda c: revisions.mark_removed(c, 1, at, 410))
    later(monkeypatch, lambda reading: replace(
        reading, article=replace(reading.article, section="New")))  # type: ignore[type-var]  # fmt: skip
    call(config, "reprocess", "--extract")
    assert rows(
        config, "SELECT number, change, status, section FROM revision WHERE article_id = 1"
    ) == [(1, "first", 200, None), (2, "removed", 410, None), (3, "removed", 410, "New")]
