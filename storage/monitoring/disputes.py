"""Contradictions that new articles bring: what an alert with `contradictions = true` reports."""

import hashlib
import sqlite3
from datetime import date, timedelta
from typing import Final

from storage.monitoring.alerts import Item
from storage.records.claim import SURE
from storage.statements import claims
from storage.statements.claims import ClaimsWanted, StoredClaim
from storage.statements.timeline import Line, contradictions, timeline

# Claims this long before a new one are compared with it: 30 days of a contradiction, and as many in
# which nobody answered.
_WINDOW: Final = timedelta(days=60)
_PREFIX: Final = "contradiction "
_DIGEST_BYTES: Final = 12


def disputes(connection: sqlite3.Connection, since: str) -> list[Item]:
    """Return the contradictions in which a text takes part that was stored after a time.

    Sure claims alone count. A pair of speakers is reported once for a force and its directions.
    """
    fresh = _fresh(connection, since)
    if not fresh:
        return []
    earliest = date.fromisoformat(min(day for _, day in fresh.values())) - _WINDOW
    found: list[Item] = []
    for force in sorted({force for force, _ in fresh.values()}):
        wanted = ClaimsWanted(force=force, since=earliest.isoformat())
        own = [claim for claim in claims.read(connection, wanted) if claim.is_sure]
        for one, other in contradictions(timeline(own)):
            newest = max((*one.claims, *other.claims), key=lambda claim: claim.found_at)
            if any(claim.id in fresh for claim in (*one.claims, *other.claims)):
                found.append(_item(one, other, newest))
    return found


def _fresh(connection: sqlite3.Connection, since: str) -> dict[int, tuple[str, str]]:
    """Return the force and the day of each claim of a text that was stored after a time.

    Claims that other rules find in an old text are not new.
    """
    rows = connection.execute(
        """
        SELECT claim.id, claim.force, coalesce(claim.said_on, substr(stored_at, 1, 10)) AS day
        FROM revision JOIN claim ON claim.article_id = revision.article_id
            AND claim.revision = revision.number
        WHERE stored_at > :since AND until IS NULL AND certainty >= :sure AND name IS NOT NULL
        """,
        {"since": since, "sure": SURE},
    )
    return {row["id"]: (row["force"], row["day"]) for row in rows}


def _item(one: Line, other: Line, newest: StoredClaim) -> Item:
    """Return an item without a name in it: who is forgotten is in no queue."""
    sides = sorted(f"{_label(line)} {line.stance.leaves}" for line in (one, other))
    digest = hashlib.blake2b("\n".join((one.force, *sides)).encode(), digest_size=_DIGEST_BYTES)
    return Item(
        key=_PREFIX + digest.hexdigest(),
        at=newest.found_at,
        article_id=newest.article_id,
        detail=f"{one.first.id} {other.first.id}",
    )


def _label(line: Line) -> str:
    return line.voice.words if line.voice else ""


def sides_of(connection: sqlite3.Connection, item: Item) -> list[StoredClaim]:
    """Return the two claims of an item that reports a contradiction; none for other items.

    Fewer where other rules have read the texts again, or one was forgotten.
    """
    if not item.key.startswith(_PREFIX):
        return []
    numbers = [int(number) for number in item.detail.split()]
    return claims.read(connection, ClaimsWanted(numbers=numbers))
