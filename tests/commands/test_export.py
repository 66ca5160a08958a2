"""`drawdown export`: the format that a file is named for, and what its manifest says."""

import asyncio
import json
from pathlib import Path

import pytest

from storage.crawl import sources
from storage.export import named_by
from storage.records.model import Source, SourceKind
from storage.sqlite.database import Database
from tests.support.command import drawdown
from tests.support.farm import write_config
from tests.support.filling import NOW, store, visit


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A corpus of one article without an archived page."""

    async def make() -> None:
        async with Database.open(tmp_path / "corpus.db") as database:
            url = "https://a.example/1"
            source = Source(name="one", kind=SourceKind.FEED, url="https://a.example/feed")
            await database.write(sources.synchronize, [(source, "a.example")], NOW)
            await database.write(store, 1, url, visit(url, ["A paragraph."]))

    asyncio.run(make())
    return write_config(tmp_path / "sources.toml", {}, "")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("a.csv", ("csv", None)),
        ("a.b.CSV.GZ", ("csv", "gzip")),
        ("a.jsonl.zst", ("jsonl", "zstd")),
        ("a.warc.gz", ("warc", "gzip")),
        ("a.gz", (None, "gzip")),
        ("articles", (None, None)),
        (".csv", (None, None)),
    ],
)
def test_the_ending_of_a_file_means_its_format(
    name: str, meant: tuple[str | None, str | None]
) -> None:
    assert named_by(Path(name)) == meant


def test_a_file_has_the_format_that_it_is_named_for(config: Path, tmp_path: Path) -> None:
    done = drawdown("--config", config, "export", "--out", tmp_path / "a.csv")
    manifest = json.loads((tmp_path / "a.csv.manifest.json").read_text("utf-8"))

    assert done.returncode == 0
    assert (tmp_path / "a.csv").read_text("utf-8-sig").startswith("id,url,url_key,")
    assert (manifest["format"], manifest["unit"], manifest["rows"]) == ("csv", "articles", 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "jsonl", "--out", "a.csv"], "--format jsonl contradicts the ending of a.csv"),
        (["--compress", "zstd", "--out", "a.csv.gz"], "--compress zstd contradicts the ending"),
        (["--out", "a.xlsx"], "the ending of a.xlsx means no format"),
    ],
)
def test_a_file_that_is_named_for_another_format_is_refused(
    config: Path, options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = drawdown("--config", config, "export", *options)

    assert done.returncode == 2
    assert said in done.stderr
    assert not list(tmp_path.glob("a.*"))


def test_articles_without_a_page_are_counted_where_pages_are_exported(
    config: Path, tmp_path: Path
) -> None:
    done = drawdown("--config", config, "export", "--out", tmp_path / "a.warc.gz")
    manifest = json.loads((tmp_path / "a.warc.gz.manifest.json").read_text("utf-8"))

    assert (manifest["unit"], manifest["rows"], manifest["without_page"]) == ("pages", 0, 1)
    assert "1 more article has no archived page" in done.stderr


def test_the_metadata_alone_are_no_pages(config: Path, tmp_path: Path) -> None:
    asked = ("--profile", "metadata", "--out", tmp_path / "a.warc")
    done = drawdown("--config", config, "export", *asked)

    assert done.returncode == 2
    assert "--profile metadata has no pages" in done.stderr


def test_a_search_leaves_out_what_is_not_to_be_found_where_that_is_honoured(
    config: Path,
) -> None:
    honour = '\n[rights]\nhonour = ["noindex"]\n'
    config.write_text(config.read_text("utf-8") + honour, "utf-8")
    wrong = drawdown("--config", config, "search", "sourze:one")
    found = drawdown("--config", config, "search", "source:one OR id:1")

    assert "  sourze:one\n  ^" in wrong.stderr
    assert found.returncode == 0
