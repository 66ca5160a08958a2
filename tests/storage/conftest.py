import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import sources
from storage.database import _migrate, _prepare
from storage.model import Source, SourceKind
from tests.storage.filling import NOW


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(tmp_path / "corpus.db", isolation_level=None)
    _prepare(opened)
    _migrate(opened)
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
