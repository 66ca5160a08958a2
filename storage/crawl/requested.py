"""Polls that a command asks of the running daemon, in a file beside the store.

One process writes to a store. Another one leaves the addresses of sources here, a line each, and
the daemon takes them within a second. A lock keeps a line from being added to a file that is just
being taken.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from storage.crawl import hosts
from storage.errors import StoreFull
from storage.sqlite.values import required, to_json

_MOST_BYTES = 1_000_000  # of lines that nobody has taken: thousands of addresses


def ask(store: Path, urls: Iterable[str]) -> None:
    """Leave addresses of sources to be polled now. Raises StoreFull where that is not possible."""
    file = _file_of(store)
    try:
        with _opened(file) as number:
            lines = "".join(f"{url}\n" for url in urls)
            if os.fstat(number).st_size < _MOST_BYTES:
                os.write(number, lines.encode())
    except OSError as error:
        raise StoreFull(f"{file}: cannot be written: {error.strerror}") from error


def take(store: Path) -> list[str]:
    """Return the addresses that were left, each once, and remove them."""
    file = _file_of(store)
    if not file.exists():
        return []
    with _opened(file) as number:
        lines = file.read_text("utf-8", "replace").splitlines()
        os.ftruncate(number, 0)
        file.unlink(missing_ok=True)
    return list(dict.fromkeys(filter(None, lines)))


def make_due(connection: Connection, urls: list[str], now: datetime) -> int:
    """Let sources be polled now; return how many there are. A pause of their host still holds."""
    rows = connection.execute(
        """
        SELECT id, host FROM source
        WHERE url IN (SELECT value FROM json_each(:urls)) AND removed_at IS NULL
        """,
        {"urls": to_json(urls)},
    ).fetchall()
    for row in rows:
        connection.execute(
            "UPDATE poll_state SET next_poll_at = :now, reason = 'asked for by a command'"
            " WHERE source_id = :id",
            {"now": required(now), "id": row["id"]},
        )
        hosts.expect(connection, row["host"], now)
    return len(rows)


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    """Open the file under its lock; one that was removed meanwhile is made again."""
    while True:
        number = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX)
            if file.exists() and os.path.samestat(os.fstat(number), file.stat()):
                yield number
                return
        finally:
            os.close(number)


def _file_of(store: Path) -> Path:
    return store.with_name(f"{store.name}.polls")
