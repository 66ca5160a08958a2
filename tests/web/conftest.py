"""A small corpus, and a client of its page that needs no network."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crawler.web import app
from crawler.web.site import Site
from storage.crawl import sources
from storage.records.model import Source, SourceKind
from storage.search import index
from storage.sqlite import schema
from tests.support.filling import NOW, store, visit

TOKEN = "a token of the tests, long enough"  # noqa: S105 - it opens nothing
PARAGRAPHS = [
    "The last convoy left the base before noon. Farmers along the road stopped to watch it pass.",
    "A spokesman said that no date was fixed for the second phase of the withdrawal.",
    "In the town behind the base the market stayed open, and the price of bread did not move.",
]


@contextmanager
def filled(file: Path, names: tuple[str, ...] = ("one", "two")) -> Iterator[sqlite3.Connection]:
    """Yield a new store for writing, with sources of these names."""
    connection = schema.connect(file)
    listed = [
        (
            Source(name=name, kind=SourceKind.FEED, url=f"https://host{place}.example/feed"),
            f"host{place}.example",
        )
        for place, name in enumerate(names)
    ]
    sources.synchronize(connection, listed, NOW)
    try:
        yield connection
        while index.advance(connection, most=100):
            pass
    finally:
        connection.close()


def add(connection: sqlite3.Connection, path: str = "a", source: int = 1, **fields: object) -> int:
    """Store an article; return its number."""
    body = fields.pop("body", PARAGRAPHS)
    assert isinstance(body, list)
    url = f"https://host{source - 1}.example/{path}"
    return store(connection, source, url, visit(url, body, **fields))  # type: ignore[arg-type]  # a test's shorthand


def site_of(file: Path, token: str | None = None, hosts: tuple[str, ...] = ()) -> Site:
    """Return what the page of a store knows."""
    return Site(store=file, thresholds=(0.3, 0.5), token=token, hosts=frozenset(hosts))


def client_of(site: Site) -> TestClient:
    """Return a client that follows no redirect, and names the machine itself."""
    return TestClient(app.make(site), base_url="http://localhost:8321", follow_redirects=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a store with three articles of two sources."""
    path = tmp_path / "corpus.db"
    with filled(path) as connection:
        add(connection, "a", headline="A convoy leaves the base")
        add(connection, "b", headline="Bread in the market", body=PARAGRAPHS[2:] * 2)
        add(connection, "c", 2, headline="A copy of the convoy")
    return path


@pytest.fixture
def client(file: Path) -> TestClient:
    """The page of that store."""
    return client_of(site_of(file))


@pytest.fixture
def empty(tmp_path: Path) -> TestClient:
    """The page of a corpus without a source."""
    path = tmp_path / "empty.db"
    with filled(path, ()):
        pass
    return client_of(site_of(path))
