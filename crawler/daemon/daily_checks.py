"""Daily checks for slow failures: sources that went silent, or whose pages have no articles."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

from crawler.alerts.notify import tell
from storage.crawl import health
from storage.crawl.health import State
from storage.monitoring import notices
from storage.monitoring.notices import Kind, Notice
from storage.sqlite.database import Database, open_corpus

_REPEAT_AFTER = timedelta(days=14)  # between two equal notices about a source
_KINDS: dict[State, Kind] = {
    State.SILENT: "source silent",
    State.EMPTY: "empty extractions",
}


async def look(database: Database, now: datetime | None = None) -> None:
    """Add a notice for each stalled source, at most every two weeks. Raises StorageError."""
    now = now or datetime.now(UTC)
    stalled = await asyncio.to_thread(_stalled_sources, database.path, now)
    for notice in await database.write(_store_new, stalled, now):
        tell(notice)


def _stalled_sources(store: Path, now: datetime) -> list[Notice]:
    """Return a notice for each stalled source.

    It takes seconds in a large store, so it has a connection of its own.
    """
    stalled = []
    with open_corpus(store) as connection:
        by_source = health.standings(connection, now)
        rows = connection.execute("SELECT id, name, url FROM source WHERE removed_at IS NULL")
        for row in rows:
            found = by_source.get(row["id"])
            kind = None if found is None else _KINDS.get(found.state)
            if found is None or kind is None:
                continue
            notice = Notice(
                at=now,
                kind=kind,
                source=row["name"],
                url=row["url"],
                detail=found.reason,
            )
            stalled.append(notice)
    return stalled


def _store_new(
    connection: Connection,
    stalled: list[Notice],
    now: datetime,
) -> list[Notice]:
    """Store the notices that are not repeats, and return them."""
    before = now - _REPEAT_AFTER
    stored = []
    for notice in stalled:
        url = notice.url or ""
        if notices.was_reported(connection, notice.kind, url, since=before, now=now):
            continue
        notices.add(connection, notice)
        stored.append(notice)
    return stored
