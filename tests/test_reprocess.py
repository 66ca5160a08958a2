"""The corpus compared again: the same result, also after it was stopped half-way."""

from pathlib import Path

import pytest

from bench.farm import feed_sources, make_outlets, write_config
from crawler import config as configuration
from crawler import daemon, reprocess
from crawler.demo.server import serve
from storage import reprocessing
from storage.database import Database, open_corpus


async def fill(folder: Path, index: str = "memory") -> Path:
    """Fill a store with articles of which some are copies."""
    outlets = make_outlets(outlets=3, articles=10, seed=5)
    async with serve(outlets) as connect_to:
        limits = f'delay = "0s"\ncopies_index = "{index}"'
        file = write_config(
            folder / "sources.toml", connect_to, feed_sources(outlets), limits=limits
        )
        await daemon.once(configuration.load(file))
    return folder / "corpus.db"


def relations(store: Path) -> list[tuple[object, ...]]:
    with open_corpus(store) as connection:
        rows = connection.execute(
            "SELECT article_id, of, kind, containment, method FROM relation ORDER BY 1, 2"
        )
        return [tuple(row) for row in rows]


def clusters(store: Path) -> list[tuple[object, ...]]:
    with open_corpus(store) as connection:
        return [tuple(row) for row in connection.execute("SELECT id, duplicate_of FROM corpus")]


async def again(store: Path) -> int:
    async with Database.open(store) as database:
        return await reprocess.find_copies_again(database, lambda done, total: None)


@pytest.mark.parametrize("index", ["memory", "disk"])
async def test_the_same_method_finds_the_same_copies(tmp_path: Path, index: str) -> None:
    store = await fill(tmp_path, index)
    before = relations(store), clusters(store)

    assert await again(store) == 30
    assert len(before[0]) == 2
    assert (relations(store), clusters(store)) == before


async def test_a_pass_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await fill(tmp_path)
    before = relations(store), clusters(store)
    monkeypatch.setattr(reprocess, "_BATCH", 7)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    async with Database.open(store) as database:
        with pytest.raises(KeyboardInterrupt):
            await reprocess.find_copies_again(database, stop)
    with open_corpus(store) as connection:
        assert reprocessing.older(connection) == 23

    assert await again(store) == 23
    assert (relations(store), clusters(store)) == before


async def test_relations_found_by_another_method_are_forgotten(tmp_path: Path) -> None:
    store = await fill(tmp_path)
    before = relations(store)
    async with Database.open(store) as database:
        await database.write(
            lambda connection: connection.execute(
                "UPDATE relation SET method = 'containment-1', containment = 0.5"
            )
        )

    await again(store)

    assert relations(store) == before
