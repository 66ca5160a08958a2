"""The queue of alerts: what each has to tell, and how far each of its addresses has been told.

An alert's items are a log, each thing in it once; an address has read it up to a number. Before a
message is handed over that is noted, and noted again once it was taken: whoever is killed between
the two tells the same items once more, and knows that they may have come before.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import notices
from storage.values import clean, from_column, known, required, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An alert as its operator wants it."""

    name: str
    schedule: str
    targets: Mapping[str, datetime]  # when each is told for the first time


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an alert has looked."""

    name: str
    rule: str  # the query whose finds were counted
    texts_to: str
    notices_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that an alert has to tell: an article's text, a notice, or a sentence."""

    key: str  # what makes it the same thing
    at: str
    article_id: int | None = None
    revision: int | None = None
    notice_id: int | None = None
    detail: str = ""
    is_told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address of an alert, and how far it has been told."""

    alert: str
    target: str
    told: int
    sending_to: int | None
    next_at: datetime
    attempts: int
    detail: str | None


def synchronize(connection: sqlite3.Connection, planned: Sequence[Planned], now: datetime) -> None:
    """Make the alerts of a store those of a configuration.

    A new one begins with what becomes known from now on. One that left takes its queue with it.
    """
    names = to_json([alert.name for alert in planned])
    connection.execute(
        "DELETE FROM alert WHERE name NOT IN (SELECT value FROM json_each(:names))",
        {"names": names},
    )
    for alert in planned:
        connection.execute(
            """
            INSERT INTO alert (name, rule, schedule, texts_to, notices_to)
            VALUES (:name, '', '', :now, :notices) ON CONFLICT DO NOTHING
            """,
            {"name": alert.name, "now": known.now(), "notices": notices.newest(connection)},
        )
        _take_targets(connection, alert, now)
        connection.execute(
            "UPDATE alert SET schedule = :schedule WHERE name = :name",
            {"name": alert.name, "schedule": alert.schedule},
        )


def _take_targets(connection: sqlite3.Connection, alert: Planned, now: datetime) -> None:
    """Take over the addresses: one that replaces others is told what those were not."""
    before = {target.target: target for target in _targets(connection, alert.name)}
    gone = [target for digest, target in before.items() if digest not in alert.targets]
    newest = _newest_item(connection, alert.name)
    told = min([target.told for target in gone], default=newest)
    for digest, first in alert.targets.items():
        connection.execute(
            "INSERT INTO alert_target (alert, target, told, next_at)"
            " VALUES (:alert, :target, :told, :next) ON CONFLICT DO NOTHING",
            {
                "alert": alert.name,
                "target": digest,
                "told": told,
                "next": required(now if gone and told < newest else first),
            },
        )
        connection.execute(
            """
            UPDATE alert_target SET next_at = :next
            WHERE alert = :alert AND target = :target AND attempts = 0
              AND (SELECT schedule FROM alert WHERE name = :alert) NOT IN ('', :schedule)
            """,
            {"alert": alert.name, "target": digest, "next": required(first),
             "schedule": alert.schedule},
        )  # fmt: skip
    connection.executemany(
        "DELETE FROM alert_target WHERE alert = ? AND target = ?",
        [(alert.name, target.target) for target in gone],
    )


def _newest_item(connection: sqlite3.Connection, alert: str) -> int:
    query = "SELECT coalesce(max(id), 0) FROM alert_item WHERE alert = :alert AND is_told = 1"
    return int(connection.execute(query, {"alert": alert}).fetchone()[0])


def progress(connection: sqlite3.Connection) -> dict[str, Progress]:
    """Return how far each alert has looked."""
    rows = connection.execute("SELECT name, rule, texts_to, notices_to FROM alert")
    return {row["name"]: Progress(**dict(row)) for row in rows}


def begin_counting(connection: sqlite3.Connection, alert: str, rule: str) -> None:
    """Count anew what another query found."""
    connection.execute(
        "DELETE FROM alert_item WHERE alert = :alert AND is_told = 0", {"alert": alert}
    )
    connection.execute(
        "UPDATE alert SET rule = :rule WHERE name = :alert", {"alert": alert, "rule": rule}
    )


def queue(connection: sqlite3.Connection, alert: str, items: Sequence[Item]) -> int:
    """Add what an alert has to tell; return how much of it is new."""
    before = connection.total_changes
    connection.executemany(
        """
        INSERT INTO alert_item (alert, key, at, article_id, revision, notice_id, detail, is_told)
        SELECT :alert, :key, :at, :article_id, :revision, :notice_id, :detail, :is_told
        WHERE EXISTS (SELECT 1 FROM alert WHERE name = :alert)
        ON CONFLICT DO NOTHING
        """,
        [
            {"alert": alert, "key": item.key, "at": item.at, "article_id": item.article_id,
             "revision": item.revision, "notice_id": item.notice_id,
             "detail": clean(item.detail), "is_told": int(item.is_told)}
            for item in items
        ],
    )  # fmt: skip
    return connection.total_changes - before


def pass_by(connection: sqlite3.Connection, alert: str, texts_to: str, notices_to: int) -> None:
    """Look no more at what an alert has seen."""
    connection.execute(
        "UPDATE alert SET texts_to = :texts, notices_to = :notices WHERE name = :alert",
        {"alert": alert, "texts": texts_to, "notices": notices_to},
    )


def targets(connection: sqlite3.Connection) -> list[Target]:
    """Return every address of every alert."""
    return _targets(connection, None)


def refusing(connection: sqlite3.Connection) -> int:
    """Return how many addresses did not take the last message."""
    row = connection.execute("SELECT count(*) FROM alert_target WHERE attempts > 0").fetchone()
    return int(row[0])


def _targets(connection: sqlite3.Connection, alert: str | None) -> list[Target]:
    rows = connection.execute(
        "SELECT * FROM alert_target WHERE :alert IS NULL OR alert = :alert ORDER BY alert, target",
        {"alert": alert},
    )
    found = []
    for row in rows:
        columns = dict(row)
        next_at = from_column(columns.pop("next_at"))
        assert next_at is not None  # noqa: S101 - NOT NULL
        found.append(Target(next_at=next_at, **columns))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What an address has not been told yet: the first items, and how many there are."""

    items: Sequence[tuple[int, Item]]  # with their numbers
    count: int
    newest: int


