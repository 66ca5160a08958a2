"""What outlets changed lately: the newest first, by kind, on topic, without what we read again."""

import sqlite3
from datetime import timedelta

import pytest

from storage.articles import revisions
from storage.articles.changed import Wish, changed
from storage.records.verdict import Verdict
from tests.support.filling import NOW, store, visit


@pytest.fixture
def revised(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Three articles: a changed headline, a cosmetic change, one that is off topic and removed."""
    for number, source in ((1, 1), (2, 2), (3, 1)):
        url = f"https://site.example/{number}"
        words = " ".join(f"w{number}x{place}" for place in range(30))
        store(connection, source, url, visit(url, [words]))
    revise(connection, 1, 2, ("headline", "addition"))
    revise(connection, 2, 2, ("cosmetic",))
    revise(connection, 2, 3, ("reread",))
    off = Verdict(relevant=False, score=0.0, evidence=(), topic_version="t-2")
    revisions.add_verdict(connection, 3, 1, off, NOW)
    revisions.mark_removed(connection, 3, NOW, 410)
    return connection


def revise(
    connection: sqlite3.Connection, article: int, number: int, kinds: tuple[str, ...]
) -> None:
    url = f"https://site.example/{article}"
    seen = visit(url, [f"Another text {number}."], headline=f"Headline {number}")
    revisions.add(connection, article, seen, number=number, change="body", changes=kinds)


def found(connection: sqlite3.Connection, **wish: object) -> list[tuple[int, int]]:
    listed = changed(connection, Wish(**wish))  # type: ignore[arg-type]  # a test's shorthand
    return [(one.id, one.revision) for one in listed]


def test_changes_are_those_on_topic_that_a_reader_would_call_one(
    revised: sqlite3.Connection,
) -> None:
    (one,) = changed(revised, Wish())

    assert (one.id, one.revision, one.source) == (1, 2, "one")
    assert (one.changes, one.headline) == (("headline", "addition"), "Headline 2")


def test_everything_has_what_is_off_topic_and_never_what_we_read_again(
    revised: sqlite3.Connection,
) -> None:
    assert found(revised, is_everything=True) == [(3, 2), (2, 2), (1, 2)]


def test_changes_are_asked_by_kind_outlet_and_time(revised: sqlite3.Connection) -> None:
    assert found(revised, kind="addition") == [(1, 2)]
    assert found(revised, kind="number") == []
    assert found(revised, kind="cosmetic") == [(2, 2)]
    assert found(revised, kind="removed", is_everything=True) == [(3, 2)]
    assert found(revised, source="two", is_everything=True) == [(2, 2)]
    assert found(revised, since=NOW + timedelta(days=3650)) == []


def test_a_list_goes_on_where_it_was_left(revised: sqlite3.Connection) -> None:
    first = next(changed(revised, Wish(is_everything=True)))

    assert found(revised, is_everything=True, before=first.stored_at) == [(2, 2), (1, 2)]
