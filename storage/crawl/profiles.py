"""Site profiles: what the pages of each host have taught the extractor, one row a host."""

import sqlite3
from datetime import datetime

import msgspec

from storage.records.article import SiteProfile
from storage.sqlite.values import required


def of(connection: sqlite3.Connection, host: str) -> SiteProfile:
    """Return the profile of a host; an empty one where none is kept."""
    row = connection.execute(
        "SELECT profile FROM site_profile WHERE host = :host", {"host": host}
    ).fetchone()
    return (
        SiteProfile() if row is None else msgspec.msgpack.decode(row["profile"], type=SiteProfile)
    )


def keep(
    connection: sqlite3.Connection, host: str, profile: SiteProfile, now: datetime, *, changed: bool
) -> None:
    """Replace the profile of a host; `changed` marks that its layout is a new one."""
    connection.execute(
        """
        INSERT INTO site_profile (host, pages, profile, changed_at, updated_at)
        VALUES (:host, :pages, :profile, CASE WHEN :changed THEN :now END, :now)
        ON CONFLICT (host) DO UPDATE SET
            pages = excluded.pages, profile = excluded.profile, updated_at = excluded.updated_at,
            changed_at = coalesce(excluded.changed_at, changed_at)
        """,
        {"host": host, "pages": profile.pages, "profile": msgspec.msgpack.encode(profile),
         "changed": int(changed), "now": required(now)},
    )  # fmt: skip
