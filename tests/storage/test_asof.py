"""The corpus as it was known at a time, in a corpus that changes."""

import random
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from storage.articles import corpus, revisions
from storage.articles.corpus import Wanted
from storage.records.model import CorpusArticle
from storage.search import find, index
from storage.sqlite import corpus_view, values
from storage.sqlite.database import Database
from tests.support.farm import make_text
from tests.support.filling import store, visit

TEXT = make_text(random.Random(1), on_topic=True, paragraphs=8)
OTHER = make_text(random.Random(2), on_topic=True, paragraphs=8)


def now(connection: sqlite3.Connection) -> datetime:
    newest = corpus_view.settled(connection)
    assert newest is not None
    return newest


def known(connection: sqlite3.Connection, at: datetime | None) -> list[CorpusArticle]:
    return list(corpus.stream(connection, Wanted(as_of=at)))


@pytest.fixture
def history(connection: sqlite3.Connection) -> list[datetime]:
    """A copy comes, a text changes, an article is judged again; return the time after each."""
    times = []
    store(connection, 1, "https://a.example/1", visit("https://a.example/1", TEXT))
    times.append(now(connection))
    store(connection, 2, "https://b.example/2", visit("https://b.example/2", TEXT[:7]))
    times.append(now(connection))
    changed = visit("https://a.example/1", OTHER)
    revisions.add(connection, 1, changed, number=2, change="body")
    times.append(now(connection))
    verdict = changed.reading.verdict
    assert verdict is not None
    other_topic = type(verdict)(relevant=False, score=0.0, topic_version="t-2")
    revisions.add_verdict(connection, 1, 2, other_topic, datetime.now(UTC))
    times.append(now(connection))
    return times


def test_each_time_gives_what_was_known_then(
    connection: sqlite3.Connection, history: list[datetime]
) -> None:
    first, copied, changed, judged = (known(connection, at) for at in history)

    assert [a.id for a in first] == [1]
    assert (first[0].outlets, first[0].revision) == (1, 1)
    assert [(a.id, a.duplicate_of, a.outlets) for a in copied] == [(1, None, 2), (2, 1, 2)]
    assert [(a.revision, a.topic_version) for a in changed] == [(2, "t-1"), (1, "t-1")]
    assert [(a.topic_version, a.relevant) for a in judged] == [("t-2", False), ("t-1", True)]


def test_now_is_what_the_view_shows(
    connection: sqlite3.Connection, history: list[datetime]
) -> None:
    assert known(connection, history[-1]) == list(corpus.stream(connection))
    assert known(connection, datetime(2999, 1, 1, tzinfo=UTC)) == list(corpus.stream(connection))
    assert known(connection, datetime(2000, 1, 1, tzinfo=UTC)) == []


def test_since_gives_what_became_known_later(
    connection: sqlite3.Connection, history: list[datetime]
) -> None:
    def changed(since: datetime, as_of: datetime | None = None) -> list[int]:
        wanted = Wanted(since=since, as_of=as_of)
        return [article.id for article in corpus.stream(connection, wanted)]

    assert changed(history[0], history[1]) == [1, 2]  # the copy, and what has a copy now
    assert changed(history[1]) == [1]
    assert changed(history[2], history[3]) == [1]
    assert changed(history[3]) == []


def test_every_revision_can_be_had(connection: sqlite3.Connection, history: list[datetime]) -> None:
    def revisions_of(as_of: datetime) -> list[tuple[int, int, str]]:
        wanted = Wanted(revisions=True, as_of=as_of)
        return [(a.id, a.revision, a.body[0]) for a in corpus.stream(connection, wanted)]

    assert revisions_of(history[3]) == [(1, 1, TEXT[0]), (1, 2, OTHER[0]), (2, 1, TEXT[0])]
    assert revisions_of(history[1]) == [(1, 1, TEXT[0]), (2, 1, TEXT[0])]


def test_search_finds_the_text_of_then(
    connection: sqlite3.Connection, history: list[datetime]
) -> None:
    index.advance(connection, most=10)
    old = f'"{" ".join(TEXT[1].split()[:4])}"'

    assert find.ids(connection, old) == [2]
    assert find.ids(connection, old, as_of=history[1]) == [1, 2]
    assert find.ids(connection, "duplicate:yes", as_of=history[0]) == []
    assert find.ids(connection, "duplicate:yes", as_of=history[1]) == [2]
    assert find.ids(connection, "verdict:off", as_of=history[2]) == []
    assert find.ids(connection, "verdict:off") == [1]


def test_an_article_that_was_not_known_then_is_none(
    connection: sqlite3.Connection, history: list[datetime]
) -> None:
    assert corpus.get(connection, 2, history[1]).id == 2
    with pytest.raises(KeyError):
        corpus.get(connection, 2, history[0])


def test_a_clock_that_was_set_back_changes_no_export(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(connection, 1, "https://a.example/1", visit("https://a.example/1", TEXT))
    before = now(connection)
    clock = Mock(wraps=datetime)
    clock.now.return_value = before - timedelta(hours=1)
    monkeypatch.setattr(values, "datetime", clock)
    values.known.begin_after(before)
    store(connection, 2, "https://b.example/2", visit("https://b.example/2", OTHER))

    assert [a.id for a in known(connection, before)] == [1]
    assert now(connection) > before


async def test_a_store_is_opened_with_its_newest_time(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    store(connection, 1, "https://a.example/1", visit("https://a.example/1", TEXT))
    connection.execute("UPDATE verdict SET stored_at = '2999-01-01T00:00:00.000000Z'")
    async with Database.open(tmp_path / "corpus.db"):
        assert values.known.now() == "2999-01-01T00:00:00.000001Z"
        assert values.known.now() == "2999-01-01T00:00:00.000002Z"
    values.known.begin_after(None)
