"""Clusters and groups as the corpus shows them: who carries a text, and who rewrites it."""

import random
import sqlite3
from collections.abc import Sequence
from datetime import timedelta

import pytest

from storage.articles.corpus import stream
from storage.crawl import sources
from storage.records.model import CorpusArticle, Source, SourceKind
from tests.support.farm import make_text
from tests.support.filling import NOW, store, visit

YESTERDAY = NOW - timedelta(days=1)
FAMILIES = {"one": "North", "two": "North", "three": "South", "four": "four"}
TEXT = make_text(random.Random(1), on_topic=True, paragraphs=12)
OTHER = make_text(random.Random(2), on_topic=True, paragraphs=12)


@pytest.fixture
def corpus(connection: sqlite3.Connection) -> sqlite3.Connection:
    listed = [
        (
            Source(
                name=name, kind=SourceKind.FEED, url=f"https://{name}.example/feed", family=family
            ),
            f"{name}.example",
        )
        for name, family in FAMILIES.items()
    ]
    sources.synchronize(connection, listed, NOW)
    return connection


def publish(
    connection: sqlite3.Connection,
    outlet: str,
    body: Sequence[str],
    hours: float = 0.0,
    wire: str | None = None,
) -> int:
    """Store an article that an outlet published so many hours into yesterday."""
    number = connection.execute("SELECT count(*) FROM article").fetchone()[0]
    url = f"https://{outlet}.example/{number}"
    seen = visit(url, list(body), YESTERDAY + timedelta(hours=hours), wire=wire)
    return store(connection, list(FAMILIES).index(outlet) + 1, url, seen)


def listed(connection: sqlite3.Connection) -> dict[int, CorpusArticle]:
    return {article.id: article for article in stream(connection)}


def test_the_kind_of_a_copy_is_of_the_original_that_is_named(corpus: sqlite3.Connection) -> None:
    original = publish(corpus, "one", TEXT, 0)
    part = publish(corpus, "three", TEXT[:5], 1)
    again = publish(corpus, "four", TEXT[:5], 2)
    found = listed(corpus)

    assert [found[number].duplicate_of for number in (part, again)] == [original, original]
    assert [found[number].duplicate_kind for number in (part, again)] == ["truncated"] * 2
    assert _exactly(corpus, again, part)


def test_an_original_that_is_found_last_is_compared_with_each_copy(
    corpus: sqlite3.Connection,
) -> None:
    part = publish(corpus, "three", TEXT[:5], 1)
    again = publish(corpus, "four", TEXT[:5], 2)
    original = publish(corpus, "one", TEXT, 0)
    found = listed(corpus)

    assert [found[number].duplicate_of for number in (part, again, original)] == [
        original, original, None,
    ]  # fmt: skip
    assert [found[number].duplicate_kind for number in (part, again)] == ["truncated"] * 2
    assert all((found[number].containment or 0) > 0.9 for number in (part, again))


def _exactly(connection: sqlite3.Connection, article: int, of: int) -> bool:
    """Whether an article was found to be an exact copy of another one."""
    row = connection.execute(
        "SELECT kind FROM relation WHERE article_id = ? AND of = ?", (article, of)
    ).fetchone()
    return row is not None and row["kind"] == "exact"


def test_outlets_of_one_family_are_one_voice(corpus: sqlite3.Connection) -> None:
    for hours, outlet in enumerate(FAMILIES):
        last = publish(corpus, outlet, TEXT, hours)

    found = listed(corpus)[last]
    assert (found.outlets, found.independent_texts) == (3, 1)
    assert [article.family for article in listed(corpus).values()] == list(FAMILIES.values())


def test_a_text_of_its_own_that_uses_passages_is_another_voice(corpus: sqlite3.Connection) -> None:
    publish(corpus, "one", TEXT)
    own = publish(corpus, "three", [*OTHER[:8], *TEXT[3:9]])

    found = listed(corpus)[own]
    assert found.duplicate_of is None
    assert (found.outlets, found.independent_texts) == (2, 2)


def test_texts_of_one_agency_are_one_voice_whoever_shortens_them(
    corpus: sqlite3.Connection,
) -> None:
    publish(corpus, "one", TEXT, wire="AP")
    publish(corpus, "three", [*OTHER[:8], *TEXT[3:9]], wire="AP")

    assert {(a.outlets, a.independent_texts) for a in listed(corpus).values()} == {(2, 1)}


def test_first_published_and_first_seen_are_both_told(corpus: sqlite3.Connection) -> None:
    seen_first = publish(corpus, "one", TEXT, hours=5)
    published_first = publish(corpus, "three", TEXT[:6], hours=2)

    copy = listed(corpus)[seen_first]
    assert copy.duplicate_of == published_first
    assert copy.first_published == YESTERDAY + timedelta(hours=2)
    assert copy.seen_first == seen_first


def test_a_cut_copy_keeps_both_containments(corpus: sqlite3.Connection) -> None:
    original = publish(corpus, "one", TEXT)
    copy = publish(corpus, "three", TEXT[:4], hours=1)

    row = corpus.execute("SELECT * FROM relation WHERE article_id = ?", (copy,)).fetchone()
    assert (row["of"], row["kind"], row["forward"]) == (original, "truncated", 1.0)
    assert 0.2 < row["backward"] < 0.5
    assert row["method"]
