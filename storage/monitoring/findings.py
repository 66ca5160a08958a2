"""What an alert finds: texts of its query, notices, and days out of the usual."""

import sqlite3
from datetime import UTC, date, datetime, timedelta

from storage.crawl.silence import BASELINE
from storage.monitoring import notices
from storage.monitoring.alerts import Asked, Item, Seen
from storage.monitoring.disputes import disputes
from storage.monitoring.spike import Spike, days_before, spike
from storage.search.find import fresh, ids
from storage.sqlite.values import from_column, required, to_json

_NEWS = timedelta(days=2)  # what is older when it comes is no part of a day's rhythm


def seen(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return the newest rows of the index and the notices: while both stay, nothing is new."""
    row = connection.execute("SELECT coalesce(max(id), 0) FROM search_row").fetchone()
    return int(row[0]), notices.newest(connection)


def look(
    connection: sqlite3.Connection,
    asked: Asked,
    since: Seen,
) -> tuple[list[Item], Seen]:
    """Return the new items of an alert, and the last row that was checked. Raises QueryError."""
    found = _notices(connection, asked, since.notices_to)
    first, texts_to = _unseen(connection, since.texts_to)
    if asked.query is not None and texts_to > since.texts_to:
        found += _texts(connection, asked, first)
    if asked.has_contradictions and texts_to > since.texts_to:
        found += disputes(connection, since.texts_to)
    return found, Seen(texts_to, max(since.notices_to, notices.newest(connection)))


def _unseen(connection: sqlite3.Connection, texts_to: str) -> tuple[int, str]:
    """Return the last row of the index that was seen, and the time of the newest one.

    The index is made in the order in which texts are stored, so the first row from its end that was
    seen has only seen ones before it; also while it is rebuilt.
    """
    row = connection.execute(
        """
        SELECT coalesce((SELECT id FROM search_row WHERE stored_at <= :to ORDER BY id DESC LIMIT 1),
                        0) AS seen,
               coalesce((SELECT stored_at FROM search_row ORDER BY id DESC LIMIT 1), '') AS newest
        """,
        {"to": texts_to},
    ).fetchone()
    return int(row["seen"]), max(texts_to, row["newest"])


def _texts(connection: sqlite3.Connection, asked: Asked, after: int) -> list[Item]:
    assert asked.query is not None  # noqa: S101 - the caller's condition
    rows = connection.execute(
        """
        SELECT row.article_id, row.revision, row.stored_at, row.published, revision.changes
        FROM json_each(:ids) AS found
        JOIN search_row AS row ON row.article_id = found.value AND row.id > :after
        JOIN revision ON revision.article_id = row.article_id AND number = row.revision
        WHERE NOT EXISTS (SELECT 1 FROM search_row AS later WHERE later.article_id = row.article_id
                                                              AND later.revision > row.revision)
        """,
        {
            "ids": to_json(
                fresh(
                    connection,
                    asked.query,
                    after,
                )
            ),
            "after": after,
        },
    )
    items = (_item(row, asked) for row in rows.fetchall())
    return [item for item in items if item is not None]


_SILENT_CHANGES = ('["cosmetic"]', '["reread"]')  # nothing that a reader would call news


def _item(row: sqlite3.Row, asked: Asked) -> Item | None:
    """Return the item that reports a text, as an article or as a revision; None if it is silent."""
    is_first = row["revision"] == 1
    if not is_first and row["changes"] in _SILENT_CHANGES:
        return None
    if asked.spike is not None:
        return _counted(row)
    key = f"article {row['article_id']}"
    if asked.has_revisions and not is_first:
        key += f" revision {row['revision']}"
    return Item(
        key=key,
        at=row["stored_at"],
        article_id=row["article_id"],
        revision=row["revision"],
    )


def _counted(row: sqlite3.Row) -> Item | None:
    """Return an item that counts an article once for all its revisions; None if it came late."""
    article_id = row["article_id"]
    if not _is_news(row):
        return None
    return Item(
        key=f"counted {article_id}",
        at=row["stored_at"],
        article_id=article_id,
        is_told=False,
    )


def _is_news(row: sqlite3.Row) -> bool:
    published, stored = from_column(row["published"]), datetime.fromisoformat(row["stored_at"])
    return published is None or stored - published <= _NEWS


def _notices(connection: sqlite3.Connection, asked: Asked, after: int) -> list[Item]:
    rows = connection.execute(
        """
        SELECT id, at FROM notice
        WHERE id > :after AND kind IN (SELECT value FROM json_each(:kinds)) ORDER BY id
        """,
        {"after": after, "kinds": to_json(sorted(asked.kinds))},
    )
    return [
        Item(
            key=f"notice {row['id']}",
            at=row["at"],
            notice_id=row["id"],
        )
        for row in rows
    ]


def past(connection: sqlite3.Connection, asked: Asked, now: datetime) -> list[Item]:
    """Return what a query found in the weeks that a day is compared with. Raises QueryError."""
    if asked.spike is None or asked.query is None:
        return []
    rows = connection.execute(
        """
        SELECT article_id, number AS revision, stored_at, published, changes
        FROM json_each(:ids) AS found JOIN revision ON article_id = found.value AND number = 1
        WHERE stored_at >= :since
        """,
        {"ids": to_json(ids(connection, asked.query)), "since": required(now - BASELINE)},
    )
    items = (_item(row, asked) for row in rows.fetchall())
    return [item for item in items if item is not None]


def spike_of(
    connection: sqlite3.Connection,
    asked: Asked,
    now: datetime,
) -> Item | None:
    """Return the item that reports a spike today; None if the day is usual."""
    day = now.astimezone(UTC).date()
    found = _spike(connection, asked, day)
    if found is None:
        return None
    detail = f"{found.count} articles on {day}, where {found.usual:g} a day are usual"
    return Item(key=f"spike {day}", at=required(now), detail=detail)


def _spike(connection: sqlite3.Connection, asked: Asked, day: date) -> Spike | None:
    assert asked.spike is not None  # noqa: S101 - the caller's condition
    rows = connection.execute(
        """
        SELECT substr(at, 1, 10) AS day, count(*) AS articles FROM alert_item
        WHERE alert = :alert AND is_told = 0 AND at >= :since GROUP BY day
        """,
        {"alert": asked.name, "since": (day - BASELINE).isoformat()},
    )
    counts = {date.fromisoformat(row["day"]): row["articles"] for row in rows}
    watched = [one for one in days_before(day) if _was_watched(connection, one)]
    return spike(
        counts,
        watched,
        day,
        asked.spike,
    )


def _was_watched(connection: sqlite3.Connection, day: date) -> bool:
    """Whether any text was stored on a day; if not, the day says nothing of the usual number."""
    row = connection.execute(
        "SELECT 1 FROM revision WHERE stored_at >= :day AND stored_at < :next LIMIT 1",
        {"day": day.isoformat(), "next": (day + timedelta(days=1)).isoformat()},
    ).fetchone()
    return row is not None
