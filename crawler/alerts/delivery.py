"""Delivery of alerts: find what is new, queue it, and send it until each address accepts it."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import TypeVar

from crawler import log
from crawler.alerts.addresses import Address, addresses
from crawler.alerts.sending import Place, Sender, next_for
from crawler.config import Alert, Config
from crawler.runtime.background import described
from crawler.schedule.timetable import Timer
from storage.errors import StorageError
from storage.monitoring import alerts, findings
from storage.monitoring.alerts import (
    Asked,
    Planned,
    Progress,
    Target,
)
from storage.sqlite.database import Database

T = TypeVar("T")

LAST = 20.0  # seconds that a message under way gets when the daemon stops
_log = log.get("alerts")


class Watch:
    """The alerts of a running crawler."""

    def __init__(self, database: Database):
        self._database = database
        self._alerts: dict[str, Alert] = {}
        self._addresses: dict[str, dict[str, Address]] = {}
        self.broken: dict[str, str] = {}  # alerts that met a bug, with the bug
        self._seen: tuple[int, int] | None = None  # of index and notices: nothing new while equal
        self._sender = Sender(database)

    async def take(
        self,
        config: Config,
        found: dict[str, list[Address]],
    ) -> None:
        """Go on with these alerts and their addresses. Raises StorageError."""
        planned = [_planned(alert, found[alert.name]) for alert in config.alert]
        now = datetime.now(UTC)
        await self._database.write(
            alerts.synchronize,
            planned=planned,
            now=now,
        )
        self._alerts = {alert.name: alert for alert in config.alert}
        self._addresses = {name: {a.digest: a for a in listed} for name, listed in found.items()}
        self._seen = None
        self.broken.clear()

    async def step(self) -> int:
        """Look once, and send what is due; return how many messages were taken.

        Raises StorageError.
        """
        if not self._alerts:
            return 0
        seen = await self._database.read(findings.seen)
        if seen != self._seen:
            for name, since in (await self._database.read(alerts.progress)).items():
                if name in self._alerts:
                    await self._alone(
                        name,
                        self._look(self._alerts[name].asked(), since),
                    )
            self._seen = seen
        now = datetime.now(UTC)
        listed = await self._database.read(alerts.targets)
        due = [target for target in listed if target.next_at <= now]
        async with asyncio.TaskGroup() as group:
            sent = [
                group.create_task(self._alone(target.alert, self._send(target))) for target in due
            ]
        return sum(one.result() is True for one in sent)

    async def _alone(
        self,
        name: str,
        work: Awaitable[T],
    ) -> T | None:
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

    async def _look(
        self,
        asked: Asked,
        since: Progress,
    ) -> None:
        """Queue what is new for one alert, and note how far was looked, in one transaction."""
        now = datetime.now(UTC)
        is_counted_anew = asked.rule != since.rule
        counted = []
        if is_counted_anew:
            counted = await self._database.read(
                findings.past,
                asked=asked,
                now=now,
            )
        found, seen = await self._database.read(
            findings.look,
            asked=asked,
            since=since.seen,
        )
        if seen == since.seen and not is_counted_anew:
            return

        def change(connection: Connection) -> None:
            if is_counted_anew:
                alerts.begin_counting(
                    connection,
                    asked.name,
                    asked.rule,
                )
            alerts.queue(
                connection,
                asked.name,
                [*counted, *found],
            )
            alerts.pass_by(connection, asked.name, seen)
            if asked.spike is not None and (counted or found):
                spike = findings.spike_of(connection, asked, now)
                alerts.queue(
                    connection,
                    asked.name,
                    [spike] if spike else [],
                )

        await self._database.write(change)

    async def _send(self, target: Target) -> bool:
        """Send an address what it has not got yet; return whether it got something."""
        alert = self._alerts.get(target.alert)
        address = self._addresses.get(target.alert, {}).get(target.target)
        if alert is None or address is None:  # it has just left the configuration
            return False
        return await self._sender.send(Place(alert, address, target))


def _planned(alert: Alert, listed: list[Address]) -> Planned:
    schedule = f"{alert.digest} {alert.timezone}" if alert.digest else "at once"
    first = next_for(alert)
    return Planned(
        name=alert.name,
        schedule=schedule,
        targets={address.digest: first for address in listed},
    )


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
