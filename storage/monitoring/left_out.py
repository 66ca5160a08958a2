"""Items of alerts that a service refuses for good, and addresses that get one item at a time."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.monitoring.alerts import Target
from storage.sqlite.values import clean, from_column, required

_SHOWN = 50  # of all addresses, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An item that an address was not sent, and why."""

    alert: str
    target: str
    item: int
    article_id: int | None
    at: datetime
    detail: str


def narrow(connection: sqlite3.Connection, target: Target, until: int) -> None:
    """Send an address each item up to a number in a message of its own."""
    connection.execute(
        "UPDATE alert_target SET alone_to = :until WHERE alert = :alert AND target = :target",
        {"until": until, "alert": target.alert, "target": target.target},
    )


def add(
    connection: sqlite3.Connection, target: Target, item: int, detail: str, at: datetime
) -> None:
    """Note that an item was left out for an address. The caller notes how far it has got."""
    connection.execute(
        """
        INSERT INTO alert_left_out (alert, target, item_id, at, detail)
        SELECT :alert, :target, id, :at, :detail FROM alert_item WHERE id = :item
        ON CONFLICT DO NOTHING
        """,
        {
            "alert": target.alert,
            "target": target.target,
            "item": item,
            "at": required(at),
            "detail": clean(detail),
        },
    )


def newest(connection: sqlite3.Connection) -> list[LeftOut]:
    """Return what was left out lately, of all addresses, the newest first."""
    rows = connection.execute(
        """
        SELECT left_out.alert, target, item_id, article_id, left_out.at, left_out.detail
        FROM alert_left_out AS left_out JOIN alert_item ON alert_item.id = item_id
        ORDER BY left_out.at DESC, item_id DESC LIMIT :most
        """,
        {"most": _SHOWN},
    )
    return [_left_out(row) for row in rows]


def _left_out(row: sqlite3.Row) -> LeftOut:
    at = from_column(row["at"])
    assert at is not None  # noqa: S101 - NOT NULL
    return LeftOut(
        alert=row["alert"],
        target=row["target"],
        item=row["item_id"],
        article_id=row["article_id"],
        at=at,
        detail=row["detail"],
    )
