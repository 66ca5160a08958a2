"""Notices: trouble and its end, kept so that alerts can tell of them."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import msgspec

from storage.sqlite.values import clean, from_column, required

Kind = Literal[
    "source failing", "source recovered", "source moved", "source gone", "source emptied",
    "possible loss", "layout changed", "source silent", "silence ended", "empty extractions",
    "validators off", "last run cut short",
]  # fmt: skip

OF_RESTARTS: frozenset[Kind] = frozenset({"last run cut short"})
OF_SOURCES: frozenset[Kind] = frozenset(get_args(Kind)) - OF_RESTARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that happened, of a source or of the crawler itself."""

    at: datetime
    kind: Kind
    source: str | None = None
    url: str | None = None
    detail: str = ""


def add(connection: sqlite3.Connection, notice: Notice) -> None:
    """Keep a notice."""
    connection.execute(
        "INSERT INTO notice (at, kind, source, url, detail)"
        " VALUES (:at, :kind, :source, :url, :detail)",
        {
            "at": required(notice.at),
            "kind": notice.kind,
            "source": notice.source,
            "url": clean(notice.url) if notice.url else None,
            "detail": clean(notice.detail),
        },
    )


def newest(connection: sqlite3.Connection) -> int:
    """Return the number of the newest notice; 0 where there is none."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM notice").fetchone()[0])


def get(connection: sqlite3.Connection, number: int) -> Notice:
    """Return a notice."""
    row = connection.execute(
        "SELECT at, kind, source, url, detail FROM notice WHERE id = :id", {"id": number}
    ).fetchone()
    return msgspec.convert(dict(row), Notice)


def silent_since(connection: sqlite3.Connection, url: str) -> datetime | None:
    """Return when a source was reported silent last, if its silence has not ended since."""
    row = connection.execute(
        """
        SELECT at, kind FROM notice
        WHERE url = :url AND kind IN ('source silent', 'silence ended') ORDER BY id DESC LIMIT 1
        """,
        {"url": clean(url)},
    ).fetchone()
    if row is None or row["kind"] == "silence ended":
        return None
    return from_column(row["at"])


def was_reported(
    connection: sqlite3.Connection, kind: Kind, url: str, since: datetime, now: datetime
) -> bool:
    """Whether the same notice of a source was added since a time.

    One from the future, by a clock that was ahead, does not count: it would for years.
    """
    row = connection.execute(
        """
        SELECT 1 FROM notice
        WHERE kind = :kind AND url = :url AND at BETWEEN :since AND :now LIMIT 1
        """,
        {"kind": kind, "url": url, "since": required(since), "now": required(now)},
    ).fetchone()
    return row is not None
