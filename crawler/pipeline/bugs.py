"""Bugs that one target meets: they are its outcome; a bug that all targets meet ends the crawler.

The second edge of the program besides its background tasks (docs/decisions/0015-supervision.md).
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from crawler import log, urls
from crawler.errors import FetchError, WorkerFailed
from crawler.fetch import robots
from crawler.fetch.queue import HostQueue
from crawler.runtime.background import described
from storage.crawl import hosts
from storage.crawl import robots as robots_records
from storage.errors import StorageError
from storage.records.model import FrontierUrl, TargetKind
from storage.records.outcome import Outcome
from storage.sqlite.database import Database

# So many targets of so many hosts in a row, of one kind and without a success between them: no
# page says that, our code does. One outlet alone, however many its pages, ends nothing.
_MOST_TARGETS, _MOST_HOSTS = 20, 3
_PAUSE = timedelta(minutes=10)  # of a host with a target whose failure cannot even be recorded
_log = log.get("pipeline")
Record = Callable[[FrontierUrl, FetchError], Awaitable[None]]


class Bugs:
    """Records the bugs that targets meet, and sees when they are no longer one target's."""

    def __init__(self, database: Database, queue: HostQueue, record: Record):
        self._database = database
        self._queue = queue
        self._record = record
        self._in_a_row: dict[TargetKind, set[tuple[str, str]]] = {}  # host and address

    def forget(self, kind: TargetKind) -> None:
        """Note that a target of a kind went through."""
        self._in_a_row.pop(kind, None)

    async def meet(self, target: FrontierUrl, error: Exception) -> None:
        """Log a bug and make it the outcome of its target. Raises the bug where all meet one."""
        _log.error(
            "step failed",
            kind=target.kind.value,
            source=target.source,
            url=target.url,
            exc_info=error,
        )
        met = self._in_a_row.setdefault(target.kind, set())
        met.add((target.host, target.asked))
        hosts_met = {host for host, _ in met}
        if len(met) >= _MOST_TARGETS and len(hosts_met) >= _MOST_HOSTS:
            raise error
        with suppress(KeyError):  # its step broke off before the fetch gave the host's slot back
            self._queue.cancel(target)
        await self._end(target, error)

    async def _end(self, target: FrontierUrl, error: Exception) -> None:
        """Record the outcome; where that meets a bug too, leave the host alone for a while."""
        failure = FetchError(Outcome.INTERNAL_ERROR, target.url, described(error))
        try:
            if target.kind is TargetKind.ROBOTS:
                await self._rule_out(target, failure)
            else:
                await self._record(target, failure)
        except (StorageError, WorkerFailed):
            raise
        except Exception as second:
            _log.error("outcome not recorded", url=target.url, exc_info=second)
            until = datetime.now(UTC) + _PAUSE
            await self._database.write(hosts.pause, target.host, until)

    async def _rule_out(self, target: FrontierUrl, failure: FetchError) -> None:
        """Keep that an origin's rules cannot be had: else each of its targets asks for them."""
        origin = urls.origin_of(target.url)
        record = robots.record_error(origin, failure, datetime.now(UTC), None)
        await self._database.write(robots_records.save, record)
