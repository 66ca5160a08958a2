"""Names by sound: a name in one script finds its spellings in all others, and few other words."""

import sqlite3

import pytest

from storage import forgetting
from storage.search import index
from storage.search.find import also_by_sound, find, ids
from tests.support.filling import store, visit

_TEXTS = {
    "https://one.example/1": ("en", "The envoy Lavrentiev met the garrison in Tanf."),
    "https://one.example/2": ("ru", "Посланник Лаврентьев встретился с гарнизоном."),
    "https://one.example/3": ("ru", "Переговоры с Лаврентьевым начались утром."),
    "https://one.example/4": ("he", "השליח לברנטייב נפגש עם הממשלה בדמשק."),
    "https://one.example/5": ("ar", "التقى المبعوث ولافرينتييف مع الحكومة."),
    "https://one.example/6": ("de", "Der Gesandte Lawrentjew reiste ab."),
    "https://one.example/7": ("en", "Putin and Biden spoke; a python slept in the zoo."),
    "https://one.example/8": ("ru", "Путин и Байден говорили."),
    "https://one.example/9": ("ar", "قال بوتين إن بايدن سيغادر بدون تأخير."),
}


@pytest.fixture
def corpus(connection: sqlite3.Connection) -> sqlite3.Connection:
    for url, (language, sentence) in _TEXTS.items():
        store(connection, 1, url, visit(url, [sentence], headline="", language=language))
    index.advance(connection, most=100)
    return connection


@pytest.mark.parametrize(
    "name", ["Lavrentiev", "Лаврентьев", "לברנטייב", "لافرينتييف", "Lawrentjew", "Lavrentyev"]
)
def test_a_name_finds_every_spelling_from_every_other(
    corpus: sqlite3.Connection, name: str
) -> None:
    assert ids(corpus, f"sound:{name}") == [1, 2, 3, 4, 5, 6]
    assert {found.id for found in find(corpus, name, by_sound=True)} == {1, 2, 3, 4, 5, 6}


def test_names_of_the_same_consonants_are_kept_apart(corpus: sqlite3.Connection) -> None:
    assert ids(corpus, "sound:Putin") == [7, 8, 9]
    assert {heard.spelling for heard in also_by_sound(corpus, "Putin")} == {"Путин", "بوتين"}


def test_the_spellings_are_counted_the_most_frequent_first(corpus: sqlite3.Connection) -> None:
    found = also_by_sound(corpus, "garrison OR Lavrentiev")

    assert found[0].spelling == "Лаврентьев"
    assert [heard.articles for heard in found] == sorted(
        (heard.articles for heard in found), reverse=True
    )


def test_only_what_looks_like_a_name_is_searched_by_its_sound(corpus: sqlite3.Connection) -> None:
    for query in ("lavrentiev", '"Lavrentiev"', "Lavrent*", "-Lavrentiev garrison"):
        assert also_by_sound(corpus, query) == []
    assert [found.id for found in find(corpus, "Lavrentiev")] == [1]
    assert also_by_sound(corpus, "Lavrentiev", is_automatic=False) == []
    assert also_by_sound(corpus, "sound:lavrentiev", is_automatic=False) != []


@pytest.mark.parametrize(
    ("query", "spellings"),
    [("بوتين", {"Putin", "Путин"}), ("לברנטייב", {"Lavrentiev", "Лаврентьев"}), ("قوات", set())],
)
def test_a_name_without_capitals_is_searched_in_other_scripts(
    corpus: sqlite3.Connection, query: str, spellings: set[str]
) -> None:
    found = {heard.spelling for heard in also_by_sound(corpus, query)}

    assert spellings <= found
    assert bool(spellings) == bool(found)


def test_several_words_and_other_conditions_are_joined(corpus: sqlite3.Connection) -> None:
    assert ids(corpus, 'sound:"Putin Biden"') == [7, 8, 9]
    assert ids(corpus, "sound:Lavrentiev lang:ru") == [2, 3]
    assert ids(corpus, "-sound:Lavrentiev -sound:Putin") == []


def test_the_spellings_are_marked_in_the_snippet(corpus: sqlite3.Connection) -> None:
    found = {one.id: one.snippet for one in find(corpus, "Lavrentiev", by_sound=True)}

    assert "[Лаврентьев]" in found[2]
    assert "[לברנטייב]" in found[4]


def test_a_forgotten_article_leaves_no_name(corpus: sqlite3.Connection) -> None:
    forgetting.forget(corpus, [6], "article", "a test")

    terms = [row[0] for row in corpus.execute("SELECT term FROM search_name_term")]
    assert not any("lawrentjew" in term for term in terms)
    assert any("lavrentiev" in term for term in terms)


def test_an_index_of_an_older_version_is_emptied_before_an_article_is_removed(
    corpus: sqlite3.Connection,
) -> None:
    corpus.execute("UPDATE search_row SET analyser = 0")

    forgetting.forget(corpus, [6], "article", "a test")
    index.advance(corpus, most=100)

    assert ids(corpus, "sound:Lavrentiev") == [1, 2, 3, 4, 5]
