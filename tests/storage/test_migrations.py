"""A store of every earlier version is brought forward with all that is in it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.daemon import indexing
from storage.articles import corpus, provenance
from storage.articles.corpus import Wanted
from storage.search.find import find
from storage.sqlite import corpus_view, schema
from storage.sqlite.database import Database, find_damage, open_corpus

_FIRST = """
    INSERT INTO source (id, name, kind, url, host, shard, added_at)
    VALUES (1, 'One', 'feed', 'https://one.example/feed', 'one.example', 0,
            '2026-11-25T12:00:00.000Z');
    INSERT INTO poll_state (source_id, next_poll_at, interval_seconds, failures, reason)
    VALUES (1, '2026-11-25T13:00:00.000Z', 1800, 0, 'rhythm');
    INSERT INTO article VALUES
        (1, 'https://one.example/1', 1, '2026-11-25T12:00:00.000Z', '2026-11-25T11:00:00.000Z', 1),
        (2, 'https://one.example/2', 1, '2026-11-25T12:00:00.000Z', '2026-11-25T11:30:00.000Z', 1);
    INSERT INTO frontier_url VALUES
        (1, 'https://one.example/1', 'https://one.example/1', 'one.example', 0, 1,
         '{"url":"https://one.example/1"}', '2026-11-25T12:00:00.000Z', 1,
         '2026-11-25T12:00:00.000Z', 'stored', '2026-11-25T12:00:05.000Z', NULL, 1),
        (2, 'https://one.example/2', 'https://one.example/2', 'one.example', 0, 1,
         '{"url":"https://one.example/2"}', '2026-11-25T12:00:00.000Z', 1,
         '2026-11-25T12:00:00.000Z', 'stored', '2026-11-25T12:00:05.000Z', NULL, 2);
    INSERT INTO sighting VALUES
        (1, 1, 1, 'https://one.example/1', 'h', NULL, 'Troops leave', NULL, NULL, 0,
         '2026-11-25T12:00:00.000Z');
    INSERT INTO revision SELECT
        id, 1, 'first', '2026-11-25T12:00:05.123Z', canonical_url, '[]', 200, '192.0.2.1', '[]',
        'd', NULL, NULL, 'Troops leave Syria', NULL, '["Ana Ruiz"]', declared_at, NULL, NULL, 'en',
        '["The last soldiers left the base on Monday."]', '[]', NULL, NULL, '[]', NULL, '[]', 8,
        '{}', 'extract-1', 't' || id, x'' FROM article;
    INSERT INTO verdict SELECT
        id, 1, 'topic-1', 1, 2.5, '[]', '2026-11-25T12:00:05.123Z' FROM article;
    INSERT INTO duplicate VALUES (2, 1, 'exact', 'exact', 1, 1, 1, 1, 'words-1',
                                  '2026-11-25T12:00:06.000Z');
    INSERT INTO url_alias VALUES ('https://one.example/short', 1, 'redirect');
    INSERT INTO revisit VALUES (1, 'one.example', 0, 'https://one.example/1', 0,
                                '2026-11-25T13:00:05.123Z');
"""
_NEWEST = schema.migrations()[-1][0]


@pytest.mark.parametrize("version", range(1, _NEWEST + 1))
async def test_everything_in_it_is_kept(tmp_path: Path, version: int) -> None:
    path = tmp_path / "corpus.db"
    with closing(sqlite3.connect(path)) as connection:
        for number, script in schema.migrations()[:version]:
            connection.executescript(f"{script} PRAGMA user_version = {number};")
            if number == 1:
                connection.executescript(_FIRST)
    async with Database.open(path) as database:
        await indexing.catch_up(database)

    with open_corpus(path) as store:
        assert find_damage(store) is None
        assert store.execute("PRAGMA foreign_key_check").fetchall() == []
        assert store.execute("PRAGMA user_version").fetchone()[0] == _NEWEST
        first, second = corpus.stream(store)
        assert (first.source, first.headline, first.byline) == (
            "One", "Troops leave Syria", ["Ana Ruiz"],
        )  # fmt: skip
        assert first.published == datetime(2026, 11, 25, 11, tzinfo=UTC)
        assert (second.duplicate_of, second.duplicate_kind, second.group_id) == (1, "exact", 1)
        assert [found.id for found in find(store, "soldier")] == [2, 1]
        assert list(corpus.stream(store, Wanted(as_of=corpus_view.settled(store)))) == [
            first,
            second,
        ]
        told = provenance.trace(store, 1)
        assert [alias["via"] for alias in told["aliases"]] == ["redirect"]
        assert told["sightings"][0]["headline"] == "Troops leave"


def test_a_text_with_two_verdicts_of_one_time_keeps_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with closing(sqlite3.connect(path)) as connection:
        for number, script in schema.migrations()[:20]:
            connection.executescript(f"{script} PRAGMA user_version = {number};")
            if number == 1:
                connection.executescript(_FIRST)
        connection.executescript(
            """
            INSERT INTO verdict (article_id, revision, topic_version, relevant, score, evidence,
                                 judged_at, stored_at)
            SELECT article_id, revision, 'topic-2', 0, 0, '[]', '2026-11-26T12:00:00.000Z',
                   stored_at FROM verdict WHERE article_id = 1;
            """
        )

    with closing(schema.connect(path)) as store:
        assert [a.topic_version for a in corpus.stream(store)] == ["topic-2", "topic-1"]


def test_a_store_with_an_older_query_gets_the_view_of_today(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with closing(schema.connect(path)) as store:
        store.executescript("DROP VIEW corpus; CREATE VIEW corpus AS SELECT 1 AS id;")

    with closing(schema.connect(path)) as store:
        columns = store.execute("SELECT * FROM corpus").description
        assert [name for name, *_ in columns] == list(corpus.CORPUS_FIELDS)
        version = store.execute("PRAGMA schema_version").fetchone()[0]

    with closing(schema.connect(path)) as store:  # the view is left alone once it is right
        assert store.execute("PRAGMA schema_version").fetchone()[0] == version


def test_each_migration_has_a_number_of_its_own_and_none_is_left_out() -> None:
    numbers = [number for number, _ in schema.migrations()]

    assert numbers == list(range(1, len(numbers) + 1))
