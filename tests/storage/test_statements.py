"""Statements and claims in the store: of each text, since when they are known, until when."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.maintenance.forget import forget_speaker
from crawler.maintenance.reprocess import read_statements
from crawler.topic import file as topic_file
from crawler.workers.sayings import read_sayings, version_of
from storage import forgetting
from storage.articles import revisions
from storage.articles.revisions import Visit
from storage.records.claim import Claim, Stance
from storage.records.sayings import Sayings
from storage.records.statement import HEADLINE, How, Span, Statement, StatementKind
from storage.sqlite.database import Database
from storage.statements import keeping
from tests.support.filling import store, visit

URL = "https://a.example/1"
BODY = ["“The last convoy leaves in May,” Edda Brahm said."]
SAID = Statement(
    paragraph=0, start=1, end=31, kind=StatementKind.DIRECT, speaker=Span(0, 33, 43),
    name="Edda Brahm", how=How.NAMED, rule="after: subject verb", certainty=0.98,
)  # fmt: skip
HEADED = replace(SAID, paragraph=HEADLINE, name="Ilan Dorvat", group=1)
CLAIM = Claim(
    paragraph=0, start=0, end=49, force="russia", stance=Stance.WILL_LEAVE, speaker="Edda Brahm"
)


def sayings(*statements: Statement, version: str = "rules-1") -> Sayings:
    return Sayings(statements=statements, claims=(CLAIM,), version=version)


def seen(found: Sayings | None, body: list[str] = BODY) -> Visit:
    """Return a visit of an article that was read for statements."""
    plain = visit(URL, body)
    return replace(plain, reading=replace(plain.reading, sayings=found))


def rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    """Return which rows of a text are open, by revision, name and version."""
    return [
        tuple(row)
        for row in connection.execute(
            f"SELECT revision, name, version, until IS NULL FROM {table} ORDER BY id"  # noqa: S608
        )
    ]


def test_statements_are_stored_with_their_revision(connection: sqlite3.Connection) -> None:
    store(connection, 1, URL, seen(sayings(SAID, HEADED)))

    assert rows(connection, "statement") == [
        (1, "Edda Brahm", "rules-1", 1),
        (1, "Ilan Dorvat", "rules-1", 1),
    ]
    assert rows(connection, "claim") == [(1, "Edda Brahm", "rules-1", 1)]


def test_an_article_off_topic_has_none(connection: sqlite3.Connection) -> None:
    store(connection, 1, URL, seen(None))

    assert rows(connection, "statement") == []
    assert connection.execute("SELECT count(*) FROM statement_reading").fetchone()[0] == 0


def test_a_revision_has_rows_of_its_own(connection: sqlite3.Connection) -> None:
    store(connection, 1, URL, seen(sayings(SAID)))

    revisions.add(connection, 1, seen(sayings(HEADED)), number=2, change="body")

    assert rows(connection, "statement") == [
        (1, "Edda Brahm", "rules-1", 1),
        (2, "Ilan Dorvat", "rules-1", 1),
    ]


def test_a_text_that_was_taken_down_keeps_its_statements(connection: sqlite3.Connection) -> None:
    first = seen(sayings(SAID))
    store(connection, 1, URL, first)

    revisions.mark_removed(connection, 1, first.page.fetched_at, 410)

    assert rows(connection, "statement")[1] == (2, "Edda Brahm", "rules-1", 1)
    assert rows(connection, "claim")[1] == (2, "Edda Brahm", "rules-1", 1)


def test_other_rules_close_what_was_found_and_what_was_known_stays(
    connection: sqlite3.Connection,
) -> None:
    store(connection, 1, URL, seen(sayings(SAID)))

    keeping.add(connection, 1, 1, sayings(HEADED, version="rules-2"))

    assert rows(connection, "statement") == [
        (1, "Edda Brahm", "rules-1", 0),
        (1, "Ilan Dorvat", "rules-2", 1),
    ]
    times = [tuple(row) for row in connection.execute("SELECT found_at, until FROM statement")]
    assert times[0][1] == times[1][0] > times[0][0]


async def test_a_revision_and_its_statements_are_stored_together_or_not_at_all(
    tmp_path: Path,
) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        store(connection, 1, URL, seen(sayings(SAID)))
        raise RuntimeError("killed")

    async with Database.open(tmp_path / "corpus.db") as database:
        await database.write(
            lambda c: c.execute(
                "INSERT INTO source (id, name, kind, url, host, shard, added_at, family) "
                "VALUES (1, 'One', 'feed', 'https://a.example/f', 'a.example', 0, '2026', 'One')"
            )
        )
        with pytest.raises(RuntimeError, match="killed"):
            await database.write(fail)
        left = await database.read(
            lambda c: [c.execute(f"SELECT count(*) FROM {t}").fetchone()[0]  # noqa: S608
                       for t in ("revision", "statement", "claim", "statement_reading")]
        )  # fmt: skip

    assert left == [0, 0, 0, 0]


def test_a_forgotten_article_leaves_no_statement(connection: sqlite3.Connection) -> None:
    store(connection, 1, URL, seen(sayings(SAID, HEADED)))

    forgetting.forget(connection, [1], "article", "a request")

    assert [rows(connection, table) for table in ("statement", "claim")] == [[], []]


def test_a_forgotten_speaker_is_not_kept_again(connection: sqlite3.Connection) -> None:
    store(connection, 1, URL, seen(sayings(SAID, HEADED)))

    removed = keeping.forget_speaker(connection, "edda BRAHM")
    keeping.add(connection, 1, 1, sayings(SAID, HEADED, version="rules-2"))

    assert removed == 2
    assert [row[1] for row in rows(connection, "statement")] == ["Ilan Dorvat", "Ilan Dorvat"]
    assert rows(connection, "claim") == []


async def test_reading_again_gives_the_same_rows_and_then_nothing(tmp_path: Path) -> None:
    topic = topic_file.load()
    found = read_sayings(topic, headline="", body=BODY, language="en", published=None)

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO source (id, name, kind, url, host, shard, added_at, family) "
            "VALUES (1, 'One', 'feed', 'https://a.example/f', 'a.example', 0, '2026', 'One')"
        )
        store(connection, 1, URL, seen(None))

    async with Database.open(tmp_path / "corpus.db") as database:
        await database.write(fill)
        first = await read_statements(database, topic, lambda *_: None)
        second = await read_statements(database, topic, lambda *_: None)
        kept = await database.read(lambda c: rows(c, "statement"))

    assert (first, second) == (1, 0)
    assert kept == [(1, s.name, version_of(topic), 1) for s in found.statements]
    assert kept != []


async def test_forgetting_a_speaker_leaves_no_trace_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO source (id, name, kind, url, host, shard, added_at, family) "
            "VALUES (1, 'One', 'feed', 'https://a.example/f', 'a.example', 0, '2026', 'One')"
        )
        store(connection, 1, URL, seen(sayings(HEADED)))

    async with Database.open(path) as database:
        await database.write(fill)
    removed = await forget_speaker(path, "Ilan Dorvat", "a request")

    assert removed == 1
    assert b"Ilan Dorvat" not in path.read_bytes()
    assert b"ilan dorvat" not in path.read_bytes()
