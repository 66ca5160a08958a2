"""Search in a real store: fields, order, snippets, revisions, the index behind the crawl."""

import sqlite3
from datetime import timedelta

import pytest

from storage.articles import revisions
from storage.crawl import sources
from storage.records.model import Source, SourceKind
from storage.search import find as finder
from storage.search import index
from storage.search.find import find
from tests.support.filling import NOW, store, visit

TEXTS = {
    "https://a.example/1": ("en", "Troops leave the base", ["American troops left Syria by road."]),
    "https://a.example/2": ("en", "Flour is dear", ["Bakers of Aleppo say so, and troops agree."]),
    "https://b.example/3": ("ar", "انسحاب القوات", ["غادرت القوات الأمريكية سوريا بعد سنوات."]),
}


@pytest.fixture
def corpus(connection: sqlite3.Connection) -> sqlite3.Connection:
    listed = [
        (
            Source(name="Hürriyet", kind=SourceKind.FEED, url="https://one.example/feed",
                   country="TR", group="türkiye", family="House"),
            "one.example",
        ),
        (Source(name="Two", kind=SourceKind.FEED, url="https://two.example/feed"), "two.example"),
    ]  # fmt: skip
    sources.synchronize(connection, listed, NOW)
    for number, (url, (language, headline, body)) in enumerate(TEXTS.items(), 1):
        seen = visit(
            url, body, NOW - timedelta(days=number), headline=headline, language=language,
            byline=("Ana Ruiz",) if number == 1 else (),
        )  # fmt: skip
        store(connection, 1 if "a.example" in url else 2, url, seen)
    index.advance(connection, most=100)
    return connection


def ids(connection: sqlite3.Connection, query: str, **options: str) -> list[int]:
    return [found.id for found in find(connection, query, **options)]  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("troop", {1, 2}), ("troops -flour", {1}), ("title:troops", {1}), ("قوات", {3}),
        ("lang:ar", {3}), ("source:hurriyet", {1, 2}), ("family:house troops", {1, 2}),
        ("country:tr", {1, 2}), ("group:turkiye", {1, 2}), ('author:"ana r"', {1}),
        ("after:2026-11-24", {1}), ("before:2026-11-24 lang:en", {2}), ("id:2", {2}),
        ("verdict:on", {1, 2, 3}), ("verdict:off", set()), ("duplicate:yes", set()),
        ("duplicate:no", {1, 2, 3}), ("-verdict:on", set()), ("lang:ar OR flour", {2, 3}),
        ("(lang:en OR lang:ar) -troops", {3}), ('"american troops"', {1}),
        ("syri* OR سوري*", {1, 3}),
        ("NEAR(american syria, 4)", {1}), ("NEAR(american syria, 1)", set()), ("-troops", {3}),
    ],
)  # fmt: skip
def test_queries(corpus: sqlite3.Connection, query: str, expected: set[int]) -> None:
    assert set(ids(corpus, query)) == expected


def test_the_headline_weighs_most_and_dates_order(corpus: sqlite3.Connection) -> None:
    assert ids(corpus, "troops") == [1, 2]
    assert ids(corpus, "lang:en", order="newest") == [1, 2]
    assert ids(corpus, "lang:en", order="oldest") == [2, 1]


def test_snippets_mark_every_form_that_was_asked_for(corpus: sqlite3.Connection) -> None:
    (found,) = find(corpus, "troop american -flour")

    assert found.snippet == "[American] [troops] left Syria by road."


def test_a_long_text_shows_the_stretch_that_holds_the_words(
    connection: sqlite3.Connection,
) -> None:
    body = ["Filler of no interest. " * 60 + "The harbour master spoke. " + "More filler. " * 60]
    store(connection, 1, "https://a.example/9", visit("https://a.example/9", body))
    index.advance(connection, most=10)

    (found,) = find(connection, "harbour master")
    assert "[harbour] [master]" in found.snippet
    assert found.snippet.startswith("… ")
    assert found.snippet.endswith(" …")


def test_only_the_newest_text_is_found(corpus: sqlite3.Connection) -> None:
    changed = visit("https://a.example/1", ["Sailors stay at sea."], headline="Sailors stay")
    revisions.add(corpus, 1, changed, number=2, change="body")
    assert index.lag(corpus) == 1
    assert ids(corpus, "road") == [1]

    index.advance(corpus, most=100)

    assert ids(corpus, "road") == []
    assert ids(corpus, "sailor") == [1]
    assert index.lag(corpus) == 0


def test_an_index_of_another_analyser_is_made_anew(
    corpus: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "VERSION", 99)
    assert index.lag(corpus) == 3

    assert index.advance(corpus, most=2) == 2
    assert index.advance(corpus, most=2) == 1
    assert set(ids(corpus, "troops")) == {1, 2}


@pytest.mark.parametrize("language", ["sv", "es", None])
def test_a_text_in_another_language_is_found_by_its_own_forms(
    connection: sqlite3.Connection, language: str | None
) -> None:
    seen = visit("https://a.example/9", ["Soldaterna lämnar basen."], language=language)
    store(connection, 1, "https://a.example/9", seen)
    index.advance(connection, most=10)

    assert ids(connection, "soldaterna") == [1]
    assert ids(connection, "lamnar basen") == [1]
    assert ids(connection, "sold*") == [1]


def test_what_is_taken_out_is_found_no_more(corpus: sqlite3.Connection) -> None:
    index.remove(corpus, 1)

    assert ids(corpus, "troops") == [2]
    assert (
        corpus.execute("SELECT count(*) FROM search WHERE search MATCH 'road'").fetchone()[0] == 0
    )


