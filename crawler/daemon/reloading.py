"""Reloads sources.toml in a running daemon, or logs its mistakes and keeps the old one.

Tables other than `[[source]]` and `[[alert]]` are read at a start: it makes the
store, the client and the workers.
"""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sqlite3 import Connection

from crawler import config as configuration
from crawler import log
from crawler.alerts.addresses import Address, addresses
from crawler.alerts.delivery import Watch
from crawler.config import Config
from crawler.errors import ConfigError
from crawler.pipeline import assembly
from crawler.pipeline.assembly import Crawler
from crawler.schedule.timetable import Timer
from storage.crawl import polls
from storage.errors import StorageError

_AT_START = ("drawdown", "network", "topic")  # tables that are read at a start alone
_log = log.get("reloading")
_Stamp = tuple[int, int, int] | None


@contextmanager
def at_hangup(ask: Callable[[], None]) -> Iterator[None]:
    """Call `ask` at each SIGHUP while the block runs."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, ask)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)


class Reloader:
    """Watches the file of a running crawler."""

    def __init__(
        self, crawler: Crawler, alerts: Watch, timer: Timer, take: Callable[[Config], None]
    ):
        """`take` is called with each configuration that is taken over."""
        self._crawler = crawler
        self._alerts = alerts
        self._timer = timer
        self._take_elsewhere = take
        self._file = crawler.config.file
        self._is_asked = False
        self._seen: _Stamp = None  # the file at the last look
        self._taken: _Stamp = None  # the file as it was last read
        self._refused = ""

    def ask(self) -> None:
        """Read the file again, whether it changed or not."""
        self._is_asked = True
        self._timer.ring()

    async def watch(self) -> None:
        """Look whenever it is due, until cancelled."""
        await self._timer.repeat(self._look)

    async def _look(self) -> None:
        """Read the file if it changed. A file that is just being written is left for a look."""
        asked, self._is_asked = self._is_asked, False
        before, self._seen = self._seen, self._stamp()
        if asked or (self._seen != self._taken and self._seen == before):
            self._taken = self._seen
            await self._reload(asked=asked)

    def _stamp(self) -> _Stamp:
        try:
            stat = self._file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    async def _reload(self, *, asked: bool) -> None:
        """Take over what the file says; what cannot be used leaves everything as it was."""
        try:
            found = await asyncio.to_thread(configuration.load, self._file)
            told = await asyncio.to_thread(addresses, found)
            await self._take(found, told, asked=asked)
        except ConfigError as error:
            if asked or str(error) != self._refused:
                _log.error("reload refused", mistakes=error.mistakes)
            self._refused = str(error)
        except StorageError as error:
            _log.error("reload failed", detail=str(error))
            self._taken = None  # tried again

    async def _take(self, found: Config, told: dict[str, list[Address]], *, asked: bool) -> None:
        crawler, now = self._crawler, datetime.now(UTC)
        before = crawler.config
        config = before.model_copy(update={"source": found.source, "alert": found.alert})
        if settings := _changed_settings(before, found):
            _log.warning("needs a restart", settings=settings)
        changes = _changes(before, config)
        if asked or self._refused or any(changes.values()):
            await crawler.database.write(_synchronize, before, config, now)
            states = await asyncio.to_thread(assembly.state_for, config)
            await self._alerts.take(config, told)
            crawler.apply_config(config)
            self._take_elsewhere(config)
            crawler.queue.retune(states)
            crawler.fetcher.apply_sources(config.sources())
            crawler.loop.wake()
            _log.info("reloaded", **changes)
        self._refused = ""


def _synchronize(connection: Connection, before: Config, config: Config, now: datetime) -> None:
    """Take the outlets into the store; who is to be polled more often is not waited for."""
    intervals = {source.url: source.interval_seconds for source in before.sources()}
    for source in config.sources():
        if source.interval_seconds not in (None, intervals.get(source.url)):
            polls.hasten(connection, source.url, source.interval_seconds, now)
    assembly.synchronize(connection, config, now)


def _changes(before: Config, after: Config) -> dict[str, list[str]]:
    """Return which outlets are new, gone, or other than they were; and which alerts are."""
    old = {outlet.name: outlet for outlet in before.source}
    new = {outlet.name: outlet for outlet in after.source}
    alerts = {alert.name for alert in before.alert if alert not in after.alert}
    return {
        "added": [name for name in new if name not in old],
        "removed": [name for name in old if name not in new],
        "changed": [name for name in new if name in old and new[name] != old[name]],
        "alerts": sorted(alerts | {a.name for a in after.alert if a not in before.alert}),
    }


def _changed_settings(before: Config, after: Config) -> list[str]:
    """Return the keys that are read at a start alone and differ."""
    found = []
    for table in _AT_START:
        old, new = getattr(before, table), getattr(after, table)
        found += [
            f"{table}.{key}"
            for key in type(old).model_fields
            if getattr(old, key) != getattr(new, key)
        ]
    return found
