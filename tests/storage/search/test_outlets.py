"""Facts about outlets in queries, as of the article's date; addresses, discoveries and changes."""

import sqlite3
from datetime import date, timedelta

import pytest

from storage.articles import corpus, revisions
from storage.articles.corpus import stream
from storage.crawl import outlets, sources
from storage.records.model import Fact, Source, SourceKind
from storage.search import index
from storage.search.find import find
from tests.support.filling import NOW, store, visit

_TURN = date(2026, 11, 20)
_HERON = Source(
    name="Heron",
    kind=SourceKind.FEED,
    url="https://heron.example/feed",
    country="SY",
    family="New House",
    domains=("lamp.example",),
    former_domains=("old-heron.example",),
    facts=(
        Fact(name="kind", value="think tank"),
        Fact(name="alignment", value="state"),
        Fact(name="alignment", value="independent", since=_TURN),
        Fact(name="leaning", value="of the old ministry"),
        Fact(name="leaning", value="of no party", since=_TURN),
        Fact(name="owner", value="Old House"),
        Fact(name="owner", value="New House", since=_TURN),
        Fact(name="family", value="Old House"),
        Fact(name="family", value="New House", since=_TURN),
    ),
)
_PLAIN = Source(name="Plain", kind=SourceKind.FEED, url="https://plain.example/feed")
_LISTED = [(_HERON, "heron.example"), (_PLAIN, "plain.example")]


def _add(connection: sqlite3.Connection, source: int, url: str, days_ago: int) -> int:
    body = [f"The garrison of {url} leaves after {days_ago} days."]
    seen = visit(url, body, NOW - timedelta(days=days_ago), headline=f"Report {days_ago}")
    return store(connection, source, url, seen)


@pytest.fixture
def filled(connection: sqlite3.Connection) -> sqlite3.Connection:
    sources.synchronize(connection, _LISTED, NOW)
    ids = dict(connection.execute("SELECT name, id FROM source").fetchall())
    _add(connection, ids["Heron"], "https://heron.example/new", 1)
    _add(connection, ids["Heron"], "https://heron.example/old", 30)
    _add(connection, ids["Plain"], "https://plain.example/one", 2)
    index.advance(connection, most=100)
    return connection


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind:\"think tank\"", {1, 2}),
        ("outlet_kind:agency", set()),
        ("alignment:state", {2}),
        ("alignment:independent", {1}),
        ("alignment:unknown", {3}),
        ("leaning:ministry", {2}),
        ("owner:\"new house\"", {1}),
        ("owner:house -owner:new", {2}),
        ("family:old", {2}),
        ("family:plain", {3}),
        ("country:sy", {1, 2}),
        ("url:heron.example/", {1, 2}),
        ("url:https://www.heron.example/OLD", {2}),
        ("url:plain", {3}),
        ("published:2026-11-24", {1}),
        ("seen:2026-11", {1, 2, 3}),
        ("seen:2025", set()),
        ("revised:no", {1, 2, 3}),
        ("revised:yes", set()),
    ],
)  # fmt: skip
def test_queries(filled: sqlite3.Connection, query: str, expected: set[int]) -> None:
    assert {found.id for found in find(filled, query)} == expected


def test_relative_dates_count_from_the_time_of_as_of(filled: sqlite3.Connection) -> None:
    as_of = NOW + timedelta(days=1)
    filled.execute("UPDATE revision SET stored_at = ?", ("2026-11-25T00:00:00.000Z",))
    filled.execute("UPDATE verdict SET stored_at = ?", ("2026-11-25T00:00:00.000Z",))
    filled.execute("UPDATE search_row SET stored_at = ?", ("2026-11-25T00:00:00.000Z",))

    assert [found.id for found in find(filled, "after:3d", as_of=as_of)] == [1, 3]
    assert [found.id for found in find(filled, "after:3d before:2d", as_of=as_of)] == [3]


def test_changes_are_found_by_kind_number_and_time(filled: sqlite3.Connection) -> None:
    changed = visit("https://plain.example/one", ["The garrison stays."], headline="It stays")
    later = NOW + timedelta(hours=5)
    revisions.add(
        filled, 3, changed, number=2, change="headline", changes=["headline", "correction"]
    )
    filled.execute("UPDATE revision SET fetched_at = ? WHERE number = 2", (later.isoformat(),))
    index.advance(filled, most=10)

    for query, is_found in {
        "changes:headline": True,
        "changes:number": False,
        "changes:1": True,
        "changes:2": False,
        "revised:yes": True,
        "revised:no id:3": False,
        "revised:2026-11-25": True,
        "revised:2026-11-24": False,
    }.items():
        assert [found.id for found in find(filled, query)] == [3] * is_found, query


def test_the_facts_of_an_article_are_those_of_its_date(filled: sqlite3.Connection) -> None:
    new, old = outlets.outlet_facts(filled, 1), outlets.outlet_facts(filled, 2)

    assert (new.outlet_kind, new.alignment, new.family) == (
        "think tank",
        "independent",
        "New House",
    )
    assert (old.alignment, old.owner, old.family) == ("state", "Old House", "Old House")
    assert [article.family for article in corpus.stream(filled)] == [
        "New House", "Old House", "Plain",
    ]  # fmt: skip
    with pytest.raises(KeyError):
        outlets.outlet_facts(filled, 99)


@pytest.mark.parametrize("host", ["lamp.example", "ar.lamp.example", "old-heron.example"])
def test_an_article_at_a_domain_of_an_outlet_is_the_outlets(
    filled: sqlite3.Connection, host: str
) -> None:
    plain = filled.execute("SELECT id FROM source WHERE name = 'Plain'").fetchone()[0]

    number = _add(filled, plain, f"https://{host}/report", 3)

    assert corpus.get(filled, number).source == "Heron"


def test_an_article_that_the_outlet_lists_itself_keeps_its_source(
    connection: sqlite3.Connection,
) -> None:
    other = Source(
        name="Heron",
        kind=SourceKind.FEED,
        url="https://heron.example/ar",
        domains=("lamp.example",),
    )
    sources.synchronize(connection, [*_LISTED, (other, "heron.example")], NOW)
    listed_by = connection.execute("SELECT max(id) FROM source").fetchone()[0]

    number = _add(connection, listed_by, "https://lamp.example/report", 3)

    stored = connection.execute("SELECT source_id FROM article WHERE id = ?", (number,)).fetchone()
    assert stored[0] == listed_by


def test_facts_follow_the_configuration_and_an_equal_one_writes_nothing(
    filled: sqlite3.Connection,
) -> None:
    before = filled.total_changes
    outlets.synchronize(filled, [_HERON, _PLAIN])
    assert filled.total_changes == before

    outlets.synchronize(filled, [Source(name="Heron", kind=SourceKind.FEED, url=_HERON.url)])
    assert outlets.outlet_facts(filled, 1).alignment is None


def test_an_article_of_the_corpus_has_the_facts_of_its_outlet(filled: sqlite3.Connection) -> None:
    for article in stream(filled):
        facts = outlets.outlet_facts(filled, article.id)

        assert article.outlet_kind == facts.outlet_kind
        assert article.alignment == (facts.alignment or "unknown")
        assert (article.leaning, article.owner) == (facts.leaning, facts.owner)
        assert (article.country, article.outlet_group) == (facts.country, facts.group)
    assert len({article.leaning for article in stream(filled)}) > 1
