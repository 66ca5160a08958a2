"""Articles: their identity, their revisions, their verdicts, and the corpus as people read it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

import msgspec

from storage import duplicates, hosts
from storage.article import Article, Insert
from storage.duplicates import Compare
from storage.model import CorpusArticle, Evidence, Page, PageReading, Verdict
from storage.values import clean, from_column, required, shard_of, to_column, to_json

# What of the headers is kept as proof of where a text came from: never cookies.
_KEPT_HEADERS = {
    "age", "cache-control", "content-language", "content-length", "content-type", "date", "etag",
    "expires", "last-modified", "link", "location", "retry-after", "server", "tdm-reservation",
    "vary", "via", "x-robots-tag",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page that was fetched and read, ready to be stored."""

    page: Page
    reading: PageReading
    page_digest: str


def find(connection: sqlite3.Connection, canonical_url: str) -> int | None:
    """Return the article that stands under an address or one of its aliases."""
    row = connection.execute(
        """
        SELECT id FROM article WHERE canonical_url = :url
        UNION ALL SELECT article_id FROM url_alias WHERE canonical_url = :url LIMIT 1
        """,
        {"url": clean(canonical_url)},
    ).fetchone()
    return None if row is None else int(row["id"])


def add(
    connection: sqlite3.Connection,
    frontier_id: int,
    canonical_url: str,
    visit: Visit,
    compare: Compare,
) -> int:
    """Store a new article with its first revision, verdict and edge; return its id."""
    found = connection.execute(
        "SELECT source_id, discovered_at FROM frontier_url WHERE id = :id", {"id": frontier_id}
    ).fetchone()
    cursor = connection.execute(
        """
        INSERT INTO article (canonical_url, source_id, first_seen, declared_at)
        VALUES (:canonical_url, :source_id, :first_seen, min(:first_seen, :published))
        """,
        {
            "canonical_url": clean(canonical_url),
            "source_id": found["source_id"],
            "first_seen": found["discovered_at"],
            "published": _declared(visit) or found["discovered_at"],
        },
    )
    assert cursor.lastrowid is not None  # noqa: S101 - set by every INSERT
    article_id = cursor.lastrowid
    connection.execute("UPDATE article SET cluster_id = id WHERE id = :id", {"id": article_id})
    fingerprint = visit.reading.fingerprint
    assert fingerprint is not None  # noqa: S101 - a reading with an article has one
    duplicate = compare(duplicates.candidates(connection, fingerprint))
    add_revision(connection, article_id, 1, "first", visit)
    duplicates.index(connection, article_id, fingerprint)
    if duplicate is not None:
        duplicates.link(connection, article_id, duplicate, visit.page.fetched_at)
    return article_id


def _declared(visit: Visit) -> str | None:
    return to_column(visit.reading.article.published) if visit.reading.article else None


def add_alias(connection: sqlite3.Connection, article_id: int, url: str, via: str) -> None:
    """Remember another address of an article; its own address and known ones are passed over."""
    connection.execute(
        """
        INSERT INTO url_alias (canonical_url, article_id, via)
        SELECT :url, :id, :via
        WHERE NOT EXISTS (SELECT 1 FROM article WHERE canonical_url = :url)
        ON CONFLICT DO NOTHING
        """,
        {"url": clean(url), "id": article_id, "via": via},
    )


def add_revision(
    connection: sqlite3.Connection, article_id: int, number: int, change: str, visit: Visit
) -> None:
    """Store a text as it was seen at one time, with its verdict."""
    article, fingerprint = visit.reading.article, visit.reading.fingerprint
    if article is None or fingerprint is None or visit.reading.verdict is None:
        raise ValueError("a visit without an article has no revision")
    columns: dict[str, object] = {
        "article_id": article_id,
        "number": number,
        "change": change,
        "page_digest": visit.page_digest,
        "text_hash": fingerprint.text_hash,
        "sketch": duplicates.pack_sketch(fingerprint),
    }
    _insert(connection, "revision", columns | _page_columns(visit.page) | _text_columns(article))
    _add_verdict(connection, article_id, number, visit.reading.verdict, visit.page.fetched_at)


def _page_columns(page: Page) -> dict[str, object]:
    """Return the proof of where a text came from."""
    return {
        "fetched_at": required(page.fetched_at),
        "url": page.url,
        "redirects": to_json(page.redirects),
        "status": page.status,
        "address": page.address,
        "headers": to_json([h for h in page.headers if h[0].lower() in _KEPT_HEADERS]),
        "etag": page.header("etag"),
        "last_modified": page.header("last-modified"),
    }


def _text_columns(article: Article) -> dict[str, object]:
    columns: dict[str, object] = {
        "published": to_column(article.published),
        "modified": to_column(article.modified),
        "word_count": article.word_count,
    }
    for name in ("headline", "standfirst", "published_zone", "published_claim", "language",
                 "credit", "section", "image", "site_name", "access", "charset",
                 "extractor_version"):  # fmt: skip
        columns[name] = getattr(article, name)
    for name in ("byline", "body", "captions", "inserts", "tags", "links", "origins"):
        columns[name] = to_json(getattr(article, name))
    return columns


