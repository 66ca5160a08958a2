"""What does not happen at one moment is looked for once a day: sources that stand still."""

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

_AGAIN = timedelta(days=14)  # until the same is said of a source once more
_KINDS: dict[State, Kind] = {
    State.SILENT: "source silent",
    State.EMPTY: "empty extractions",
}


async def look(database: Database, now: datetime | None = None) -> None:
    """Add a notice for each stalled source, at most every two weeks. Raises StorageError."""
    now = now or datetime.now(UTC)
    found = await asyncio.to_thread(_found, database.path, now)
    for notice in await database.write(_keep, found=found, now=now):
        tell(notice)


def _found(store: Path, now: datetime) -> list[Notice]:
    """Return the stalled sources, by a reader of its own: it takes seconds in a large store."""
    with open_corpus(store) as connection:
        stands = health.standings(connection, now)
        rows = connection.execute("SELECT id, name, url FROM source WHERE removed_at IS NULL")
        return [
            Notice(at=now, kind=_KINDS[found.state], source=row["name"], url=row["url"],
                   detail=found.reason)
            for row in rows
            if (found := stands.get(row["id"])) is not None and found.state in _KINDS
        ]  # fmt: skip


def _keep(connection: Connection, found: list[Notice], now: datetime) -> list[Notice]:
    """Keep what was not said lately; return it."""
    fresh = [
        notice
        for notice in found
        if not notices.was_told(connection, notice.kind, notice.url or "", now - _AGAIN)
    ]
    for notice in fresh:
        notices.add(connection, notice)
    return fresh
