"""The schema of a store: the settings of a connection, and the migrations to this version."""

import sqlite3
from importlib import resources
from pathlib import Path

from storage.errors import StoreCorrupt, StoreMissing, StoreTooNew, StoreTooOld
from storage.sqlite import corpus_view
from storage.sqlite.files import LOG_BYTES

READER_TIMEOUT = 10_000  # milliseconds that SQLite itself waits for a lock


def connect(path: str | Path) -> sqlite3.Connection:
    """Open or make a store of this version, outside of any event loop and without a lock."""
    connection = sqlite3.connect(path, isolation_level=None)
    prepare(connection)
    migrate(connection)
    return connection


def prepare(connection: sqlite3.Connection, busy_timeout: int = READER_TIMEOUT) -> None:
    """Set what every writing connection needs; `busy_timeout` in milliseconds."""
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {busy_timeout}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # A log that grew behind a slow reader shrinks to this when it begins again.
    connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
    # NORMAL: a crash of the process loses nothing; power loss may cost the last seconds, which
    # are fetched again, since validators are committed with the articles they cover.
    connection.execute("PRAGMA synchronous = NORMAL")


def migrations() -> list[tuple[int, str]]:
    """Return the number and the script of each migration, in order."""
    folder = resources.files("storage.sqlite") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), (folder / name).read_text("utf-8")) for name in names]


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the store to this version, each step in one transaction with its record."""
    version = version_of(connection)
    for number, script in migrations():
        if number > version:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;"
            )
    _renew_view(connection)


def _renew_view(connection: sqlite3.Connection) -> None:
    """Create the view of the corpus again if its query has changed.

    A store of this version may still have the view of an earlier one: it has the same columns and
    rows, so that programs that only read it need not wait for a writer.
    """
    row = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = 'corpus'"
    ).fetchone()
    wanted = corpus_view.VIEW.strip()
    if row is not None and row[0] == wanted:
        return
    connection.executescript(f"BEGIN IMMEDIATE;\nDROP VIEW IF EXISTS corpus;\n{wanted};\nCOMMIT;")


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version of a store. Raises StoreTooNew."""
    version, newest = connection.execute("PRAGMA user_version").fetchone()[0], migrations()[-1][0]
    if version > newest:
        raise StoreTooNew(
            f"the store has version {version}, this Drawdown knows {newest}: upgrade Drawdown"
        )
    return int(version)


def refuse_unreadable(connection: sqlite3.Connection, file: Path) -> None:
    """Raise the StorageError that says why a store cannot be read by this version, if it cannot."""
    refuse_foreign(connection, file)
    version, newest = version_of(connection), migrations()[-1][0]
    if version != newest:
        raise StoreTooOld(
            f"{file}: the store has version {version}, this Drawdown reads {newest}: "
            "`drawdown once` or `run` brings it forward"
        )


def refuse_foreign(connection: sqlite3.Connection, file: Path) -> None:
    """Raise StoreMissing or StoreCorrupt where a file is a corpus of no version."""
    if connection.execute("PRAGMA user_version").fetchone()[0] > 0:
        return
    if connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
        raise StoreMissing(f"{file}: no corpus yet; a Drawdown that has just started makes it")
    raise StoreCorrupt(f"{file}: a database, but not a corpus of Drawdown")