def test_an_article_that_was_taken_down_is_still_found(corpus: sqlite3.Connection) -> None:
    revisions.mark_removed(corpus, 1, NOW, 410)
    index.advance(corpus, most=10)

    assert ids(corpus, "american") == [1]


def test_every_result_can_be_had_at_once(corpus: sqlite3.Connection) -> None:
    assert finder.ids(corpus, "verdict:on") == [1, 2, 3]


@pytest.mark.parametrize("query", ["convoy", "convoy lang:en", "convoy -id:7", "convoy OR truck"])
def test_pages_of_the_best_are_those_of_all(
    corpus: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    for number in range(4, 44):
        words = ["convoy"] * (number % 3 + 1) + ["road"] * (number % 5)
        url = f"https://a.example/{number}"
        seen = visit(url, [" ".join(words)], language="en" if number % 4 else "de")
        store(corpus, 1, url, seen)
    index.advance(corpus, most=100)

    def pages() -> list[list[int]]:
        found = [find(corpus, query, limit=5, offset=offset) for offset in range(0, 45, 5)]
        return [[article.id for article in page] for page in found]

    monkeypatch.setattr(finder, "_RANKED_TEXTS", 0)
    of_all = pages()
    assert sum(map(len, of_all)) >= 30
    monkeypatch.setattr(finder, "_RANKED_TEXTS", 100)
    for steps in ((10,), (5, 25), (90,)):
        monkeypatch.setattr(finder, "_STEPS", steps)
        assert pages() == of_all


def test_what_waits_is_found_once_also_what_comes_later(corpus: sqlite3.Connection) -> None:
    waiting = index.Waiting()
    assert waiting.next(corpus, most=10) == []

    store(corpus, 1, "https://a.example/4", visit("https://a.example/4", ["A new one."]))
    changed = visit("https://a.example/1", ["Soldiers crossed the river."], language="en")
    revisions.add(corpus, 1, changed, number=2, change="body")
    revisions.mark_removed(corpus, 2, NOW, 410)
    texts = waiting.next(corpus, most=1)
    assert [(text.article_id, text.revision) for text in texts] == [(4, 1)]
    assert index.add(corpus, [(text, text.stems()) for text in texts]) == 1
    texts = waiting.next(corpus, most=10)
    # What was taken down is a text that alerts look at, too.
    assert [(text.article_id, text.revision) for text in texts] == [(1, 2), (2, 2)]

    corpus.execute("DELETE FROM verdict WHERE article_id = 1 AND revision = 2")
    corpus.execute("DELETE FROM revision WHERE article_id = 1 AND number = 2")
    index.add(corpus, [(text, text.stems()) for text in texts])
    assert ids(corpus, "river") == []
    assert waiting.next(corpus, most=10) == []


INITIALS = {
    "https://i.example/1": ("tr", "Üsten çekilme", ["Askerler üsten ayrıldı."]),
    "https://i.example/2": ("en", "They told us", ["The villagers told us of the convoy."]),
    "https://i.example/3": ("en", "Convoy of the U.S. leaves", ["U.S. soldiers left at dawn."]),
    "https://i.example/4": ("en", "US-led force", ["A force led by the US's army stays."]),
    "https://i.example/5": ("fr", "Un convoi", ["Un convoi a quitté la base, ils ont eu froid."]),
    "https://i.example/6": ("en", "UN ENVOY STAYS IN SYRIA", ["The UN envoy arrived."]),
}


@pytest.fixture
def initials(connection: sqlite3.Connection) -> sqlite3.Connection:
    source = Source(name="I", kind=SourceKind.FEED, url="https://i.example/feed")
    sources.synchronize(connection, [(source, "i.example")], NOW)
    for url, (language, headline, body) in INITIALS.items():
        store(connection, 1, url, visit(url, body, headline=headline, language=language))
    index.advance(connection, most=100)
    return connection


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"U.S."', {3, 4}),
        ("U.S.", {3, 4}),
        ("US", {3, 4}),
        ("us", {1, 2, 3, 4}),  # small letters may mean either
        ('"us soldiers"', {3}),
        ('"U.S. soldiers"', {3}),
        ("UN", {6}),
        ("U.N. envoy", {6}),
        ('"un envoy"', {6}),
        ('"un convoi"', {5}),
        ('"stays in syria"', {6}),
        ("UN ENVOY IN SYRIA", {6}),
        ("NEAR(us soldiers, 2)", {3}),
        ("üsten", {1, 2}),
        ("us*", {1, 2, 3, 4}),
    ],
)
def test_initials_are_no_word_of_the_same_letters(
    initials: sqlite3.Connection, query: str, expected: set[int]
) -> None:
    assert set(ids(initials, query)) == expected


def test_a_page_of_the_future_does_not_lead_the_newest(connection: sqlite3.Connection) -> None:
    source = Source(name="F", kind=SourceKind.FEED, url="https://f.example/feed")
    sources.synchronize(connection, [(source, "f.example")], NOW)
    days = (timedelta(days=900), timedelta(days=-1))
    for number, ahead in enumerate(days):
        url = f"https://f.example/{number}"
        store(connection, 1, url, visit(url, ["Bread is dear."], NOW + ahead))
    index.advance(connection, most=10)
    connection.execute(
        "UPDATE search_row SET stored_at = '2026-11-20T00:00:00.000000Z' WHERE article_id = 1"
    )

    assert ids(connection, "bread", order="newest") == [2, 1]
    assert ids(connection, "bread", order="oldest") == [1, 2]