def _add_verdict(
    connection: sqlite3.Connection, article_id: int, revision: int, verdict: Verdict, at: datetime
) -> None:
    columns: dict[str, object] = {
        "article_id": article_id,
        "revision": revision,
        "topic_version": verdict.topic_version,
        "relevant": int(verdict.relevant),
        "score": verdict.score,
        "evidence": to_json(verdict.evidence),
        "judged_at": required(at),
    }
    _insert(connection, "verdict", columns)


def _insert(connection: sqlite3.Connection, table: str, columns: dict[str, object]) -> None:
    values = {name: clean(v) if isinstance(v, str) else v for name, v in columns.items()}
    names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The newest revision of an article, as far as a revisit needs it."""

    number: int
    change: str
    headline: str
    body: tuple[str, ...]
    text_hash: str
    url: str
    etag: str | None
    last_modified: str | None


def latest(connection: sqlite3.Connection, article_id: int) -> Latest:
    """Return an article's newest revision."""
    row = connection.execute(
        """
        SELECT number, change, headline, body, text_hash, url, etag, last_modified FROM revision
        WHERE article_id = :id ORDER BY number DESC LIMIT 1
        """,
        {"id": article_id},
    ).fetchone()
    return Latest(**{**dict(row), "body": msgspec.json.decode(row["body"], type=tuple[str, ...])})


def mark_removed(
    connection: sqlite3.Connection, article_id: int, at: datetime, status: int
) -> None:
    """Record that the outlet took an article down: a revision that keeps the text."""
    newest = latest(connection, article_id)
    if newest.change == "removed":
        return
    names = [r["name"] for r in connection.execute("PRAGMA table_info(revision)")]
    changed = {
        "number": "number + 1",
        "change": "'removed'",
        "fetched_at": ":at",
        "status": ":status",
    }
    values = ", ".join(changed.get(name, name) for name in names)
    parameters = {"id": article_id, "number": newest.number, "at": required(at), "status": status}
    connection.execute(
        f"INSERT INTO revision SELECT {values} FROM revision"  # noqa: S608 - our own column names
        " WHERE article_id = :id AND number = :number",
        parameters,
    )
    connection.execute(
        """
        INSERT INTO verdict SELECT article_id, revision + 1, topic_version, relevant, score,
                                   evidence, judged_at
        FROM verdict WHERE article_id = :id AND revision = :number
        """,
        parameters,
    )


def schedule_revisit(
    connection: sqlite3.Connection, article_id: int, *, host: str, url: str, step: int, at: datetime
) -> None:
    """Say when an article is looked at again."""
    connection.execute(
        """
        INSERT INTO revisit (article_id, host, shard, url, step, not_before)
        VALUES (:id, :host, :shard, :url, :step, :at)
        ON CONFLICT (article_id) DO UPDATE SET step = :step, not_before = :at
        """,
        {
            "id": article_id,
            "host": host,
            "shard": shard_of(host),
            "url": clean(url),
            "step": step,
            "at": required(at),
        },
    )
    hosts.expect(connection, host, at)


def end_revisits(connection: sqlite3.Connection, article_id: int) -> None:
    """Look at an article no more."""
    connection.execute("DELETE FROM revisit WHERE article_id = :id", {"id": article_id})


def revisit_step(connection: sqlite3.Connection, article_id: int) -> int:
    """Return how many revisits in a row found nothing new."""
    row = connection.execute(
        "SELECT step FROM revisit WHERE article_id = :id", {"id": article_id}
    ).fetchone()
    return 0 if row is None else int(row["step"])


def stream(
    connection: sqlite3.Connection, *, relevant: bool | None = None, unique: bool = False
) -> Iterator[CorpusArticle]:
    """Yield the corpus in the order of ids, at constant memory.

    `relevant` keeps one side of the verdict; `unique` leaves out what repeats an earlier article.
    """
    rows = connection.execute(
        """
        SELECT * FROM corpus
        WHERE (:relevant IS NULL OR relevant = :relevant)
          AND (NOT :unique OR duplicate_of IS NULL)
        ORDER BY id
        """,
        {"relevant": relevant, "unique": unique},
    )
    for row in rows:
        yield _corpus_article(row)


def get(connection: sqlite3.Connection, article_id: int) -> CorpusArticle | None:
    """Return one article of the corpus."""
    row = connection.execute("SELECT * FROM corpus WHERE id = :id", {"id": article_id}).fetchone()
    return None if row is None else _corpus_article(row)


_LISTS = {"byline": list[str], "body": list[str], "captions": list[str], "inserts": list[Insert],
          "tags": list[str], "evidence": list[Evidence]}  # fmt: skip
_TIMES = {"published", "modified", "first_seen", "fetched_at"}


def _corpus_article(row: sqlite3.Row) -> CorpusArticle:
    values: dict[str, object] = dict(row)
    for name, kind in _LISTS.items():
        values[name] = msgspec.json.decode(row[name], type=kind)
    for name in _TIMES:
        values[name] = from_column(row[name])
    values["relevant"] = bool(row["relevant"])
    return CorpusArticle(**values)  # type: ignore[arg-type]  # the view has exactly these columns


CORPUS_FIELDS = tuple(f.name for f in fields(CorpusArticle))
