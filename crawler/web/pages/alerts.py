"""`/alerts`: the queue of each address of an alert, and the log of notices."""

from dataclasses import dataclass
from datetime import datetime

from crawler.web.answering import Page
from crawler.web.asking import Asked
from storage.monitoring import alerts, left_out
from storage.monitoring.alerts import Item, Target

_MOST_NOTICES = 100
_MOST_WAITING = 5  # that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressState:
    """The state of one address: the fields of `drawdown alert list --json`."""

    alert: str
    to: str
    waiting: int
    next_at: datetime | None
    attempts: int
    detail: str | None
    left_out: tuple[str, ...] = ()


def page(asked: Asked) -> Page:
    """Return the queue of every address that a daemon has seen, and the newest notices."""
    states = [_state(asked, target) for target in alerts.targets(asked.connection)]
    rows = asked.connection.execute(
        "SELECT at, kind, source, url, detail FROM notice ORDER BY id DESC LIMIT :most",
        {"most": _MOST_NOTICES},
    )
    return Page(
        template="alerts.html",
        title="Alerts",
        records=[state for state, _ in states],
        values={"states": states, "notices": [dict(row) for row in rows]},
    )


def _state(asked: Asked, target: Target) -> tuple[AddressState, list[Item]]:
    """Return the state of an address, and the first items that wait for it."""
    waiting = alerts.waiting(asked.connection, target, _MOST_WAITING)
    refused = [
        f"{'a notice' if item.article_id is None else f'article {item.article_id}'}: {item.detail}"
        for item in left_out.newest(asked.connection)
        if (item.alert, item.target) == (target.alert, target.target)
    ]
    state = AddressState(
        alert=target.alert,
        to=asked.site.addresses.get((target.alert, target.target), "an address of before"),
        waiting=waiting.count,
        next_at=target.next_at,
        attempts=target.attempts,
        detail=target.detail,
        left_out=tuple(refused),
    )
    return state, [item for _, item in waiting.items]
