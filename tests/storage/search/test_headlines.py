"""The weak relation "same headline, other text": who is in it, and what it leaves alone."""

import sqlite3
from datetime import timedelta

import pytest

from storage.articles import corpus
from storage.search import index
from storage.search.headlines import same_headline
from tests.support.filling import NOW, store, visit

_HEADLINE = "Last convoy leaves the base at Tanf"


def _add(connection: sqlite3.Connection, url: str, headline: str, body: str, days: int) -> int:
    source = 1 if "one" in url else 2
    seen = visit(url, [body], NOW - timedelta(days=days), headline=headline)
    number = store(connection, source, url, seen)
    index.advance(connection, most=10)
    return number


@pytest.fixture
def first(connection: sqlite3.Connection) -> int:
    body = "The trucks drove east at dawn, an eyewitness in the village said on Monday."
    return _add(connection, "https://one.example/a", _HEADLINE, body, 10)


_OTHER = "A spokesman in the capital confirmed that nobody remains behind the fence."


@pytest.mark.parametrize(
    ("headline", "days", "is_related"),
    [
        (_HEADLINE, 10, True),
        ("LAST CONVOY LEAVES THE BASE, AT “TANF”", 4, True),
        (_HEADLINE, 3, True),
        (_HEADLINE, 2, False),
        (_HEADLINE, 17, True),
        (_HEADLINE, 18, False),
        ("Last convoys leave the base at Tanf", 10, False),
        (f"{_HEADLINE} and returns", 10, False),
    ],
)
def test_the_headline_is_the_same_and_a_week_lies_between(
    connection: sqlite3.Connection, first: int, headline: str, days: int, is_related: bool
) -> None:
    other = _add(connection, "https://two.example/b", headline, _OTHER, days)

    found = [related.id for related in same_headline(connection, first)]
    assert found == [other] * is_related
    assert [related.id for related in same_headline(connection, other)] == [first] * is_related


def test_it_enters_no_group_and_no_count(connection: sqlite3.Connection, first: int) -> None:
    other = _add(connection, "https://two.example/b", _HEADLINE, _OTHER, 10)

    one, two = corpus.get(connection, first), corpus.get(connection, other)
    assert one.group_id != two.group_id
    assert (one.outlets, one.independent_texts, two.duplicate_of) == (1, 1, None)


def test_a_copy_is_no_other_text(connection: sqlite3.Connection, first: int) -> None:
    body = corpus.get(connection, first).body[0]
    copy = _add(connection, "https://two.example/b", _HEADLINE, body, 9)

    assert corpus.get(connection, copy).duplicate_of == first
    assert same_headline(connection, first) == []


def test_a_headline_of_three_words_relates_nothing(connection: sqlite3.Connection) -> None:
    one = _add(connection, "https://one.example/a", "War in Syria", "One text about it.", 1)
    _add(connection, "https://two.example/b", "War in Syria", _OTHER, 1)

    assert same_headline(connection, one) == []
