"""Texts are read and fingerprinted before the transaction that compares them."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from crawler.dedupe import shingles
from crawler.pipeline.copies import Copies, TextsNeeded, of_article, write_compared
from crawler.pipeline.identity import read_claimed
from storage.articles.sketches import MemoryIndex
from storage.crawl import sources
from storage.records.model import Fingerprint, Relation, Source, SourceKind
from storage.sqlite.database import Database
from tests.support import filling
from tests.support.filling import NOW

STORED = "https://one.example/bakery"
STORY = [f"Paragraph {n} says how the bakery at number {n} opened again." for n in range(30)]


@contextmanager
def noting_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Note which threads fingerprint a stored text."""
    seen: list[int] = []
    whole = shingles.fingerprint

    def note(*arguments: Any, **named: Any) -> Fingerprint:
        seen.append(threading.get_ident())
        return whole(*arguments, **named)

    with monkeypatch.context() as patching:
        patching.setattr("crawler.dedupe.likeness.fingerprint", note)
        yield seen


def fill(connection: sqlite3.Connection) -> int:
    one = Source(name="one", kind=SourceKind.FEED, url="https://one.example/feed")
    sources.synchronize(connection, [(one, "one.example")], NOW)
    return filling.store(connection, 1, STORED, filling.visit(STORED, STORY))


async def test_a_stored_text_is_fingerprinted_outside_of_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = filling.visit("https://two.example/bakery", STORY)
    assert seen.reading.fingerprint is not None
    assert seen.reading.article is not None
    new = of_article(seen.reading.fingerprint, seen.reading.article, "two", NOW)
    found = seen.reading.fingerprint
    async with Database.open(tmp_path / "corpus.db") as database:
        article_id = await database.write(fill)
        copies = Copies(await database.write(MemoryIndex.load), defers=True)
        writers = [await database.write(lambda _: threading.get_ident())]

        def compare(connection: sqlite3.Connection) -> list[Relation]:
            return copies.find(connection, new, found)

        with noting_threads(monkeypatch) as threads:
            with pytest.raises(TextsNeeded):
                await database.write(compare)
            first = await write_compared(database, copies, compare)
            again = await write_compared(database, copies, compare)

    assert [relation.of for relation in first] == [article_id]
    assert again == first
    assert len(threads) == 1  # it is in memory the second time
    assert threads[0] not in writers


async def test_the_text_of_a_claimed_url_is_fingerprinted_outside_of_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = filling.visit("https://one.example/print/the-bakery", STORY, canonical_url=STORED)
    async with Database.open(tmp_path / "corpus.db") as database:
        article_id = await database.write(fill)
        with noting_threads(monkeypatch) as threads:
            claimed = await read_claimed(database, seen.page, seen.reading, {})
        alone = await read_claimed(
            database, seen.page, filling.visit(seen.page.url, STORY).reading, {}
        )
        writer = await database.write(lambda _: threading.get_ident())

    assert claimed is not None
    assert claimed.article_id == article_id
    assert alone is None
    assert writer not in threads
    assert len(threads) == 1
