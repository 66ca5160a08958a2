"""Sends an address what it has not got yet, and finds the item that it refuses for good.

A service may refuse a message for one word in it, at each try. So a message that was refused three
times is sent item by item. An item that is refused alone, while the service takes a message that
names it by its number, is left out: the address is in order, and what comes after it is sent.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from crawler import log
from crawler.alerts.addresses import Address
from crawler.alerts.items import lines
from crawler.alerts.message import MOST, Message, compose
from crawler.config import Alert
from crawler.schedule.cron import next_time
from storage.monitoring import alerts, left_out
from storage.monitoring.alerts import Item, Target
from storage.sqlite.database import Database

_RETRIES = (60, 300, 900, 3600)  # seconds; then every hour, and never given up
_TOGETHER, _ALONE = 3, 2  # refusals of several items, and of one
_AT_ONCE = 2  # messages: others need threads too
_log = log.get("alerts")


@dataclass(frozen=True, slots=True)
class Place:
    """An address of an alert, and how far it has got."""

    alert: Alert
    address: Address
    target: Target

    @property
    def is_narrow(self) -> bool:
        """Whether it is sent one item at a time."""
        return self.target.alone_to is not None


class Sender:
    """Hands messages over, and notes each attempt before and its result after."""

    def __init__(self, database: Database):
        self._database = database
        self._sending = asyncio.Semaphore(_AT_ONCE)

    async def send(self, place: Place) -> bool:
        """Send what an address waits for; return whether it got something.

        Raises StorageError.
        """
        target = place.target
        message = await self._database.read(_message, place)
        if message is None:
            await self._rest(place)
            return False
        await self._database.write(
            alerts.begin_sending,
            target=target,
            until=message.until,
        )
        refused = await self._hand_over(place, message)
        if refused is None:
            await self._taken(place, message)
            return True
        if place.is_narrow and target.attempts + 1 >= _ALONE:
            was_left_out = await self._leave_out(
                place,
                message.until,
                refused,
            )
            if was_left_out:
                return True
        await self._failed(place, message, refused)
        return False

    async def _rest(self, place: Place) -> None:
        """Look at the address of a digest again when the next one is due."""
        if not place.alert.digest:
            return
        at = next_for(place.alert, place.target)
        await self._database.write(
            alerts.rest,
            target=place.target,
            until=at,
        )

    async def _hand_over(
        self,
        place: Place,
        message: Message,
    ) -> str | None:
        """Return why a message was not taken, or None."""
        async with self._sending:
            return await asyncio.to_thread(
                place.address.send,
                message.title,
                message.body,
            )

    async def _taken(
        self,
        place: Place,
        message: Message,
    ) -> None:
        has_more = message.has_more or message.until < (place.target.alone_to or 0)
        at = datetime.now(UTC) if has_more else next_for(place.alert, place.target)
        until = message.until
        await self._database.write(
            alerts.sent,
            target=place.target,
            until=until,
            next_at=at,
        )
        _log.info(
            "alerted",
            alert=place.alert.name,
            to=place.address.shown,
            title=message.title,
        )

    async def _failed(
        self,
        place: Place,
        message: Message,
        refused: str,
    ) -> None:
        """Note when a message is sent again, and whether item by item."""
        target = place.target
        wait = _RETRIES[min(target.attempts, len(_RETRIES) - 1)]
        at = datetime.now(UTC) + timedelta(seconds=wait)
        is_enough = target.attempts + 1 >= _TOGETHER

        def change(connection: Connection) -> None:
            alerts.failed(
                connection,
                target,
                detail=refused,
                next_at=at,
            )
            if is_enough and not place.is_narrow:
                left_out.narrow(connection, target, message.last)

        await self._database.write(change)
        _log.error(
            "alert failed",
            alert=place.alert.name,
            to=place.address.shown,
            detail=refused,
            next=at.isoformat(timespec="seconds"),
        )

    async def _leave_out(
        self,
        place: Place,
        item: int,
        refused: str,
    ) -> bool:
        """Leave an item out where the address takes a message without its text."""
        target = place.target
        said = await self._database.read(
            _item,
            target,
            item,
        )
        what = _named(said)
        problem = await self._hand_over(
            place,
            _instead(place.alert, what, item),
        )
        if problem is not None:
            return False  # the service, and not the item, is what is wrong
        now = datetime.now(UTC)
        is_last = item >= (target.alone_to or 0)
        at = next_for(place.alert, target) if is_last else now

        def change(connection: Connection) -> None:
            alerts.sent(
                connection,
                target,
                until=item,
                next_at=at,
            )
            left_out.add(
                connection,
                target,
                item,
                refused,
                now,
            )

        await self._database.write(change)
        _log.error(
            "alert item left out",
            alert=place.alert.name,
            to=place.address.shown,
            item=what,
            detail=refused,
        )
        return True


def next_for(alert: Alert, target: Target | None = None) -> datetime:
    """Return when an address gets its next message.

    That is never the digest which it has just got, should the clock have been set back since.
    """
    now = datetime.now(UTC)
    if not alert.digest:
        return now
    after = max(now, target.next_at) if target is not None else now
    return next_time(
        alert.digest,
        alert.timezone,
        after,
    )


def _message(connection: Connection, place: Place) -> Message | None:
    """Compose a message of what an address has not been sent yet."""
    target = place.target
    waiting = alerts.waiting(
        connection,
        target,
        1 if place.is_narrow else MOST,
    )
    if not waiting.items:
        return None
    count = 1 if place.is_narrow else waiting.count
    return compose(
        target.alert,
        lines(connection, waiting.items),
        count,
        waiting.newest,
        most=place.address.most,
        is_repeated=target.sending_to is not None,
    )


def _item(
    connection: Connection,
    target: Target,
    number: int,
) -> Item | None:
    waiting = alerts.waiting(connection, target, 1)
    return next(
        (item for found, item in waiting.items if found == number),
        None,
    )


def _named(item: Item | None) -> str:
    """Name an item without a word of the web: what is refused may be any of them."""
    if item is None or item.article_id is None:
        return "a notice"
    return f"article {item.article_id}"


def _instead(
    alert: Alert,
    what: str,
    item: int,
) -> Message:
    """Return what is sent in place of an item that is refused."""
    where = "see the log" if what == "a notice" else f"see: drawdown show {what.split()[1]}"
    return Message(
        title=f"{alert.name}: {what} was refused",
        body=f"This service refuses the text of {what}; {where}\n\nDrawdown, alert “{alert.name}”",
        until=item,
        last=item,
    )
