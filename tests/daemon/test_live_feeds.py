"""The feed of a saved query: a whole Atom document, written only when it has changed."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

from crawler import config
from crawler.config import Config
from crawler.daemon import live_feeds
from storage import forgetting
from storage.crawl import sources
from storage.records.model import Source, SourceKind
from storage.search import index
from storage.sqlite import schema
from tests.support.filling import NOW, store, visit

_CONFIG = """
[drawdown]
contact = "desk@lantern.example"

[[query]]
name = "exits"
query = "garrison"
description = "Exits & <returns>"
feed = "feeds/exits.xml"
entries = 2
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Config:
    (tmp_path / "sources.toml").write_text(_CONFIG, "utf-8")
    return config.load(tmp_path / "sources.toml")


@pytest.fixture
def corpus(tmp_path: Path) -> sqlite3.Connection:
    connection = schema.connect(tmp_path / "corpus.db")
    source = Source(name="One", kind=SourceKind.FEED, url="https://one.example/feed")
    sources.synchronize(connection, [(source, "one.example")], NOW)
    for number in (1, 2, 3):
        _add(connection, number)
    return connection


def _add(connection: sqlite3.Connection, number: int) -> None:
    url = f"https://one.example/{number}?a=1&b=2"
    body = [f"The garrison number {number} leaves \x0b on <Monday>."]
    seen = visit(url, body, NOW + timedelta(hours=number), headline=f"Report {number} & more")
    store(connection, 1, url, seen)
    index.advance(connection, most=10)


def test_a_feed_has_the_newest_articles_of_its_query(
    corpus: sqlite3.Connection, loaded: Config, tmp_path: Path
) -> None:
    live_feeds.refresh(corpus, loaded)

    read = feedparser.parse((tmp_path / "feeds" / "exits.xml").read_bytes())
    assert not read.bozo
    assert read.feed.title == "Exits & <returns>"
    assert [entry.title for entry in read.entries] == ["Report 3 & more", "Report 2 & more"]
    assert [entry.id for entry in read.entries] == [
        "urn:drawdown:article:3", "urn:drawdown:article:2",
    ]  # fmt: skip
    assert read.entries[0].link == "https://one.example/3?a=1&b=2"
    assert read.feed.updated == "2026-11-25T12:00:00Z"


def test_every_entry_has_what_atom_requires(
    corpus: sqlite3.Connection, loaded: Config, tmp_path: Path
) -> None:
    live_feeds.refresh(corpus, loaded)

    names = {"a": "http://www.w3.org/2005/Atom"}
    root = ElementTree.fromstring((tmp_path / "feeds" / "exits.xml").read_bytes())  # noqa: S314 - our own
    for element in (root, *root.findall("a:entry", names)):
        for required in ("a:id", "a:title", "a:updated"):
            assert len(element.findall(required, names)) == 1
    assert all(entry.find("a:author/a:name", names) is not None
               for entry in root.findall("a:entry", names))  # fmt: skip


def test_a_feed_is_written_only_when_it_changes(
    corpus: sqlite3.Connection, loaded: Config, tmp_path: Path
) -> None:
    file = tmp_path / "feeds" / "exits.xml"
    live_feeds.refresh(corpus, loaded)
    before = file.stat()

    live_feeds.refresh(corpus, loaded)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    _add(corpus, 4)
    live_feeds.refresh(corpus, loaded)
    assert b"Report 4" in file.read_bytes()
    assert b"Report 2" not in file.read_bytes()
    assert [found.name for found in file.parent.iterdir()] == ["exits.xml"]


def test_a_forgotten_article_leaves_the_feed(
    corpus: sqlite3.Connection, loaded: Config, tmp_path: Path
) -> None:
    live_feeds.refresh(corpus, loaded)
    forgetting.forget(corpus, [3], "article", "a test")

    live_feeds.refresh(corpus, loaded)

    assert b"Report 3" not in (tmp_path / "feeds" / "exits.xml").read_bytes()


def test_a_feed_that_cannot_be_written_stops_no_other(
    corpus: sqlite3.Connection, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    odd = '\n[[query]]\nname = "odd"\nquery = "garrison"\nfeed = "file/odd.xml"\n'
    (tmp_path / "sources.toml").write_text(
        _CONFIG.replace("[[query]]", f"{odd}\n[[query]]", 1), "utf-8"
    )

    with pytest.raises(OSError, match=r"odd|file"):
        live_feeds.refresh(corpus, config.load(tmp_path / "sources.toml"))

    assert (tmp_path / "feeds" / "exits.xml").is_file()
