"""Delivery of alerts: find what is new, queue it, and send it until each address accepts it."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import TypeVar

from crawler import log
from crawler.alerts.addresses import Address, addresses
from crawler.alerts.items import lines
from crawler.alerts.message import MOST, Message, compose
from crawler.config import Alert, Config
from crawler.runtime.background import described
from crawler.schedule.cron import next_time
from crawler.schedule.timetable import Timer
from storage.errors import StorageError
from storage.monitoring import alerts, findings
from storage.monitoring.alerts import Asked, Planned, Progress, Target
from storage.sqlite.database import Database

T = TypeVar("T")

_RETRIES = (60, 300, 900, 3600)  # seconds; then every hour, and never given up
LAST = 20.0  # seconds that a message under way gets when the daemon stops
_AT_ONCE = 2  # messages: others need threads too
_log = log.get("alerts")


class Watch:
    """The alerts of a running crawler."""

    def __init__(self, database: Database):
        self._database = database
        self._alerts: dict[str, Alert] = {}
        self._addresses: dict[str, dict[str, Address]] = {}
        self.broken: dict[str, str] = {}  # alerts that met a bug, with the bug
        self._seen: tuple[int, int] | None = None  # of index and notices: nothing new while equal
        self._sending = asyncio.Semaphore(_AT_ONCE)

    async def take(self, config: Config, found: dict[str, list[Address]]) -> None:
        """Go on with these alerts and their addresses. Raises StorageError."""
        now = datetime.now(UTC)
        planned = [
            Planned(
                name=alert.name,
                schedule=f"{alert.digest} {alert.timezone}" if alert.digest else "at once",
                targets={a.digest: _next(alert, now) for a in found[alert.name]},
            )
            for alert in config.alert
        ]
        await self._database.write(alerts.synchronize, planned=planned, now=now)
        self._alerts = {alert.name: alert for alert in config.alert}
        self._addresses = {name: {a.digest: a for a in listed} for name, listed in found.items()}
        self._seen = None
        self.broken.clear()

    async def step(self) -> int:
        """Look once, and tell what is due; return how many messages were taken.

        Raises StorageError.
        """
        if not self._alerts:
            return 0
        seen = await self._database.read(findings.seen)
        if seen != self._seen:
            for name, since in (await self._database.read(alerts.progress)).items():
                if name in self._alerts:
                    await self._alone(name, self._look(self._alerts[name].asked(), since))
            self._seen = seen
        now = datetime.now(UTC)
        listed = await self._database.read(alerts.targets)
        due = [target for target in listed if target.next_at <= now]
        async with asyncio.TaskGroup() as group:
            told = [
                group.create_task(self._alone(target.alert, self._tell(target))) for target in due
            ]
        return sum(one.result() is True for one in told)

    async def _alone(self, name: str, work: Awaitable[T]) -> T | None:
        """Do something of one alert: a bug that it meets does not stop the other alerts.

        It is logged once, until the configuration changes. Raises StorageError.
        """
        try:
            return await work
        except StorageError:
            raise
        except Exception as error:  # the edge of one alert: decision 15
            if name not in self.broken:
                _log.exception("alert broken", alert=name)
            self.broken[name] = described(error)
            return None

    async def _look(self, asked: Asked, since: Progress) -> None:
        """Queue what is new for one alert, and note how far was looked, in one transaction."""
        now = datetime.now(UTC)
        is_counted_anew = asked.rule != since.rule
        counted = []
        if is_counted_anew:
            counted = await self._database.read(findings.past, asked=asked, now=now)
        found, seen = await self._database.read(findings.look, asked=asked, since=since.seen)
        if seen == since.seen and not is_counted_anew:
            return

        def change(connection: Connection) -> None:
            if is_counted_anew:
                alerts.begin_counting(connection, asked.name, asked.rule)
            alerts.queue(connection, asked.name, [*counted, *found])
            alerts.pass_by(connection, asked.name, seen)
            if asked.spike is not None and (counted or found):
                spike = findings.spike_of(connection, asked, now)
                alerts.queue(connection, asked.name, [spike] if spike else [])

        await self._database.write(change)

    async def _tell(self, target: Target) -> bool:
        """Send what an address has not got yet; record the attempt before and the result after."""
        alert = self._alerts.get(target.alert)
        address = self._addresses.get(target.alert, {}).get(target.target)
        if alert is None or address is None:  # it has just left the configuration
            return False
        message = await self._database.read(_message, target, address)
        if message is None:
            if alert.digest:
                at = _next(alert, datetime.now(UTC))
                await self._database.write(alerts.rest, target=target, until=at)
            return False
        await self._database.write(alerts.begin_sending, target=target, until=message.until)
        async with self._sending:
            refused = await asyncio.to_thread(address.send, message.title, message.body)
        await self._note(target, address, message, refused, alert)
        return refused is None

    async def _note(
        self,
        target: Target,
        address: Address,
        message: Message,
        refused: str | None,
        alert: Alert,
    ) -> None:
        """Keep and log whether a message was taken."""
        now = datetime.now(UTC)
        if refused is None:
            at = _next(alert, now)
            await self._database.write(alerts.sent, target=target, until=message.until, next_at=at)
            _log.info("alerted", alert=alert.name, to=address.shown, title=message.title)
            return
        at = now + timedelta(seconds=_RETRIES[min(target.attempts, len(_RETRIES) - 1)])
        await self._database.write(alerts.failed, target=target, detail=refused, next_at=at)
        _log.error("alert failed", alert=alert.name, to=address.shown, detail=refused,
                   next=at.isoformat(timespec="seconds"))  # fmt: skip


def _message(connection: Connection, target: Target, address: Address) -> Message | None:
    """Compose a message of what an address has not been sent yet."""
    waiting = alerts.waiting(connection, target, MOST)
    if not waiting.items:
        return None
    return compose(
        target.alert,
        lines(connection, waiting.items),
        waiting.count,
        waiting.newest,
        most=address.most,
        is_repeated=target.sending_to is not None,
    )


def _next(alert: Alert, now: datetime) -> datetime:
    """Return when an alert tells next."""
    return next_time(alert.digest, alert.timezone, now) if alert.digest else now


async def open_watch(database: Database, config: Config) -> Watch:
    """Return a watch over the alerts of a configuration. Raises ConfigError or StorageError."""
    watch = Watch(database)
    await watch.take(config, await asyncio.to_thread(addresses, config))
    return watch


async def keep_watch(watch: Watch, timer: Timer) -> None:
    """Look and send whenever it is due, until the timer is finished. Raises StorageError.

    A message under way at the end is finished.
    """

    async def send_due() -> None:
        while await watch.step() and not timer.is_finished:
            pass  # what was just sent may have left more of the same address waiting

    await timer.repeat(send_due)
