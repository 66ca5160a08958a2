"""The candidate index: in memory and on disk it finds the same."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from storage.articles import sketches
from storage.articles.sketches import DiskIndex, MemoryIndex, Sketch, SketchIndex
from storage.records.model import SKETCH_VERSION


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "index.db")) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute(
            "CREATE TABLE shingle (hash INTEGER, article_id INTEGER,"
            " PRIMARY KEY (hash, article_id))"
        )
        connection.execute("CREATE TABLE article (id, sketch BLOB, sketch_version INTEGER)")
        yield connection


def sketch(*values: int) -> Sketch:
    return np.array(sorted(values), np.uint64)


def made(count: int) -> dict[int, Sketch]:
    chance = random.Random(1)
    spread = 0x9E3779B9  # hashes are uniform, and so the index expects
    known = [n * spread % 2**60 for n in range(5000)]
    return {n: sketch(*chance.sample(known, 30)) for n in range(1, count)}


def test_both_find_the_same(connection: sqlite3.Connection) -> None:
    articles = made(400)
    indexes: list[SketchIndex] = [MemoryIndex(recent=500), DiskIndex(connection)]
    for index in indexes:
        for article_id, values in articles.items():
            index.add(article_id, values)

    for values in articles.values():
        one, other = (index.sharing(values) for index in indexes)
        assert one == other
        assert one


@pytest.mark.parametrize("kind", [MemoryIndex, DiskIndex])
def test_an_index_is_made_from_the_sketches_of_a_store(
    connection: sqlite3.Connection, kind: type[MemoryIndex] | type[DiskIndex]
) -> None:
    rows = [
        (1, sketch(1, 2, 3).tobytes(), SKETCH_VERSION),
        (2, sketch(2, 3, 4).tobytes(), SKETCH_VERSION),
        (3, None, SKETCH_VERSION),
        (4, sketch(2, 3, 4).tobytes(), SKETCH_VERSION - 1),
        (5, b"", SKETCH_VERSION),
    ]
    connection.executemany("INSERT INTO article VALUES (?, ?, ?)", rows)

    assert kind.load(connection).sharing(sketch(3, 4, 9)) == {1: 1, 2: 2}


def test_the_table_is_emptied_where_the_index_is_in_memory(
    connection: sqlite3.Connection,
) -> None:
    DiskIndex(connection).add(1, sketch(1))

    sketches.open_index(connection, in_memory=True)

    assert DiskIndex(connection).sharing(sketch(1)) == {}


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_phrase_that_stands_everywhere_leads_nowhere(
    connection: sqlite3.Connection, in_memory: bool
) -> None:
    index = sketches.open_index(connection, in_memory=in_memory)
    for article_id in range(1, 100):
        index.add(article_id, sketch(7, 1000 + article_id))

    assert index.sharing(sketch(7, 1005)) == {5: 1}


def test_the_estimate_looks_where_both_samples_are_complete() -> None:
    long, cut = sketch(*range(1, 40)), sketch(*range(1, 1000, 40))

    assert sketches.may_be_copy(long, sketch(*range(1, 20)), 19, 0.2)
    assert not sketches.may_be_copy(long, cut, 0, 0.2)
    assert not sketches.may_be_copy(sketch(), long, 0, 0.2)
