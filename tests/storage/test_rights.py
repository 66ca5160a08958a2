"""Rights are stored by text, found by queries, exported, and forgotten with the article."""

import io
import json
import sqlite3

import pytest

from storage.articles import corpus, revisions
from storage.articles.corpus import Wanted
from storage.export import ExportRequest, write
from storage.export.withholding import Withheld
from storage.forgetting import forget
from storage.records.rights import Rights
from storage.search import index
from storage.search.find import ids
from storage.sqlite import corpus_view
from tests.support.filling import NOW, store, visit

_CLAIMED = Rights(
    license="https://cc.example/by",
    copyright="© 2026 Ferry Press",
    copyright_holder="Ferry Press",
    usage_info="https://a.example/use",
    restrictions=("noarchive", "tdm"),
    max_snippet=80,
    tdm_policy="https://a.example/tdm",
)
_WORDS = "The garrison packs its tents."


@pytest.fixture
def filled(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Article 1 claims rights, 2 claims none, and 3 was read before there was a table."""
    for number, rights in enumerate([_CLAIMED, Rights(), Rights()], 1):
        url = f"https://a.example/{number}"
        words = [_WORDS if number == 1 else f"Article {number} is of the harbour and its cranes."]
        store(connection, 1, url, visit(url, words, rights=rights))
    connection.execute("DELETE FROM rights WHERE article_id = 3")
    index.advance(connection, most=9)
    return connection


def _export(connection: sqlite3.Connection, withheld: Withheld) -> list[dict[str, object]]:
    out = io.BytesIO()
    wanted = Wanted(as_of=corpus_view.settled(connection))
    write(connection, out, ExportRequest(form="jsonl", wanted=wanted, withheld=withheld))
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_rights_are_fields_of_the_article(filled: sqlite3.Connection) -> None:
    claims, nothing, unknown = corpus.stream(filled)

    assert claims.license == _CLAIMED.license
    assert claims.copyright == _CLAIMED.copyright
    assert (claims.restrictions, claims.max_snippet) == (["noarchive", "tdm"], 80)
    assert claims.tdm_policy == _CLAIMED.tdm_policy
    assert (nothing.restrictions, nothing.license) == ([], None)
    assert unknown.restrictions is None


def test_a_text_that_is_repeated_keeps_its_rights(filled: sqlite3.Connection) -> None:
    revisions.mark_removed(filled, 1, NOW, 410)

    assert corpus.get(filled, 1).restrictions == ["noarchive", "tdm"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rights:noarchive", [1]),
        ("rights:noai", []),
        ("rights:none", [2]),
        ("rights:unknown", [3]),
        ("-rights:tdm", [2, 3]),
    ],
)
def test_articles_are_found_by_what_their_page_asks(
    filled: sqlite3.Connection, query: str, found: list[int]
) -> None:
    assert sorted(ids(filled, query)) == found


def test_only_texts_whose_wish_is_honoured_are_left_out(filled: sqlite3.Connection) -> None:
    kept = _export(filled, Withheld())
    withheld = _export(filled, Withheld(("noarchive",)))

    assert kept[0]["body"] == [_WORDS]
    assert (withheld[0]["body"], withheld[0]["evidence"]) == ([], [])
    assert withheld[0]["headline"] == "Headline"
    assert withheld[0]["restrictions"] == ["noarchive", "tdm"]
    assert withheld[1:] == kept[1:]


def test_the_metadata_alone_has_no_text(filled: sqlite3.Connection) -> None:
    rows = _export(filled, Withheld(everything=True))

    assert [row["body"] for row in rows] == [[], [], []]
    assert rows[0]["copyright"] == _CLAIMED.copyright


def test_rights_are_forgotten_with_the_article(filled: sqlite3.Connection) -> None:
    forget(filled, [1], "article", "a request")

    assert filled.execute("SELECT count(*) FROM rights WHERE article_id = 1").fetchone()[0] == 0


def test_what_is_not_to_be_found_is_no_row_of_an_export(filled: sqlite3.Connection) -> None:
    filled.execute("UPDATE rights SET restrictions = '[\"noindex\"]' WHERE article_id = 1")

    assert [row["id"] for row in _export(filled, Withheld(("noindex",)))] == [2, 3]
    assert Withheld(("noindex",)).articles(filled) == {1}


def test_every_list_of_sentences_is_empty_without_texts(filled: sqlite3.Connection) -> None:
    kept = {"byline", "tags", "changes", "restrictions"}  # lists of facts
    rows = _export(filled, Withheld(everything=True))

    for name, value in rows[0].items():
        if isinstance(value, list) and name not in kept:
            assert value == [], name
