"""Statements as readers find them: by speaker in any script, as known at a time."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage.articles import corpus, revisions
from storage.records.sayings import Sayings
from storage.records.statement import HEADLINE, How, Span, Statement, StatementKind
from storage.search import find, index
from storage.sqlite import corpus_view
from storage.statements import finding, keeping
from storage.statements.finding import Asked
from tests.support.filling import store, visit

BODY = [
    "Some words. “The last convoy leaves in May,” Edda Brahm said.",
    "«Мы уходим», — сказал он.",
]
LATIN = Statement(
    paragraph=0, start=13, end=43, kind=StatementKind.DIRECT, speaker=Span(0, 45, 55),
    name="Edda Lavrentiev", how=How.NAMED, rule="after: subject verb", certainty=0.98,
)  # fmt: skip
CYRILLIC = replace(
    LATIN, paragraph=1, start=1, end=10, name="Эдда Лаврентьев", certainty=0.7, speaker=None
)
NAMELESS = replace(LATIN, paragraph=HEADLINE, start=0, end=4, name=None, certainty=0.0)


def put(connection: sqlite3.Connection, url: str, *statements: Statement) -> int:
    plain = visit(url, BODY)
    sayings = Sayings(statements=statements, version="rules-1")
    article_id = store(
        connection, 1, url, replace(plain, reading=replace(plain.reading, sayings=sayings))
    )
    index.advance(connection, most=100)
    return article_id


def now(connection: sqlite3.Connection) -> datetime:
    newest = corpus_view.settled(connection)
    assert newest is not None
    return newest


def test_words_are_given_exactly_with_those_around_them(connection: sqlite3.Connection) -> None:
    put(connection, "https://a.example/1", LATIN)

    (quote,) = finding.quotes(connection, Asked())

    assert quote.text == "The last convoy leaves in May,"
    assert (quote.before, quote.after) == ("Some words. “", "” Edda Brahm said.")
    assert (quote.speaker, quote.name, quote.sure) == ("Edda Brahm", "Edda Lavrentiev", True)


@pytest.mark.parametrize("name", ["Lavrentiev", "edda lavrentiev", "Лаврентьев"])
def test_a_speaker_is_found_in_every_script(connection: sqlite3.Connection, name: str) -> None:
    put(connection, "https://a.example/1", LATIN, CYRILLIC)

    found = finding.quotes(connection, Asked(speaker=name))

    assert len(list(found)) == 2


@pytest.mark.parametrize("name", ["Lavrov", "Lav", ""])
def test_another_name_is_not_found(connection: sqlite3.Connection, name: str) -> None:
    put(connection, "https://a.example/1", LATIN, CYRILLIC)

    assert list(finding.quotes(connection, Asked(speaker=name))) == []


def test_who_is_unsure_or_not_named_comes_last_and_can_be_left_out(
    connection: sqlite3.Connection,
) -> None:
    put(connection, "https://a.example/1", NAMELESS, CYRILLIC, LATIN)

    every = [quote.name for quote in finding.quotes(connection, Asked())]
    sure = [quote.name for quote in finding.quotes(connection, Asked(sure=True))]

    assert every[0] == "Edda Lavrentiev"
    assert sure == ["Edda Lavrentiev"]


def test_what_was_known_at_a_time_stays(connection: sqlite3.Connection) -> None:
    article = put(connection, "https://a.example/1", LATIN)
    before = now(connection)
    keeping.add(connection, article, 1, Sayings(statements=(CYRILLIC,), version="rules-2"))

    then = [quote.name for quote in finding.quotes(connection, Asked(as_of=before))]
    today = [quote.name for quote in finding.quotes(connection, Asked())]
    earlier = list(finding.quotes(connection, Asked(as_of=before - timedelta(days=1))))

    assert (then, today, earlier) == (["Edda Lavrentiev"], ["Эдда Лаврентьев"], [])


def test_a_quotation_that_was_withdrawn_is_of_its_revision(connection: sqlite3.Connection) -> None:
    article = put(connection, "https://a.example/1", LATIN)
    before = now(connection)
    changed = visit("https://a.example/1", BODY)
    reading = replace(changed.reading, sayings=Sayings(statements=(), version="rules-1"))
    revisions.add(connection, article, replace(changed, reading=reading), number=2, change="body")

    assert list(finding.quotes(connection, Asked())) == []
    assert len(list(finding.quotes(connection, Asked(as_of=before)))) == 1


def test_the_field_speaker_finds_articles(connection: sqlite3.Connection) -> None:
    article = put(connection, "https://a.example/1", LATIN)

    assert find.ids(connection, "speaker:lavrentiev") == [article]
    assert find.ids(connection, 'speaker:"Лаврентьев"') == [article]
    assert find.ids(connection, "speaker:brahm") == []
    assert find.ids(connection, "-speaker:lavrentiev") == []
    assert find.ids(connection, "speaker:lavrentiev", as_of=now(connection)) == [article]


def test_an_analyst_can_only_ask_for_words(connection: sqlite3.Connection) -> None:
    put(connection, "https://a.example/1", LATIN)

    assert list(finding.quotes(connection, Asked(speaker="' OR 1 --"))) == []
    assert list(finding.quotes(connection, Asked(speaker="%"))) == []


def test_an_article_has_its_quotes_as_a_field(connection: sqlite3.Connection) -> None:
    article = put(connection, "https://a.example/1", LATIN, CYRILLIC, NAMELESS)

    quotes = corpus.get(connection, article).quotes

    assert [quote.text for quote in quotes] == [
        "The last convoy leaves in May,",
        "Мы уходим",
        "Head",
    ]
    assert [quote.shown for quote in quotes] == [
        "Edda Lavrentiev: “The last convoy leaves in May,”",
        "Эдда Лаврентьев?: “Мы уходим”",
        "“Head”",
    ]


def test_the_field_is_that_of_the_time_asked_for(connection: sqlite3.Connection) -> None:
    article = put(connection, "https://a.example/1", LATIN)
    before = now(connection)
    keeping.add(connection, article, 1, Sayings(statements=(CYRILLIC,), version="rules-2"))

    then = corpus.get(connection, article, before).quotes
    today = corpus.get(connection, article).quotes

    assert [quote.speaker for quote in (*then, *today)] == ["Edda Lavrentiev", "Эдда Лаврентьев"]


def test_places_count_characters_of_any_script(connection: sqlite3.Connection) -> None:
    body = ["🛰️ a\u0301 “🛰️ we go home” she said."]
    start = body[0].index("“") + 1
    said = replace(LATIN, start=start, end=body[0].index("”"), speaker=None)
    seen = visit("https://a.example/1", body)
    sayings = Sayings(statements=(said,), version="rules-1")
    seen = replace(seen, reading=replace(seen.reading, sayings=sayings))
    article = store(connection, 1, "https://a.example/1", seen)

    (field,) = corpus.get(connection, article).quotes
    (row,) = finding.quotes(connection, Asked())

    assert field.text == row.text == "🛰️ we go home"
