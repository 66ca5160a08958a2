"""Claims of stored texts, as known at a time, with the article and the sentence of each."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from storage.records.claim import SURE, Stance
from storage.sqlite import corpus_view
from storage.sqlite.values import stamp, to_json

_FAR_FUTURE = "9999"  # sorts, as text, after every time in the store


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClaim:
    """A claim with the article that has it."""

    id: int
    article_id: int
    revision: int
    position: int
    source: str
    family: str
    wire: str | None
    language: str | None
    url: str
    duplicate_of: int | None
    published: str | None
    first_seen: str
    paragraph: int
    start: int
    end: int
    sentence: str
    force: str
    stance: Stance
    name: str | None
    how: str | None
    country: str | None
    role: str | None
    condition: str | None
    is_decision: bool
    via: str | None
    said_on: str | None
    said_on_how: str | None
    marks: tuple[tuple[str, int, int], ...]
    rule: str
    certainty: float
    version: str
    found_at: str
    page_digest: str  # of the archived page

    @property
    def is_sure(self) -> bool:
        """Whether it is shown without a question mark."""
        return self.certainty >= SURE

    @property
    def day(self) -> str:
        """The day on which it was said: named, else of publication, else first seen."""
        return self.said_on or (self.published or self.first_seen)[:10]

    @property
    def key(self) -> str:
        """What is judged: the sentence with force and stance, the same under all rules."""
        place = f"{self.article_id}:{self.revision}:{self.paragraph}:{self.start}:{self.end}"
        return f"{place}:{self.force}:{self.stance.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsWanted:
    """Which claims to read."""

    force: str | None = None
    since: str | None = None  # an ISO day: said on it or later
    ids: Sequence[int] | None = None  # of articles
    numbers: Sequence[int] | None = None  # of claims
    as_of: datetime | None = None  # as known at this time; None: now
    relevant: bool = False  # only of articles on topic


def read(
    connection: sqlite3.Connection,
    wanted: ClaimsWanted = ClaimsWanted(),
) -> list[StoredClaim]:
    """Return the claims of the newest texts, as known at a time, in the order of articles."""
    return list(stream(connection, wanted))


def stream(connection: sqlite3.Connection, wanted: ClaimsWanted) -> Iterator[StoredClaim]:
    """Yield claims in the order of articles, at constant memory."""
    values = {
        "as_of": stamp(wanted.as_of) if wanted.as_of else _FAR_FUTURE,
        "force": wanted.force,
        "since": wanted.since,
        "ids": None if wanted.ids is None else to_json(list(wanted.ids)),
        "numbers": None if wanted.numbers is None else to_json(list(wanted.numbers)),
        "relevant": wanted.relevant or None,
    }
    for row in connection.execute(_READ, values):
        claim = _stored(row)
        if wanted.since is None or claim.day >= wanted.since:
            yield claim


# Narrowed before the corpus is put together: an article costs far more than its claims.
_CHOSEN = """article.id IN (
    SELECT article_id FROM claim AS some
    WHERE (:force IS NULL OR some.force = :force)
      AND (:numbers IS NULL OR some.id IN (SELECT value FROM json_each(:numbers)))
      AND (:since IS NULL OR coalesce(some.said_on, substr(some.found_at, 1, 10)) >= :since))"""
_CORPUS = corpus_view.as_of(chosen=_CHOSEN, every_revision=False)
_READ = f"""
    SELECT claim.*, corpus.source, corpus.family, corpus.wire, corpus.language, corpus.url,
           corpus.duplicate_of, corpus.published, corpus.first_seen, corpus.headline, corpus.body,
           page.page_digest
    FROM ({_CORPUS}) AS corpus
    JOIN claim ON claim.article_id = corpus.id AND claim.revision = corpus.revision
        AND claim.found_at <= :as_of AND (claim.until IS NULL OR claim.until > :as_of)
    JOIN revision AS page ON page.article_id = corpus.id AND page.number = corpus.revision
    WHERE (:force IS NULL OR claim.force = :force)
      AND (:relevant IS NULL OR corpus.relevant = :relevant)
      AND (:numbers IS NULL OR claim.id IN (SELECT value FROM json_each(:numbers)))
      AND (:ids IS NULL OR corpus.id IN (SELECT value FROM json_each(:ids)))
    ORDER BY corpus.id, claim.position
"""  # noqa: S608 - our own queries


def _stored(row: sqlite3.Row) -> StoredClaim:
    body = msgspec.json.decode(row["body"], type=list[str])
    paragraph = row["headline"] if row["paragraph"] < 0 else body[row["paragraph"]]
    taken = StoredClaim.__dataclass_fields__.keys() & set(row.keys())
    values = {name: row[name] for name in taken}
    marks = msgspec.json.decode(row["marks"], type=tuple[tuple[str, int, int], ...])
    return StoredClaim(
        **{
            **values,
            "end": row["stop"],
            "sentence": paragraph[row["start"] : row["stop"]],
            "stance": Stance(row["stance"]),
            "is_decision": bool(row["is_decision"]),
            "marks": marks,
        }
    )
