"""A batch of changes: one transaction, in which each change succeeds or fails alone."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from storage.sqlite.errors import is_mistake


@dataclass(slots=True)
class Change:
    """A change that waits for its transaction, and the future of its caller."""

    apply: Callable[[sqlite3.Connection], Any]  # Any: each change has its own type of result
    done: "asyncio.Future[Any]"


class NotBegun(Exception):
    """A transaction did not begin: nothing was applied, so the whole batch may be tried again."""

    def __init__(self, cause: sqlite3.OperationalError):
        super().__init__(cause)
        self.cause = cause


def apply_batch(
    connection: sqlite3.Connection, batch: list[Change], sync: Callable[[], None]
) -> list[Any]:
    """Apply each change in a savepoint of one transaction; return their results or errors.

    BEGIN IMMEDIATE, since a deferred transaction that becomes a writer fails at once with
    SQLITE_BUSY_SNAPSHOT, whatever the timeout (https://sqlite.org/isolation.html). Any: as above.
    `sync` makes durable what the changes wrote outside of the store. Raises NotBegun, or
    the error that failed the whole batch.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise NotBegun(error) from error

    try:
        answers = [_apply(connection, change) for change in batch]
        sync()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return answers


def _apply(connection: sqlite3.Connection, change: Change) -> Any:
    """Return the result of a change, or the error that undid it. Any: as above."""
    connection.execute("SAVEPOINT change")
    try:
        answer = change.apply(connection)
    except Exception as error:
        # After an error of the disk or the file nothing of the batch can be stored.
        if isinstance(error, sqlite3.DatabaseError) and not is_mistake(error):
            raise
        connection.execute("ROLLBACK TO change")
        answer = error  # `Database.write` raises it
    connection.execute("RELEASE change")
    return answer
