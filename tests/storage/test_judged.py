"""Claims that readers judge: each once, counted with n and an interval, kept under other rules."""

import sqlite3

import pytest

from storage.statements import claims, judged, keeping, opinions
from tests.storage.test_disputes import DEMAND, REFUSAL, put, sayings


def keys(connection: sqlite3.Connection) -> list[str]:
    return [claim.key for claim in judged.waiting(connection, None, 100)]


def test_a_claim_that_is_judged_waits_no_longer(connection: sqlite3.Connection) -> None:
    put(connection, 1, DEMAND)
    put(connection, 2, REFUSAL)
    first, second = keys(connection)
    opinions.add(connection, judged.opinion_on(first, "right"))

    assert keys(connection) == [second]
    assert judged.has(connection, second)
    assert not judged.has(connection, "17:1:0:0:9:us:left")
    assert not judged.has(connection, "no key")


def test_the_newest_judgement_counts_and_stays_under_other_rules(
    connection: sqlite3.Connection,
) -> None:
    article = put(connection, 1, DEMAND)
    put(connection, 2, REFUSAL, certainty=0.5)
    first, second = keys(connection)
    opinions.add(connection, judged.opinion_on(first, "wrong", "stays"))
    opinions.add(connection, judged.opinion_on(first, "right"))
    opinions.add(connection, judged.opinion_on(second, "wrong"))
    keeping.add(connection, article, 1, sayings(*DEMAND, 0.85))

    shares = {share.group: (share.right, share.judged) for share in judged.quality(connection)}
    assert shares["all"] == (1, 2)
    assert shares["sure"] == (1, 1)
    assert shares["unsure"] == (0, 1)
    assert keys(connection) == []


def test_a_right_answer_is_a_stance(connection: sqlite3.Connection) -> None:
    put(connection, 1, DEMAND)
    (key,) = keys(connection)

    with pytest.raises(ValueError, match="is no stance"):
        judged.opinion_on(key, "wrong", "leaves")
    assert len(claims.read(connection)) == 1
