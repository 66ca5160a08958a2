"""Frontier, articles, copies and exports on a real store."""

import csv as python_csv
import io
import json
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from storage.articles import articles, corpus, provenance, revisions
from storage.articles.corpus import CORPUS_FIELDS, Wanted
from storage.crawl import frontier, hosts, revisits, sources
from storage.crawl.attempts import Attempt
from storage.crawl.frontier import Discovered
from storage.export import csv, jsonl
from storage.records.model import FeedEntry, FrontierUrl, Source, SourceKind, TargetKind
from storage.records.outcome import Outcome
from storage.records.verdict import Verdict
from tests.conftest import read_rows
from tests.support.filling import NOW, discovery, store, visit

WORDS = "the quiet harbour counts its narrow boats before the patient ferry sails to the island "


def claim(connection: sqlite3.Connection, now: datetime) -> list[FrontierUrl]:
    """Claim what is due and give it back at once."""
    leased = hosts.claim(connection, now, most=100)
    due = frontier.claim(connection, leased, now)
    hosts.release(connection, leased, now)
    return due


def visits(connection: sqlite3.Connection, now: datetime) -> list[FrontierUrl]:
    return [t for t in claim(connection, now) if t.kind is not TargetKind.FEED]


def test_a_url_is_discovered_once_whoever_shows_it(connection: sqlite3.Connection) -> None:
    first = frontier.discover(connection, 1, [discovery("https://a.example/1")], NOW)
    again = frontier.discover(connection, 1, [discovery("https://a.example/1")], NOW)
    other = frontier.discover(connection, 2, [discovery("https://a.example/1")], NOW)

    assert first == Discovered(new=1, known=0, changed=0)
    assert again == Discovered(new=0, known=1, changed=0)
    assert other == Discovered(new=0, known=1, changed=0)
    assert frontier.outcomes(connection) == {"pending": 1}


def test_a_retry_waits_and_an_end_is_final(connection: sqlite3.Connection) -> None:
    frontier.discover(connection, 1, [discovery("https://a.example/1")], NOW)
    failed = Attempt(at=NOW, outcome=Outcome.TIMEOUT)
    later = NOW + timedelta(minutes=5)

    frontier.end(connection, 1, failed, retry_at=later)
    waiting = visits(connection, later)
    frontier.end(connection, 1, failed)
    frontier.end(connection, 1, replace(failed, outcome=Outcome.STORED))

    assert visits(connection, NOW) == []
    assert [t.attempts for t in waiting] == [1]
    assert frontier.outcomes(connection) == {"timeout": 1}


def test_a_changed_claim_brings_the_revisit_forward(connection: sqlite3.Connection) -> None:
    url = "https://a.example/1"
    article_id = store(connection, 1, url, visit(url, [WORDS * 9]))
    later = NOW + timedelta(hours=1)
    revisits.schedule(
        connection, article_id, host="a.example", url=url, step=0, at=NOW + timedelta(days=3)
    )

    assert visits(connection, later) == []
    changed = frontier.discover(connection, 1, [discovery(url, headline="Corrected")], later)
    assert changed.changed == 1
    assert [(t.kind, t.id) for t in visits(connection, later)] == [("revisit", article_id)]


def test_a_revisit_puts_its_host_in_line_also_where_redirects_led_elsewhere(
    connection: sqlite3.Connection,
) -> None:
    url = "https://a.example/1"
    article_id = store(connection, 1, url, visit(url, [WORDS * 9]))
    at = NOW + timedelta(days=3)
    revisits.schedule(
        connection, article_id, host="b.example", url="https://b.example/1", step=0, at=at
    )

    assert [t.host for t in visits(connection, at - timedelta(seconds=1))] == []
    assert [t.host for t in visits(connection, at)] == ["b.example"]


def test_a_feed_that_renews_its_claims_brings_a_revisit_an_hour_at_most(
    connection: sqlite3.Connection,
) -> None:
    url = "https://a.example/1"
    article_id = store(connection, 1, url, visit(url, [WORDS * 9]))
    revisits.schedule(
        connection, article_id, host="a.example", url=url, step=2, at=NOW + timedelta(days=1)
    )
    for minute in range(30):
        seen = NOW + timedelta(minutes=minute)
        frontier.discover(connection, 1, [discovery(url, modified=seen)], seen)

    assert visits(connection, NOW + timedelta(minutes=59)) == []
    assert len(visits(connection, NOW + timedelta(minutes=60))) == 1


def test_changing_tracking_parameters_are_no_new_claim(connection: sqlite3.Connection) -> None:
    for n in range(5):
        shown = replace(
            discovery("https://a.example/1"),
            entry=FeedEntry(url=f"https://a.example/1?t={n}", headline="H"),
        )
        found = frontier.discover(connection, 1, [shown], NOW)

    assert found.changed == 0
    assert connection.execute("SELECT count(*) FROM sighting").fetchone()[0] == 1


