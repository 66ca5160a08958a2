"""Contradictions that new articles bring, for alerts: each pair once, no name in the queue."""

import sqlite3
from dataclasses import replace

from crawler.alerts.items import lines
from storage.articles import revisions
from storage.monitoring.alerts import Asked, Seen
from storage.monitoring.disputes import disputes
from storage.monitoring.findings import look
from storage.records.claim import Claim, Stance
from storage.records.sayings import Sayings
from storage.search import index
from storage.statements import keeping
from tests.support.filling import store, visit

BEGINNING = "2000-01-01T00:00:00.000000Z"
DEMAND = (
    "Edda Brahm",
    Stance.SHOULD_LEAVE,
    "Edda Brahm says that Turkish troops must leave.",
)
REFUSAL = ("Kemal Ordun", Stance.STAYS, "Kemal Ordun says that Turkish troops stay in Syria.")


def sayings(speaker: str, stance: Stance, sentence: str, certainty: float) -> Sayings:
    claim = Claim(
        paragraph=0, start=0, end=len(sentence), force="turkey", stance=stance, speaker=speaker,
        speaker_how="person", said_on="2026-11-25", certainty=certainty,
    )  # fmt: skip
    return Sayings(statements=(), claims=(claim,), version="rules-1")


def put(
    connection: sqlite3.Connection,
    number: int,
    said: tuple[str, Stance, str],
    certainty: float = 0.85,
) -> int:
    """Store an article of one sentence with one claim."""
    url = f"https://a.example/{number}"
    seen = visit(url, [said[2]])
    found = sayings(*said, certainty)
    reading = replace(seen.reading, sayings=found)
    return store(connection, 1 + number % 2, url, replace(seen, reading=reading))


def stored_at(connection: sqlite3.Connection) -> str:
    return str(connection.execute("SELECT max(stored_at) FROM revision").fetchone()[0])


def test_an_answer_is_reported_with_both_sides(connection: sqlite3.Connection) -> None:
    put(connection, 1, DEMAND)
    before = stored_at(connection)
    put(connection, 2, REFUSAL)

    (item,) = disputes(connection, before)
    (line,) = lines(connection, [(1, item)])
    assert line.headline == "Kemal Ordun: turkey stays / Edda Brahm: turkey should leave"
    assert REFUSAL[2] in line.quote
    assert DEMAND[2] in line.quote
    assert "Brahm" not in item.key + item.detail


def test_a_pair_that_was_reported_has_the_same_key_later(connection: sqlite3.Connection) -> None:
    put(connection, 1, DEMAND)
    put(connection, 2, REFUSAL)
    first = disputes(connection, BEGINNING)
    before = stored_at(connection)
    put(connection, 3, REFUSAL)

    assert [item.key for item in disputes(connection, before)] == [item.key for item in first]


def test_without_a_new_text_or_a_sure_claim_nothing_is_reported(
    connection: sqlite3.Connection,
) -> None:
    put(connection, 1, DEMAND)
    put(connection, 2, REFUSAL, certainty=0.5)

    assert disputes(connection, BEGINNING) == []
    put(connection, 3, REFUSAL)
    assert disputes(connection, stored_at(connection)) == []


def test_an_old_text_that_is_read_again_is_not_new(connection: sqlite3.Connection) -> None:
    put(connection, 1, DEMAND)
    article = put(connection, 2, REFUSAL)
    after = stored_at(connection)
    keeping.add(connection, article, 1, sayings(*REFUSAL, 0.85))

    assert disputes(connection, after) == []


def test_an_alert_asks_for_contradictions_or_does_not(connection: sqlite3.Connection) -> None:
    put(connection, 1, DEMAND)
    put(connection, 2, REFUSAL)
    index.advance(connection, most=10)
    since = Seen(BEGINNING, 0)

    found, _ = look(connection, Asked(name="a", has_contradictions=True), since)
    assert len(found) == 1
    assert look(connection, Asked(name="a"), since)[0] == []


def test_a_line_without_its_claims_is_about_the_article(connection: sqlite3.Connection) -> None:
    put(connection, 1, DEMAND)
    article = put(connection, 2, REFUSAL)
    (item,) = disputes(connection, BEGINNING)
    revisions.add(connection, article, visit("https://a.example/2", ["Another text."]),
                  number=2, change="body")  # fmt: skip

    (line,) = lines(connection, [(1, item)])
    assert line.headline == "Headline"
