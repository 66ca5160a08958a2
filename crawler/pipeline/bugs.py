"""Unexpected errors: the outcome of one target, or, if all targets meet one, the end of the crawl.

The other place that handles them are the background tasks (docs/decisions/0015-supervision.md).
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

# If so many targets of so many hosts fail in a row, of one kind and without a success in between,
# the reason is our code and no page. One outlet alone, with any number of pages, ends nothing.
_MOST_TARGETS = 20
_MOST_HOSTS = 3
_PAUSE = timedelta(minutes=10)  # of a host with a target whose failure cannot even be recorded
_log = log.get("pipeline")
Record = Callable[[FrontierUrl, FetchError], Awaitable[None]]


class Bugs:
    """Records unexpected errors of targets, and detects when every target meets one."""

    def __init__(self, database: Database, queue: HostQueue, record: Record):
        self._database = database
        self._queue = queue
        self._record = record
        self._in_a_row: dict[TargetKind, set[tuple[str, str]]] = {}  # host and address

    def forget(self, kind: TargetKind) -> None:
        """Start to count again, since a target of this kind succeeded."""
        self._in_a_row.pop(kind, None)

    async def meet(self, target: FrontierUrl, error: Exception) -> None:
        """Log an error and record it as the outcome of its target; raise it if all meet one."""
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
        is_every_target = len(met) >= _MOST_TARGETS and len(hosts_met) >= _MOST_HOSTS
        if is_every_target:
            raise error
        with suppress(KeyError):  # the error may precede the end of the fetch, which frees the host
            self._queue.cancel(target)
        await self._end(target, error)

    async def _end(self, target: FrontierUrl, error: Exception) -> None:
        """Record the outcome; if that fails unexpectedly too, pause the host."""
        failure = FetchError(
            Outcome.INTERNAL_ERROR,
            target.url,
            described(error),
        )
        try:
            if target.kind is TargetKind.ROBOTS:
                await self._rule_out(target, failure)
            else:
                await self._record(target, failure)
        except (StorageError, WorkerFailed):
            raise
        except Exception as second:
            _log.error(
                "outcome not recorded",
                url=target.url,
                exc_info=second,
            )
            until = datetime.now(UTC) + _PAUSE
            await self._database.write(hosts.pause, target.host, until)

    async def _rule_out(self, target: FrontierUrl, failure: FetchError) -> None:
        """Store that an origin's rules are unavailable, so that its targets do not fetch them."""
        origin = urls.origin_of(target.url)
        record = robots.record_error(
            origin,
            failure,
            datetime.now(UTC),
            None,
        )
        await self._database.write(robots_records.save, record)
