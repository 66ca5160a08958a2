"""The corpus compared again: the same result, also after it was stopped half-way."""

from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.daemon import daemon
from crawler.demo.server import serve
from crawler.maintenance import reprocess
from crawler.topic import file as topic_file
from storage.articles import reprocessing
from storage.sqlite.database import Database, open_corpus
from tests.support.farm import feed_sources, make_outlets, write_config

pytestmark = pytest.mark.usefixtures("parsers_in_place")


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
        return await reprocess.recompute_copies(database, lambda done, total: None)


@pytest.mark.parametrize("index", ["memory", "disk"])
async def test_the_same_method_finds_the_same_copies(tmp_path: Path, index: str) -> None:
    store = await fill(tmp_path, index)
    before = relations(store), clusters(store)

    assert await again(store) == 30
    assert len(before[0]) == 2
    assert (relations(store), clusters(store)) == before


async def test_a_pass_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    store = await fill(tmp_path)
    before = relations(store), clusters(store)

    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    async with Database.open(store) as database:
        with pytest.raises(KeyboardInterrupt):
            await reprocess.recompute_copies(database, stop, batch_size=7)
    with open_corpus(store) as connection:
        assert reprocessing.older(connection) == 0
        assert reprocessing.count_waiting(connection) == 23

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


async def test_another_topic_judges_every_text_and_what_was_said_before_stays(
    tmp_path: Path,
) -> None:
    store = await fill(tmp_path)
    shipped = Path(topic_file.__file__).parent / "topics" / "syria-withdrawal.toml"
    edited = tmp_path / "topic.toml"
    edited.write_text(
        shipped.read_text("utf-8").replace("relevant = 0.70", "relevant = 0.99999"), "utf-8"
    )
    before = topic_file.load()
    async with Database.open(store) as database:
        told: list[tuple[int, int]] = []
        topic = topic_file.load(edited)
        done = await reprocess.rejudge(database, topic, lambda *n: told.append(n))
        nothing_left = await reprocess.rejudge(database, topic, lambda *n: None)

    assert (done, nothing_left, told[-1]) == (30, 0, (30, 30))
    with open_corpus(store) as connection:
        versions = connection.execute("SELECT topic_version, count(*), sum(relevant) FROM verdict"
                                      " GROUP BY topic_version").fetchall()  # fmt: skip
        now = connection.execute("SELECT DISTINCT topic_version, relevant FROM corpus").fetchall()
    counts = {row[0]: (row[1], row[2]) for row in versions}
    assert counts[topic.version] == (30, 0)
    assert counts[before.version][0] == 30
    assert counts[before.version][1] > 0
    assert [tuple(row) for row in now] == [(topic.version, 0)]


async def test_what_comes_to_the_topic_is_looked_at_again(tmp_path: Path) -> None:
    store = await fill(tmp_path)
    async with Database.open(store) as database:
        await database.write(lambda connection: connection.execute("DELETE FROM verdict"))
        await database.write(lambda connection: connection.execute("DELETE FROM revisit"))
        await reprocess.rejudge(database, topic_file.load(), lambda *n: None)

    with open_corpus(store) as connection:
        relevant = connection.execute("SELECT sum(relevant) FROM corpus").fetchone()[0]
        assert connection.execute("SELECT count(*) FROM revisit").fetchone()[0] == relevant > 0
