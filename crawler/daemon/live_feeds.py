"""The feeds of saved queries: files that always have the newest articles that a query finds."""

import sqlite3
from pathlib import Path

from crawler import log
from crawler.config import Config, SavedQuery
from crawler.pipeline.assembly import Crawler
from storage.export.live_feed import document
from storage.search.find import read
from storage.search.saved import expand
from storage.sqlite.atomic import whole

_log = log.get("export")


async def keep(crawler: Crawler) -> None:
    """Write the feeds that have changed. Raises StorageError, and OSError of a file."""
    await crawler.database.read(refresh, config=crawler.config)


def refresh(connection: sqlite3.Connection, config: Config) -> None:
    """Write the feeds of a configuration that have changed; a failure stops none of the others.

    Raises the first OSError of a file once all the others are written.
    """
    failures: list[OSError] = []
    for query in config.query:
        if query.feed is None:
            continue
        text = expand(query.query, config.saved)
        content = _document(connection, query, text)
        file = config.file.parent / query.feed
        try:
            is_new = _write(file, content)
        except OSError as error:
            failures.append(error)
            continue
        if is_new:
            _log.info("feed written", query=query.name, file=str(file))
    if failures:
        raise failures[0]


def _document(
    connection: sqlite3.Connection,
    query: SavedQuery,
    text: str,
) -> bytes:
    results = read(
        connection,
        text,
        order="newest",
        limit=query.entries,
    )
    return document(
        results.articles,
        name=query.name,
        description=query.description,
    )


def _write(file: Path, content: bytes) -> bool:
    """Write a file in one step, if its content is another; return whether it was."""
    if file.is_file() and file.read_bytes() == content:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole(file) as partial:
        partial.write_bytes(content)
    return True
