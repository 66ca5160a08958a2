"""The query grammar: what it means, and what it says of mistakes."""

import re
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.search.compile import compile_query
from storage.search.fields import FIELDS
from storage.search.find import find
from storage.search.nodes import And, Field, Near, Not, Or, Phrase, QueryError, Word
from storage.search.query import parse


def test_words_side_by_side_are_and_and_or_is_weaker() -> None:
    assert parse("a b OR c") == Or((And((Word("a"), Word("b"))), Word("c")))
    assert parse("a AND (b OR c)") == And((Word("a"), Or((Word("b"), Word("c")))))


def test_not_prefix_phrase_and_near() -> None:
    assert parse("-a NOT b") == And((Not(Word("a")), Not(Word("b"))))
    assert parse('with* "two words"') == And((Word("with", is_prefix=True), Phrase("two words")))
    assert parse('NEAR(a "b c", 3)') == Near((Word("a"), Phrase("b c")), 3)
    assert parse("NEAR(a b)") == Near((Word("a"), Word("b")), 10)


@pytest.mark.parametrize(
    ("query", "position"),
    [
        ("syria id:99999999999999999999", 9),
        ("id:9223372036854775808", 3),
        ("id:" + "9" * 5000, 3),
        ("duplicate:99999999999999999999", 10),
        ("NEAR(troops leave, 99999999999)", 19),
        ("after:0001-01-01T00:00+23:59", 6),
        ("before:9999-12-31T23:59:59-12:00", 7),
        ("source:caf\udce9", 10),
        ("a\x00b", 1),
    ],
)
def test_what_no_store_can_compare_is_refused_with_its_place(query: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)

    assert caught.value.position == position


@pytest.mark.parametrize("query", ["id:9223372036854775807", "after:0001", "before:9999-12-31"])
def test_the_last_number_and_the_edges_of_the_calendar_find_nothing(
    connection: sqlite3.Connection, query: str
) -> None:
    assert find(connection, query) == []


def test_the_value_of_a_field_is_all_until_the_next_space() -> None:
    assert parse("url:http://paper.example/a:b") == Field("url", "http://paper.example/a:b")
    assert parse("(url:paper.example/a_(b))") == Field("url", "paper.example/a_(b)")
    assert parse("outlet_kind:Agency") == parse("kind:agency")


def test_fields_and_words_that_look_like_them() -> None:
    assert parse("lang:ar") == Field("lang", "ar")
    assert parse('source:"the post"') == Field("source", "the post")
    assert parse('title:"in it"') == Phrase("in it", "headline")
    assert parse("title:word*") == Word("word", is_prefix=True, column="headline")
    found = parse("after:2024-12")
    assert isinstance(found, Field)
    assert found.day is not None
    assert found.day.isoformat() == "2024-12-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("query", "said", "position"),
    [
        ("", "an empty query", 0),
        ('syria "open', "a quotation mark without its partner", 6),
        ("(a b", "an opening bracket without its partner", 0),
        ("a) b", "a closing bracket without its partner", 1),
        ("a OR", "something is missing", 4),
        ("-", "no word", 0),
        ("colour:red", "no field 'colour'; there are source, family", 0),
        ("after:yesteryear", "no date", 6),
        ("seen:lastweek", "did you mean last-week", 5),
        ("a after:7q", "'7q' is no date: write 2024", 8),
        ("after:99999999y", "no date", 6),
        ("revised:maybe", "is no date: write yes, no, 2024", 8),
        ('owner:""', "owner: needs a value", 6),
        ("sorce:a", "did you mean source:", 0),
        ("source:-a", "needs a value", 7),
        ("kind:paper", "kind: is one of agency", 5),
        ("alignment:sate", "did you mean state", 10),
        ("country:Syria", 'did you mean "SY"', 8),
        ("changes:headlines", "did you mean headline", 8),
        ("after:2024-13", "no date", 6),
        ("verdict:maybe", "verdict: is on or off", 8),
        ("id:x", "id: is a number", 3),
        ("duplicate:maybe", "duplicate: is yes, no or a number", 10),
        ("NEAR(a)", "NEAR needs two words", 0),
        ("NEAR(a (b))", "NEAR holds words and phrases", 7),
        ("a* b**c", "is no word", 3),
        ("***", "is no word", 0),
    ],
)
def test_a_mistake_is_named_with_its_place(query: str, said: str, position: int) -> None:
    with pytest.raises(QueryError, match=re.escape(said)) as caught:
        parse(query)

    assert caught.value.position == position


_PIECES = st.sampled_from(
    [
        *("syria", "قوات", "日本", "é", "5", "a*", "OR", "NOT", "AND", "NEAR", "NEAR(", "\x00"),
        *"-()\"\\',*:;",
        *(f"{field}:" for field in FIELDS),
        *("after:2024", "id:7", "--"),
    ]
)


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=10).map(" ".join)))
def test_any_query_is_understood_or_refused(query: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE search USING fts5 (headline, standfirst, body, content = '')"
    )
    try:
        compiled = compile_query(parse(query))
    except QueryError:
        return
    if compiled.match is not None:
        connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (compiled.match,))


def test_a_query_of_many_brackets_is_refused_and_not_a_crash(
    connection: sqlite3.Connection,
) -> None:
    with pytest.raises(QueryError, match="too deep"):
        find(connection, "(" * 5000 + "a" + ")" * 5000)
    with pytest.raises(QueryError, match="too deep"):
        find(connection, "-" * 5000 + "a")
