"""Reloads sources.toml in a running daemon, or logs its mistakes and keeps the old one.

Tables other than `[[source]]` and `[[alert]]` take effect after a restart, which opens the store,
the client and the workers.
"""

import asyncio
import signal
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sqlite3 import Connection

from crawler import config as configuration
from crawler import log
from crawler.alerts.addresses import Address, addresses
from crawler.alerts.delivery import Watch
from crawler.config import Alert, Config
from crawler.errors import ConfigError
from crawler.pipeline import assembly
from crawler.pipeline.assembly import Crawler
from crawler.schedule.timetable import Timer
from storage.crawl import polls
from storage.errors import StorageError

_AT_START = ("drawdown", "network", "topic", "web")  # tables that are only read at a start
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
        self,
        crawler: Crawler,
        alerts: Watch,
        timer: Timer,
        apply: Callable[[Config], None],
    ):
        """`apply` is called with each new configuration, after the crawler uses it."""
        self._crawler = crawler
        self._alerts = alerts
        self._timer = timer
        self._apply_elsewhere = apply
        self._file = crawler.config.file
        self._is_asked = False
        self._seen: _Stamp = None  # of the file at the last check
        self._taken: _Stamp = None  # of the file that was last read
        self._refused = ""

    def ask(self) -> None:
        """Read the file again, whether it changed or not."""
        self._is_asked = True
        self._timer.ring()

    async def watch(self) -> None:
        """Check the file whenever it is due, until cancelled."""
        await self._timer.repeat(self._check)

    async def _check(self) -> None:
        """Read the file if it changed. A file that is still being written waits for a check."""
        asked = self._is_asked
        self._is_asked = False
        before = self._seen
        self._seen = self._stamp()

        is_new = self._seen != self._taken
        is_complete = self._seen == before
        if asked or (is_new and is_complete):
            self._taken = self._seen
            await self._reload(asked=asked)

    def _stamp(self) -> _Stamp:
        try:
            stat = self._file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    async def _reload(self, *, asked: bool) -> None:
        """Use the configuration of the file; if it is not valid, change nothing."""
        try:
            found = await asyncio.to_thread(configuration.load, self._file)
            by_alert = await asyncio.to_thread(addresses, found)
            await self._apply(found, by_alert, asked=asked)
        except ConfigError as error:
            is_new = str(error) != self._refused
            if asked or is_new:
                _log.error("reload refused", mistakes=error.mistakes)
            self._refused = str(error)
        except StorageError as error:
            _log.error("reload failed", detail=str(error))
            self._taken = None  # tried again

    async def _apply(
        self,
        found: Config,
        by_alert: dict[str, list[Address]],
        *,
        asked: bool,
    ) -> None:
        crawler = self._crawler
        before = crawler.config
        config = before.model_copy(
            update={
                "source": found.source,
                "alert": found.alert,
            }
        )
        settings = _changed_settings(before, found)
        if settings:
            _log.warning("needs a restart", settings=settings)

        changes = _changes(before, config)
        has_changed = any(changes.values())
        if asked or self._refused or has_changed:
            now = datetime.now(UTC)
            await crawler.database.write(_synchronize, before, config, now)
            states = await asyncio.to_thread(assembly.state_for, config)
            await self._alerts.take(config, by_alert)
            crawler.apply_config(config)
            self._apply_elsewhere(config)
            crawler.queue.retune(states)
            crawler.fetcher.apply_sources(config.sources())
            crawler.loop.wake()
            _log.info("reloaded", **changes)
        self._refused = ""


def _synchronize(
    connection: Connection,
    before: Config,
    config: Config,
    now: datetime,
) -> None:
    """Store the outlets; a source with a shorter interval is due earlier at once."""
    intervals = {source.url: source.interval_seconds for source in before.sources()}
    for source in config.sources():
        if source.interval_seconds not in (None, intervals.get(source.url)):
            polls.hasten(
                connection,
                source.url,
                source.interval_seconds,
                now,
            )
    assembly.synchronize(connection, config, now)


def _changes(before: Config, after: Config) -> dict[str, list[str]]:
    """Return the names of outlets that were added, removed or changed, and of changed alerts."""
    old = {outlet.name: outlet for outlet in before.source}
    new = {outlet.name: outlet for outlet in after.source}
    kept = [name for name in new if name in old]
    return {
        "added": _missing_in(old, new),
        "removed": _missing_in(new, old),
        "changed": [name for name in kept if new[name] != old[name]],
        "alerts": _changed_alerts(before.alert, after.alert),
    }


def _missing_in(names: Collection[str], others: Iterable[str]) -> list[str]:
    return [name for name in others if name not in names]


def _changed_alerts(before: list[Alert], after: list[Alert]) -> list[str]:
    """Return the names of alerts that are only in one configuration, or differ."""
    removed = {alert.name for alert in before if alert not in after}
    added = {alert.name for alert in after if alert not in before}
    return sorted(removed | added)


def _changed_settings(before: Config, after: Config) -> list[str]:
    """Return the changed keys that take effect after a restart."""
    changed = []
    for table in _AT_START:
        old = getattr(before, table)
        new = getattr(after, table)
        keys = type(old).model_fields
        different = [key for key in keys if getattr(old, key) != getattr(new, key)]
        changed += [f"{table}.{key}" for key in different]
    return changed
