"""Gives back the disk space that a store no longer needs: free pages, and a long log."""

import sqlite3

# Milliseconds that SQLite itself waits for a lock: a thread that waits cannot be called off.
WRITER_TIMEOUT = 2_000


def vacuum(connection: sqlite3.Connection) -> bool:
    """Rewrite the file without what was removed; return False where a reader keeps old pages."""
    connection.execute("INSERT INTO search (search) VALUES ('optimize')")
    connection.execute("INSERT INTO search_name (search_name) VALUES ('optimize')")
    connection.execute("VACUUM")
    # The first column is 1 where a reader blocks it (SQLite, "PRAGMA wal_checkpoint").
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def truncate_log(connection: sqlite3.Connection) -> None:
    """Empty the log if no reader needs it; do not wait for readers, as writers would wait too."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {WRITER_TIMEOUT}")
