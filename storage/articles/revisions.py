"""Revisions: a text as an outlet showed it at one time, with the proof of its origin."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from storage.articles import citing, rights
from storage.records.article import Article
from storage.records.model import Page, PageReading
from storage.records.verdict import Evidence, Verdict
from storage.sqlite.values import clean, known, required, to_column, to_json
from storage.statements import keeping

# Headers that are stored as proof of where a text came from; cookies are secrets, and are not.
_KEPT_HEADERS = {
    "age",
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expires",
    "last-modified",
    "link",
    "location",
    "retry-after",
    "server",
    "tdm-policy",
    "tdm-reservation",
    "vary",
    "via",
    "x-robots-tag",
}
# Columns of an article that are stored unchanged, and those that are stored as JSON.
_PLAIN_COLUMNS = (
    "headline",
    "standfirst",
    "published_zone",
    "published_claim",
    "language",
    "credit",
    "section",
    "image",
    "site_name",
    "access",
    "charset",
    "extractor_version",
)
_JSON_COLUMNS = (
    "byline",
    "body",
    "captions",
    "inserts",
    "tags",
    "links",
    "origins",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A fetched page with its extraction result, ready to be stored."""

    page: Page
    reading: PageReading
    page_digest: str
    cited_url: str | None = None  # the address to cite; None: the one that was fetched


def add(
    connection: sqlite3.Connection,
    article_id: int,
    visit: Visit,
    *,
    number: int = 1,
    change: str = "first",
    changes: Sequence[str] = (),
) -> None:
    """Store a text as it was at one time, with its verdict."""
    article, fingerprint = visit.reading.article, visit.reading.fingerprint
    if article is None or fingerprint is None or visit.reading.verdict is None:
        raise ValueError("a visit without an article has no revision")
    columns: dict[str, object] = {
        "article_id": article_id,
        "number": number,
        "change": change,
        "page_digest": visit.page_digest,
        "text_hash": fingerprint.text_hash,
        "changes": to_json(changes),
        "stored_at": known.now(),
    }
    _insert(
        connection,
        "revision",
        columns | _page_columns(visit.page) | text_columns(article),
    )
    citing.add(connection, article_id, number, visit.cited_url or visit.page.url, visit.page.url)
    rights.add(connection, article_id, number, article.rights)
    add_verdict(
        connection,
        article_id,
        number,
        visit.reading.verdict,
        visit.page.fetched_at,
    )
    if visit.reading.sayings is not None:
        keeping.add(connection, article_id, number, visit.reading.sayings)


def add_reread(
    connection: sqlite3.Connection, article_id: int, visit: Visit, *, number: int
) -> None:
    """Store what a later extractor read from the page of the previous revision.

    An article that the outlet removed stays removed.
    """
    add(
        connection,
        article_id,
        visit,
        number=number,
        change="body",
        changes=("reread",),
    )
    connection.execute(
        """
        UPDATE revision SET (change, fetched_at, status) = (
            SELECT change, fetched_at, status FROM revision AS before
            WHERE before.article_id = :id AND before.number = :number - 1)
        WHERE article_id = :id AND number = :number AND EXISTS (
            SELECT 1 FROM revision AS before
            WHERE before.article_id = :id AND before.number = :number - 1
              AND before.change = 'removed')
        """,
        {"id": article_id, "number": number},
    )


def _page_columns(page: Page) -> dict[str, object]:
    """Return the proof of where a text came from."""
    return {
        "fetched_at": required(page.fetched_at),
        "url": page.url,
        "redirects": to_json(page.redirects),
        "status": page.status,
        "address": page.address,
        "headers": to_json(_kept_headers(page)),
        "etag": page.header("etag"),
        "last_modified": page.header("last-modified"),
    }


def _kept_headers(page: Page) -> list[tuple[str, str]]:
    return [(name, value) for name, value in page.headers if name.lower() in _KEPT_HEADERS]


def text_columns(article: Article) -> dict[str, object]:
    """Return an article as the columns of its revision."""
    columns: dict[str, object] = {
        "published": to_column(article.published),
        "modified": to_column(article.modified),
        "word_count": article.word_count,
    }
    for name in _PLAIN_COLUMNS:
        columns[name] = getattr(article, name)
    for name in _JSON_COLUMNS:
        columns[name] = to_json(getattr(article, name))
    return columns


def add_verdict(
    connection: sqlite3.Connection, article_id: int, revision: int, verdict: Verdict, at: datetime
) -> None:
    """Store the verdict of a topic on a text; verdicts of other topics stay."""
    columns: dict[str, object] = {
        "article_id": article_id,
        "revision": revision,
        "topic_version": verdict.topic_version,
        "relevant": int(verdict.relevant),
        "probability": verdict.probability,
        "score": verdict.score,
        "evidence": to_json(verdict.evidence),
        "judged_at": required(at),
        "stored_at": known.now(),
    }
    _insert(connection, "verdict", columns)


def newest_verdict(
    connection: sqlite3.Connection, article_id: int, topic_version: str
) -> Verdict | None:
    """Return the verdict of a topic on the newest text of an article; None without one."""
    row = connection.execute(
        """
        SELECT relevant, probability, score, evidence, topic_version FROM verdict
        WHERE article_id = :id AND topic_version = :version ORDER BY revision DESC LIMIT 1
        """,
        {"id": article_id, "version": topic_version},
    ).fetchone()
    if row is None:
        return None
    return Verdict(
        relevant=bool(row["relevant"]),
        probability=row["probability"],
        score=row["score"],
        evidence=msgspec.json.decode(row["evidence"], type=tuple[Evidence, ...]),
        topic_version=row["topic_version"],
    )