def test_a_source_that_leaves_the_file_is_not_polled_and_keeps_its_rows(
    connection: sqlite3.Connection,
) -> None:
    kept = (Source(name="two", kind=SourceKind.FEED, url="https://two.example/feed"), "two.example")

    sources.synchronize(connection, [kept], NOW)

    assert [t.source for t in claim(connection, NOW)] == ["two"]
    assert [(s.source, s.removed) for s in sources.statuses(connection)] == [
        ("one", True),
        ("two", False),
    ]


def test_the_original_is_declared_earliest_whichever_was_fetched_first(
    connection: sqlite3.Connection,
) -> None:
    body = [WORDS * 10 + str(n) for n in range(5)]
    copy = store(connection, 1, "https://a.example/1", visit("https://a.example/1", body))
    earlier = visit("https://b.example/1", [*body, "One line more."], NOW - timedelta(hours=2))
    original = store(connection, 2, "https://b.example/1", earlier)

    listed = {article.id: article for article in corpus.stream(connection)}

    assert listed[original].duplicate_of is None
    assert listed[copy].duplicate_of == original
    assert listed[copy].duplicate_kind == "syndicated"
    assert [a.id for a in corpus.stream(connection, Wanted(unique=True))] == [original]
    assert [c["id"] for c in provenance.trace(connection, original)["copies"]] == [copy]


def test_revisions_keep_what_was_before(connection: sqlite3.Connection) -> None:
    url = "https://a.example/1"
    article_id = store(connection, 1, url, visit(url, ["Old text."]))

    revisions.add(connection, article_id, visit(url, ["New text."]), number=2, change="body")
    revisions.mark_removed(connection, article_id, NOW, 410)
    revisions.mark_removed(connection, article_id, NOW, 410)

    found = corpus.get(connection, article_id)
    assert found is not None
    assert (found.revision, found.body) == (3, ["New text."])
    kept = provenance.trace(connection, article_id)["revisions"]
    assert [r["change"] for r in kept] == ["first", "body", "removed"]
    assert (
        connection.execute("SELECT body FROM revision WHERE number = 1").fetchone()[0]
        == '["Old text."]'
    )


def test_a_text_that_was_taken_down_is_listed_once_whatever_judged_it(
    connection: sqlite3.Connection,
) -> None:
    url = "https://a.example/1"
    article_id = store(connection, 1, url, visit(url, ["Text."]))
    later = Verdict(relevant=False, score=0.0, evidence=(), topic_version="t-2")
    revisions.add_verdict(connection, article_id, 1, later, NOW)

    revisions.mark_removed(connection, article_id, NOW, 410)

    assert [a.topic_version for a in corpus.stream(connection)] == ["t-2"]


def test_an_article_is_found_by_every_address(connection: sqlite3.Connection) -> None:
    url = "https://a.example/1"
    article_id = store(connection, 1, url, visit(url, ["Text."]))
    articles.add_alias(connection, article_id, "https://a.example/short", "redirect")
    articles.add_alias(connection, article_id, url, "canonical")

    assert articles.find(connection, url) == article_id
    assert articles.find(connection, "https://a.example/short") == article_id
    assert articles.find(connection, "https://a.example/other") is None


def test_cookies_are_no_proof_and_not_kept(connection: sqlite3.Connection) -> None:
    store(connection, 1, "https://a.example/1", visit("https://a.example/1", ["Text."]))

    headers = connection.execute("SELECT headers FROM revision").fetchone()[0]
    assert json.loads(headers) == [["ETag", '"1"']]


def test_any_text_can_be_stored_and_exported(connection: sqlite3.Connection) -> None:
    odd = ["\ud83d lone", "nul \x00 inside", "\u202eright to left\u202c", "=1+1"]
    seen = visit("https://a.example/1", odd, headline="=cmd|'x'!A1", byline=("@a", "+b"))
    store(connection, 1, "https://a.example/1", seen)

    out = io.BytesIO()
    assert jsonl.write(corpus.rows(connection, Wanted()), out) == 1
    row = json.loads(out.getvalue())
    assert tuple(row) == CORPUS_FIELDS
    assert row["published"] == "2026-11-25T12:00:00.000Z"
    assert row["evidence"][0]["sentence"] == "They leave."

    out = io.BytesIO()
    csv.write(corpus.stream(connection), out)
    text = out.getvalue().decode("utf-8-sig")
    cells = next(python_csv.DictReader(io.StringIO(text)))
    assert tuple(cells) == CORPUS_FIELDS
    assert cells["headline"] == "'=cmd|'x'!A1"
    assert cells["byline"] == "'@a | +b"
    assert cells["word_count"] == "9"


def test_no_cell_of_the_shared_list_is_run_by_a_spreadsheet(shared: Path) -> None:
    for row in read_rows(shared / "data/security/csv_formula.jsonl"):
        written = csv.neutralize(row["cell"])
        if row["must_be_neutralised"]:
            assert written[0] not in "=+-@\t\r", row
        else:
            assert written == row["cell"], row
