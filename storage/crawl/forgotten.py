"""Addresses of removed articles: they are known by a hash and never fetched again."""

import sqlite3
from hashlib import sha256

from storage.sqlite.values import clean


def hash_of(canonical_url: str) -> str:
    """Return what is kept of an address."""
    return sha256(clean(canonical_url).encode()).hexdigest()


def is_forgotten(connection: sqlite3.Connection, canonical_url: str) -> bool:
    """Whether an address led to something that was removed on demand."""
    found = connection.execute(
        "SELECT 1 FROM forgotten WHERE url_hash = :hash", {"hash": hash_of(canonical_url)}
    ).fetchone()
    return found is not None