def _insert(
    connection: sqlite3.Connection,
    table: str,
    columns: dict[str, object],
) -> None:
    values = {}
    for name, value in columns.items():
        values[name] = clean(value) if isinstance(value, str) else value
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision of an article, with the fields that are compared with another one."""

    number: int
    change: str
    changes: tuple[str, ...]
    fetched_at: datetime
    headline: str
    body: tuple[str, ...]
    text_hash: str
    url: str
    etag: str | None
    last_modified: str | None


# How a revision is shown; what came back with its text has no column of its own for that.
CHANGE = """CASE WHEN changes = '["returned"]' THEN 'returned' ELSE change END"""
_REVISION = f"""
    SELECT number, {CHANGE} AS change, changes, fetched_at, headline, body, text_hash, url, etag,
           last_modified
    FROM revision WHERE article_id = :id
"""  # noqa: S608 - a constant


def newest(connection: sqlite3.Connection, article_id: int) -> Revision:
    """Return an article's newest revision."""
    query = f"{_REVISION} ORDER BY number DESC LIMIT 1"
    return _revision(connection.execute(query, {"id": article_id}).fetchone())


def _revision(row: sqlite3.Row) -> Revision:
    columns = dict(row)
    for name in ("body", "changes"):
        columns[name] = msgspec.json.decode(row[name], type=tuple[str, ...])
    columns["fetched_at"] = datetime.fromisoformat(row["fetched_at"])
    return Revision(**columns)


def mark_removed(
    connection: sqlite3.Connection, article_id: int, at: datetime, status: int
) -> None:
    """Store that the outlet removed an article, as a revision with the same text."""
    last = newest(connection, article_id)
    if last.change != "removed":
        _repeat(connection, article_id, last.number, change="removed", at=at, status=status)


def mark_returned(
    connection: sqlite3.Connection, article_id: int, at: datetime, status: int
) -> None:
    """Store that an article which was removed is online again, with the text it had."""
    last = newest(connection, article_id)
    if last.change == "removed":
        _repeat(connection, article_id, last.number, change="returned", at=at, status=status)


def _repeat(
    connection: sqlite3.Connection,
    article_id: int,
    number: int,
    *,
    change: Literal["removed", "returned"],
    at: datetime,
    status: int,
) -> None:
    """Store the newest revision of an article once more, under the next number, with a change.

    The column `change` knows no `returned` (migration 1); `changes` says it.
    """
    names = [r["name"] for r in connection.execute("PRAGMA table_info(revision)")]
    changed = {
        "number": "number + 1",
        "change": ":change",
        "changes": ":changes",
        "fetched_at": ":at",
        "status": ":status",
        "stored_at": ":stored_at",
    }
    values = ", ".join(changed.get(name, name) for name in names)
    parameters = {
        "id": article_id,
        "number": number,
        "change": "removed" if change == "removed" else "body",
        "changes": to_json([change]),
        "at": required(at),
        "status": status,
        "stored_at": known.now(),
    }
    connection.execute(
        f"INSERT INTO revision SELECT {values} FROM revision"  # noqa: S608 - our own column names
        " WHERE article_id = :id AND number = :number",
        parameters,
    )
    citing.repeat(connection, article_id, number + 1, of=number)
    rights.repeat(connection, article_id, number + 1, of=number)
    connection.execute(
        """
        INSERT INTO verdict (article_id, revision, topic_version, relevant, probability, score,
                             evidence, judged_at, stored_at)
        SELECT article_id, revision + 1, topic_version, relevant, probability, score,
               evidence, judged_at, :stored_at
        FROM verdict AS newest WHERE article_id = :id AND revision = :number AND stored_at = (
            SELECT max(stored_at) FROM verdict WHERE article_id = :id AND revision = :number)
        """,
        parameters,
    )
    keeping.copy(connection, article_id, number)


def times_seen(
    connection: sqlite3.Connection, article_id: int, text_hash: str, headline: str
) -> int:
    """Return how often an outlet showed this text of an article under this headline."""
    row = connection.execute(
        """
        SELECT count(*) AS n FROM revision
        WHERE article_id = :id AND text_hash = :hash AND headline = :headline
          AND number NOT IN (SELECT new_revision FROM reread
                             WHERE article_id = :id AND new_revision IS NOT NULL)
        """,
        {"id": article_id, "hash": text_hash, "headline": clean(headline)},
    ).fetchone()
    return int(row["n"])


def has_page(
    connection: sqlite3.Connection,
    article_id: int,
    page_digest: str,
) -> bool:
    """Return whether an article has a text that was extracted from this page."""
    row = connection.execute(
        "SELECT 1 FROM revision WHERE article_id = :id AND page_digest = :digest",
        {"id": article_id, "digest": page_digest},
    ).fetchone()
    return row is not None


def changes_of(connection: sqlite3.Connection, article_id: int, number: int) -> tuple[str, ...]:
    """Return the classes of what a revision changed; of one that is forgotten, none."""
    row = connection.execute(
        "SELECT changes FROM revision WHERE article_id = :id AND number = :number",
        {"id": article_id, "number": number},
    ).fetchone()
    return () if row is None else msgspec.json.decode(row["changes"], type=tuple[str, ...])


def history(connection: sqlite3.Connection, article_id: int) -> list[Revision]:
    """Return the revisions of an article, the oldest first."""
    rows = connection.execute(
        f"{_REVISION} ORDER BY number",
        {"id": article_id},
    )
    return [_revision(row) for row in rows]
