import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.crawl import sources
from storage.records.model import Source, SourceKind
from storage.sqlite import schema
from tests.support.filling import NOW


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = schema.connect(tmp_path / "corpus.db")
    listed = [
        (
            Source(name=name, kind=SourceKind.FEED, url=f"https://{name}.example/feed"),
            f"{name}.example",
        )
        for name in ("one", "two")
    ]
    sources.synchronize(opened, listed, NOW)
    yield opened
    opened.close()