def waiting(connection: sqlite3.Connection, target: Target, most: int) -> Waiting:
    """Return what an address has not been told yet.

    Of a message whose end is not known its items, and no more.
    """
    asked = {"alert": target.alert, "told": target.told, "until": target.sending_to, "most": most}
    condition = """alert = :alert AND is_told = 1 AND id > :told
                   AND (:until IS NULL OR id <= :until)"""
    rows = connection.execute(
        f"SELECT * FROM alert_item WHERE {condition} ORDER BY id LIMIT :most",  # noqa: S608 - a text of this file
        asked,
    ).fetchall()
    count, newest = connection.execute(
        f"SELECT count(*), coalesce(max(id), 0) FROM alert_item WHERE {condition}",  # noqa: S608 - as above
        asked,
    ).fetchone()
    names = Item.__dataclass_fields__
    items = [(row["id"], Item(**{n: row[n] for n in names} | {"is_told": True})) for row in rows]
    return Waiting(items=items, count=count, newest=newest)


def begin_sending(connection: sqlite3.Connection, target: Target, until: int) -> None:
    """Note that items up to a number are being handed over."""
    _update(connection, target, "sending_to = :until", until=until)


def sent(connection: sqlite3.Connection, target: Target, until: int, next_at: datetime) -> None:
    """Note that items up to a number were taken."""
    _update(
        connection,
        target,
        "told = :until, sending_to = NULL, attempts = 0, detail = NULL, next_at = :next",
        until=until,
        next=required(next_at),
    )


def rest(connection: sqlite3.Connection, target: Target, until: datetime) -> None:
    """Leave an address alone that has nothing to be told."""
    _update(connection, target, "next_at = :next", next=required(until))


def failed(connection: sqlite3.Connection, target: Target, detail: str, next_at: datetime) -> None:
    """Note that a message was refused, and when it is tried again."""
    _update(
        connection,
        target,
        "sending_to = NULL, attempts = attempts + 1, detail = :detail, next_at = :next",
        detail=clean(detail),
        next=required(next_at),
    )


def _update(connection: sqlite3.Connection, target: Target, what: str, **values: object) -> None:
    connection.execute(
        f"UPDATE alert_target SET {what} WHERE alert = :alert AND target = :target",  # noqa: S608 - texts of this file
        {"alert": target.alert, "target": target.target, **values},
    )
