"""The statements of the corpus for readers: what was said, by whom, in which article."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from storage.records.claims import number
from storage.records.statement import HEADLINE, SURE
from storage.sqlite import corpus_view
from storage.sqlite.values import from_column, stamp, to_json
from storage.statements import names
from storage.statements.opinions import KEY

_FAR_FUTURE: Final = "9999"  # sorts, as text, after every time in the store
_AROUND: Final = 60  # characters of the paragraph that are shown before and behind the words


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A statement with its article. Exports and commands use the same names of fields."""

    article_id: int
    url: str
    source: str
    family: str
    headline: str
    published: datetime | None
    language: str | None
    revision: int
    paragraph: int  # of the body, from 0; -1: the headline
    start: int
    end: int
    kind: str
    text: str  # body[paragraph][start:end]
    before: str  # the words around it
    after: str
    speaker: str | None  # as written
    name: str | None  # who that is
    how: str | None
    via: str | None
    rule: str
    group: int
    certainty: float
    sure: bool
    version: str
    found_at: datetime
    duplicate_of: int | None
    page_digest: str  # of the archived page
    key: str  # what is judged: the words in their place, the same under all versions of the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which statements to read, and as known at which time."""

    ids: Sequence[int] | None = None  # only of these articles
    speaker: str | None = None
    sure: bool = False  # only with a speaker who is sure
    copies: bool = True  # also of copies of other articles
    relevant: bool = False  # only of articles on topic
    since: datetime | None = None  # only those that became known later
    as_of: datetime | None = None
    most: int = -1
    offset: int = 0
    in_text_order: bool = False  # else the newest first, those without a sure speaker last


def quotes(connection: sqlite3.Connection, asked: Asked) -> Iterator[Quote]:
    """Yield statements of the newest texts, as known at `as_of` or now."""
    values: dict[str, object] = {
        "as_of": stamp(asked.as_of) if asked.as_of else _FAR_FUTURE,
        "ids": None if asked.ids is None else to_json(list(asked.ids)),
        "sure": SURE,
        "only_sure": asked.sure,
        "relevant": asked.relevant,
        "since": stamp(asked.since) if asked.since else "",
        "most": asked.most,
        "offset": asked.offset,
    }

    def bind(value: object) -> str:
        name = f"name{len(values)}"
        values[name] = value
        return f":{name}"

    conditions = []
    if asked.speaker is not None:
        conditions.append(names.condition("statement", asked.speaker, bind))
    if asked.ids is not None:
        conditions.append("statement.article_id IN (SELECT value FROM json_each(:ids))")
    if not asked.copies:
        conditions.append("duplicate_of IS NULL")
    where = " AND ".join(["1", *conditions])
    order = _TEXT_ORDER if asked.in_text_order else _NEWEST
    query = _QUERY.format(original=corpus_view.ORIGINAL, key=KEY, where=where, order=order)
    # No `yield from`: it would close the cursor, and whoever stops early has closed the store.
    for row in connection.execute(query, values):
        yield _quote(row)


_QUERY = """
    SELECT statement.*, source.name AS outlet, source.family, revision.url, revision.headline,
           revision.published, revision.language, revision.body, revision.page_digest,
           nullif(({original}), article.id) AS duplicate_of, {key} AS key
    FROM statement
    JOIN article ON article.id = statement.article_id
    JOIN source ON source.id = article.source_id
    JOIN revision ON revision.article_id = statement.article_id
        AND revision.number = statement.revision
    WHERE statement.found_at <= :as_of AND statement.found_at > :since
      AND (statement.until IS NULL OR statement.until > :as_of)
      AND statement.revision = (SELECT max(newest.number) FROM revision AS newest
                                WHERE newest.article_id = statement.article_id
                                  AND newest.stored_at <= :as_of)
      AND (NOT :only_sure OR (statement.name IS NOT NULL AND statement.certainty >= :sure))
      AND (NOT :relevant OR (SELECT relevant FROM verdict
                             WHERE verdict.article_id = statement.article_id
                               AND verdict.revision = statement.revision
                               AND verdict.stored_at <= :as_of
                             ORDER BY stored_at DESC LIMIT 1))
      AND {where}
    ORDER BY {order} LIMIT :most OFFSET :offset
"""
_NEWEST = """statement.certainty >= :sure DESC, revision.published DESC, statement.article_id DESC,
    statement.position"""
_TEXT_ORDER = "statement.article_id, statement.revision, statement.position"


def has(connection: sqlite3.Connection, key: str) -> bool:
    """Return whether there is a statement with this key."""
    query = f"SELECT 1 FROM statement WHERE article_id = :article AND {KEY} = :key"  # noqa: S608 - ours
    article = number(key.partition(":")[0])
    return connection.execute(query, {"article": article, "key": key}).fetchone() is not None


def _quote(row: sqlite3.Row) -> Quote:
    body = msgspec.json.decode(row["body"], type=list[str])
    paragraph = row["headline"] if row["paragraph"] == HEADLINE else body[row["paragraph"]]
    start, end = row["start"], row["stop"]
    return Quote(
        article_id=row["article_id"],
        url=row["url"],
        source=row["outlet"],
        family=row["family"],
        headline=row["headline"],
        published=from_column(row["published"]),
        language=row["language"],
        revision=row["revision"],
        paragraph=row["paragraph"],
        start=start,
        end=end,
        kind=row["kind"],
        text=paragraph[start:end],
        before=_before(paragraph, start),
        after=_after(paragraph, end),
        speaker=_written(row["speaker"], row["headline"], body),
        name=row["name"],
        how=row["how"],
        via=row["via"],
        rule=row["rule"],
        group=row["part_of"],
        certainty=row["certainty"],
        sure=row["name"] is not None and row["certainty"] >= SURE,
        version=row["version"],
        found_at=datetime.fromisoformat(row["found_at"]),
        duplicate_of=row["duplicate_of"],
        page_digest=row["page_digest"],
        key=row["key"],
    )


def _before(paragraph: str, start: int) -> str:
    """Return what is before the words, from the beginning of a word on."""
    if start <= _AROUND:
        return paragraph[:start]
    part = paragraph[start - _AROUND : start]
    return f"…{part[part.find(' ') + 1 :]}"


def _after(paragraph: str, end: int) -> str:
    part = paragraph[end : end + _AROUND]
    if end + _AROUND >= len(paragraph):
        return part
    return f"{part[: part.rfind(' ')]}…" if " " in part else f"{part}…"


def _written(span: str | None, headline: str, body: Sequence[str]) -> str | None:
    """Return the speaker as the article writes it."""
    if span is None:
        return None
    number, start, end = msgspec.json.decode(span, type=tuple[int, int, int])
    paragraph = headline if number == HEADLINE else body[number]
    return paragraph[start:end]
