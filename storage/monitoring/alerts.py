"""The queue of alerts: what each has to send, and how far each of its addresses has got.

An alert's items are a log, each thing in it once; an address has read it up to a number. Before a
message is handed over that is noted, and noted again once it was taken: whoever is killed between
the two tells the same items once more, and knows that they may have come before.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.monitoring import notices
from storage.sqlite.values import clean, from_column, known, required, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An alert as the configuration describes it."""

    name: str
    schedule: str
    targets: Mapping[str, datetime]  # when each gets its first message


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an alert asks for."""

    name: str
    query: str | None = None
    has_revisions: bool = True  # tell of later revisions too
    spike: float | None = None  # times the usual number a day; then single articles are not sent
    has_contradictions: bool = False  # between speakers, about one force
    kinds: frozenset[str] = frozenset()  # of notices

    @property
    def rule(self) -> str:
        """The query whose finds are counted; empty where none are."""
        return (self.query or "") if self.spike else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last text and the last notice that were checked: a time and a number."""

    texts_to: str
    notices_to: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The last text and notice that an alert has checked, and the rule by which it counts."""

    rule: str
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that an alert reports: the text of an article, a notice, or a sentence."""

    key: str  # what makes it the same thing
    at: str
    article_id: int | None = None
    revision: int | None = None
    notice_id: int | None = None
    detail: str = ""
    is_told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address of an alert, and the last item that it was sent."""

    alert: str
    target: str
    told: int
    sending_to: int | None
    next_at: datetime
    attempts: int
    detail: str | None
    alone_to: int | None = None  # items up to here are sent one by one


def synchronize(
    connection: sqlite3.Connection,
    planned: Sequence[Planned],
    now: datetime,
) -> None:
    """Make the alerts of a store those of a configuration.

    A new one begins with articles that become known from now on. The queue of one that left is
    deleted.
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


def _take_targets(
    connection: sqlite3.Connection,
    alert: Planned,
    now: datetime,
) -> None:
    """Store the addresses; one that replaces others gets the items that those did not get."""
    before = {target.target: target for target in targets(connection, alert.name)}
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
    """Return the last text and notice that each alert has checked."""
    rows = connection.execute("SELECT name, rule, texts_to, notices_to FROM alert")
    return {
        row["name"]: Progress(row["rule"], Seen(row["texts_to"], row["notices_to"])) for row in rows
    }


def begin_counting(connection: sqlite3.Connection, alert: str, rule: str) -> None:
    """Start the count again for another query."""
    connection.execute(
        "DELETE FROM alert_item WHERE alert = :alert AND is_told = 0", {"alert": alert}
    )
    connection.execute(
        "UPDATE alert SET rule = :rule WHERE name = :alert", {"alert": alert, "rule": rule}
    )


def queue(connection: sqlite3.Connection, alert: str, items: Sequence[Item]) -> None:
    """Add the items that an alert reports, each once."""
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


def pass_by(connection: sqlite3.Connection, alert: str, seen: Seen) -> None:
    """Store the last text and notice that an alert has checked."""
    connection.execute(
        "UPDATE alert SET texts_to = :texts, notices_to = :notices WHERE name = :alert",
        {"alert": alert, "texts": seen.texts_to, "notices": seen.notices_to},
    )


def refusing(connection: sqlite3.Connection) -> int:
    """Return the number of addresses that refused the last message."""
    row = connection.execute("SELECT count(*) FROM alert_target WHERE attempts > 0").fetchone()
    return int(row[0])


def targets(connection: sqlite3.Connection, alert: str | None = None) -> list[Target]:
    """Return every address of an alert, or of all."""
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
    """The items that an address has not been sent yet: the first of them, and their number."""

    items: Sequence[tuple[int, Item]]  # with their numbers
    count: int
    newest: int


def waiting(connection: sqlite3.Connection, target: Target, most: int) -> Waiting:
    """Return the items that an address has not been sent yet.

    Of a message whose end is not known its items, and no more.
    """
    asked = {"alert": target.alert, "told": target.told, "until": target.sending_to, "most": most}
    rows = connection.execute(
        """
        SELECT *, count(*) OVER () AS waiting, max(id) OVER () AS newest FROM alert_item
        WHERE alert = :alert AND is_told = 1 AND id > :told
          AND (:until IS NULL OR id <= :until)
        ORDER BY id LIMIT :most
        """,
        asked,
    ).fetchall()
    names = Item.__dataclass_fields__
    items = [(row["id"], Item(**{n: row[n] for n in names} | {"is_told": True})) for row in rows]
    if not rows:
        return Waiting(items=items, count=0, newest=0)
    return Waiting(
        items=items,
        count=rows[0]["waiting"],
        newest=rows[0]["newest"],
    )


def begin_sending(connection: sqlite3.Connection, target: Target, until: int) -> None:
    """Store that the items up to a number are being sent."""
    _update(
        connection,
        target,
        "sending_to = :until",
        until=until,
    )


def sent(
    connection: sqlite3.Connection,
    target: Target,
    until: int,
    next_at: datetime,
) -> None:
    """Store that the items up to a number were accepted."""
    _update(
        connection,
        target,
        "told = :until, sending_to = NULL, attempts = 0, detail = NULL, next_at = :next,"
        " alone_to = CASE WHEN alone_to > :until THEN alone_to END",
        until=until,
        next=required(next_at),
    )


def rest(connection: sqlite3.Connection, target: Target, until: datetime) -> None:
    """Check an address that has nothing to get again at `until`."""
    _update(
        connection,
        target,
        "next_at = :next",
        next=required(until),
    )


def failed(
    connection: sqlite3.Connection,
    target: Target,
    detail: str,
    next_at: datetime,
) -> None:
    """Store that a message was refused, and when it is sent again."""
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
