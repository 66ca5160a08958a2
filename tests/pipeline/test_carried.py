"""Who carries a text that is on topic is on topic, under whatever headline."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.pipeline.carried import with_carried_verdict
from storage.articles.revisions import Visit
from storage.crawl import sources
from storage.records.model import Relation, RelationKind, Source, SourceKind
from storage.records.verdict import Evidence, Verdict
from storage.sqlite import schema
from tests.support.filling import NOW, store, visit

BODY = ["A minister spoke.", "So it was said: They leave. Nobody asked."]
OFF = Verdict(relevant=False, probability=0.1, score=0.0, topic_version="t-1")


def relation(kind: RelationKind) -> Relation:
    return Relation(
        of=1, kind=kind, kind_back=kind, containment=1.0, forward=1.0, backward=1.0, lead=1.0,
        similarity=1.0, method="m",
    )  # fmt: skip


def copy(verdict: Verdict = OFF) -> Visit:
    seen = visit("https://b.example/1", BODY, NOW, headline="No date, says minister")
    return replace(seen, reading=replace(seen.reading, verdict=verdict))


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A corpus whose first article has this text, and is on topic for a sentence of it."""
    with closing(schema.connect(tmp_path / "corpus.db")) as connection:
        one = Source(name="one", kind=SourceKind.FEED, url="https://a.example/feed")
        sources.synchronize(connection, [(one, "a.example")], NOW)
        store(connection, 1, "https://a.example/1", visit("https://a.example/1", BODY, NOW))
        yield connection


def test_an_exact_copy_has_the_verdict_of_its_original(corpus: sqlite3.Connection) -> None:
    carried = with_carried_verdict(corpus, copy(), [relation(RelationKind.EXACT)])
    verdict = carried.reading.verdict

    assert verdict is not None
    assert verdict.relevant
    (evidence,) = verdict.evidence
    assert isinstance(evidence, Evidence)
    assert evidence.paragraph is not None
    found = BODY[evidence.paragraph][evidence.start :]
    assert found.startswith("They leave.")


@pytest.mark.parametrize("kind", [RelationKind.TRUNCATED, RelationKind.PARTIAL_REUSE])
def test_what_is_only_a_part_is_judged_by_itself(
    corpus: sqlite3.Connection, kind: RelationKind
) -> None:
    assert with_carried_verdict(corpus, copy(), [relation(kind)]) == copy()
    assert with_carried_verdict(corpus, copy(), []) == copy()


def test_the_verdict_of_another_version_of_the_topic_is_not_carried(
    corpus: sqlite3.Connection,
) -> None:
    newer = copy(replace(OFF, topic_version="t-2"))

    assert with_carried_verdict(corpus, newer, [relation(RelationKind.EXACT)]) == newer
