"""Claims in the store: with their text, as known at a time, and forgotten with it."""

import sqlite3
from dataclasses import replace
from datetime import date

import pytest

from crawler.topic.file import load
from crawler.workers.sayings import read_sayings
from storage.articles import corpus, revisions
from storage.articles.revisions import Visit
from storage.records.claim import Stance
from storage.records.sayings import Sayings
from storage.search import find, index
from storage.search.nodes import QueryError
from storage.sqlite import corpus_view
from storage.statements import claims, keeping
from storage.statements.claims import ClaimsWanted
from storage.statements.timeline import timeline
from tests.support.filling import store, visit

URL = "https://wire.example/1"
BODY = [
    "Ankara rejected the call by Moscow for Turkish troops to leave Syria.",
    "“Our soldiers will stay in Syria as long as the border is not safe,” Turkish Defence Ministry "
    "spokesman Kemal Ordun said.",
]
CHANGED = [BODY[0], "“Our soldiers will leave Syria in May,” spokesman Kemal Ordun said."]


def heard(body: list[str]) -> Sayings:
    return read_sayings(
        load(),
        headline="Ankara answers on Syria",
        body=body,
        language="en",
        published=date(2026, 11, 25),
    )


def spoken(body: list[str]) -> Visit:
    """Return a visit of a text and what is said in it."""
    seen = visit(URL, body, headline="Ankara answers on Syria")
    return replace(seen, reading=replace(seen.reading, sayings=heard(body)))


def facts(connection: sqlite3.Connection, **wanted: object) -> set[tuple[str | None, str, str]]:
    found = claims.read(connection, ClaimsWanted(**wanted))  # type: ignore[arg-type]
    return {(claim.name, claim.force, claim.stance.value) for claim in found}


def test_claims_are_stored_with_their_text_and_their_sentence(
    connection: sqlite3.Connection,
) -> None:
    store(connection, 1, URL, spoken(BODY))

    found = claims.read(connection)
    assert ("Kemal Ordun", "turkey", "stays") in facts(connection)
    (own,) = [claim for claim in found if claim.name == "Kemal Ordun"]
    assert own.sentence == BODY[1]
    assert own.condition == "as long as the border is not safe"
    assert own.day == "2026-11-25"


def test_another_text_has_claims_of_its_own_and_the_earlier_stay_as_known(
    connection: sqlite3.Connection,
) -> None:
    store(connection, 1, URL, spoken(BODY))
    before = corpus_view.settled(connection)
    revisions.add(connection, 1, spoken(CHANGED), number=2, change="body")

    assert ("Kemal Ordun", "turkey", "will_leave") in facts(connection)
    assert ("Kemal Ordun", "turkey", "stays") not in facts(connection)
    assert ("Kemal Ordun", "turkey", "stays") in facts(connection, as_of=before)


def test_reading_again_gives_the_same_rows_and_closes_the_earlier(
    connection: sqlite3.Connection,
) -> None:
    store(connection, 1, URL, spoken(BODY))
    first = claims.read(connection)
    keeping.add(connection, 1, 1, heard(BODY))

    second = claims.read(connection)
    assert [replace(claim, id=0, found_at="") for claim in first] == [
        replace(claim, id=0, found_at="") for claim in second
    ]
    closed = connection.execute("SELECT count(*) FROM claim WHERE until IS NOT NULL").fetchone()[0]
    assert closed == len(first)


def test_the_timeline_of_a_store_has_the_refusal_beside_the_call(
    connection: sqlite3.Connection,
) -> None:
    store(connection, 1, URL, spoken(BODY))

    lines = timeline(claims.read(connection))
    stances = {(line.speaker, line.stance) for line in lines}
    assert ("Moscow", Stance.SHOULD_LEAVE) in stances
    against = next(line.against for line in lines if line.speaker == "Moscow")
    assert {other.speaker for other in against} == {"Ankara", "Kemal Ordun"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("force:turkey", 1),
        ("force:iran", 0),
        ("stance:stays", 1),
        ("stance:left", 0),
        ("force:turkey stance:should_leave", 1),
        ("-force:turkey", 0),
    ],
)
def test_articles_are_found_by_force_and_stance(
    connection: sqlite3.Connection,
    query: str,
    count: int,
) -> None:
    store(connection, 1, URL, spoken(BODY))
    index.advance(connection, most=100)

    assert len(find.ids(connection, query)) == count


@pytest.mark.parametrize(
    ("query", "hint"),
    [("force:turky", "turkey"), ("stance:stay", "stays")],
)
def test_a_force_or_stance_that_is_none_is_refused_with_the_nearest(
    connection: sqlite3.Connection,
    query: str,
    hint: str,
) -> None:
    with pytest.raises(QueryError, match=f"did you mean {hint}"):
        find.ids(connection, query)


def test_an_article_has_its_claims_as_a_field_as_known_then(
    connection: sqlite3.Connection,
) -> None:
    store(connection, 1, URL, spoken(BODY))
    before = corpus_view.settled(connection)
    revisions.add(connection, 1, spoken(CHANGED), number=2, change="body")

    now, then = corpus.get(connection, 1), corpus.get(connection, 1, before)
    assert {(claim.speaker, claim.stance) for claim in then.claims} >= {("Kemal Ordun", "stays")}
    (own,) = [claim for claim in now.claims if claim.speaker == "Kemal Ordun"]
    assert (own.stance, own.sentence) == ("will_leave", CHANGED[1])
    assert CHANGED[own.paragraph][own.start : own.end] == own.sentence
