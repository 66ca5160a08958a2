"""Claims what is due, and takes each target through its step to its one outcome.

poll     fetch -> feeds -> frontier
visit    fetch -> extract -> topic -> dedupe -> article
revisit  fetch -> extract -> topic -> revision
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from crawler import log, urls
from crawler.alerts.notify import tell
from crawler.config import Config
from crawler.errors import FetchError, WorkerFailed
from crawler.fetch.backoff import UNREACHED_PAUSE
from crawler.fetch.fetcher import Fetcher, obeys_robots, robots_target
from crawler.fetch.follower import Follower
from crawler.fetch.queue import HostQueue
from crawler.pipeline.bugs import Bugs
from crawler.pipeline.context import Context
from crawler.pipeline.poll import fail_poll
from crawler.pipeline.revisit import fail_revisit
from crawler.pipeline.tally import Tally
from crawler.pipeline.visit import fail_visit
from crawler.runtime.resources import free_bytes
from storage.crawl import frontier, hosts, origins
from storage.crawl.attempts import Attempt
from storage.errors import StorageError, StoreFull
from storage.monitoring.notices import Notice
from storage.records.model import FrontierUrl, Source, TargetKind
from storage.records.outcome import Outcome
from storage.sqlite.database import Database

_MOST_HOSTS = 1000  # of one claim: the others come with the next one
# The URLs that are claimed of a host at once take it no longer than this; then its polls are first.
_TURN_SECONDS = 60.0
_POLLS = {TargetKind.FEED, TargetKind.PAGE, TargetKind.SITEMAP}
PollStep = Callable[[FrontierUrl, Source | None], Awaitable[list[FrontierUrl]]]
Step = Callable[[FrontierUrl, Source | None], Awaitable[object]]
_log = log.get("pipeline")


@dataclass(frozen=True, slots=True)
class Steps:
    """The step of each kind of target."""

    poll: PollStep  # a feed, listing page or sitemap
    refill: PollStep  # a list of the past, after an overflow
    visit: Step
    revisit: Step


class Pipeline:
    """Claims what is due and takes it through its steps."""

    def __init__(
        self,
        context: Context,
        database: Database,
        fetcher: Fetcher,
        queue: HostQueue,
        *,
        steps: Steps,
        tally: Tally,
        shard: int | None = None,
        polls_until: datetime | None = None,
    ):
        self.context = context  # of the newest configuration: a reload replaces it
        self._database = database
        self._fetcher = fetcher
        self._queue = queue
        self._steps = steps
        self._tally = tally
        self._shard = shard
        self._polls_until = polls_until  # one round polls what was due when it began
        self._follower = Follower(queue)
        self._done: set[str] = set()  # hosts to release
        self._bugs = Bugs(database, queue, self._record)

    async def claim(
        self,
        done: Collection[str],
        most_hosts: int,
    ) -> list[FrontierUrl]:
        """Release finished hosts, lease the next ones, and return their due URLs.

        robots.txt precedes the URLs of its origin. Raises StoreFull if the disk is nearly full,
        since a fetched page could not be stored.
        """
        self._done.update(done)  # kept until they are released, which may fail and is tried again
        refuse_full_disk(self.context.config)
        released = frozenset(self._done)
        due = await self._database.write(
            self._claim_due,
            released,
            min(most_hosts, _MOST_HOSTS),
        )
        self._done -= released
        return await self._with_rules(due)

    def _claim_due(
        self, connection: Connection, done: Collection[str], most: int
    ) -> list[FrontierUrl]:
        now = datetime.now(UTC)
        until = self._polls_until
        hosts.release(connection, done, now, polls_until=until)
        leased = hosts.claim(
            connection,
            now,
            most=most,
            shard=self._shard,
        )
        due = self._claim_reachable(connection, leased, now)
        # A host without due URLs: its source was removed from the configuration, for example.
        idle = set(leased) - {target.host for target in due}
        hosts.release(connection, idle, now, polls_until=until)
        return due

    async def _with_rules(self, due: list[FrontierUrl]) -> list[FrontierUrl]:
        """Return the due URLs, one turn of each host, after the robots.txt files that they need."""
        targets: list[FrontierUrl] = []
        origins: set[str] = set()
        taken: Counter[str] = Counter()
        for target in due:
            if target.kind not in _POLLS and taken[target.host] >= self._most(target.host):
                continue  # comes with the host's next turn: a poll may be due by then
            taken[target.host] += 1
            origin = await self._origin_without_rules(target)
            if origin is not None and origin not in origins:
                origins.add(origin)
                targets.append(robots_target(origin))
            targets.append(target)
        return targets

    async def _origin_without_rules(self, target: FrontierUrl) -> str | None:
        """Return the origin whose robots.txt has to be fetched before a target, if there is one."""
        try:
            origin = _origin(target.url)
            if origin is None:
                return None
            is_ruled = obeys_robots(target, self.context.source_of(target))
            if is_ruled and await self._fetcher.rules(origin) is None:
                return origin
            return None
        except StorageError:
            raise
        except Exception:  # the step of this target raises it again, and records it
            return None

    def _most(self, host: str) -> int:
        """Return how many URLs of a host are claimed in one turn."""
        gap = self._queue.state_of(host).least_gap
        if not gap:
            return _MOST_HOSTS
        return max(int(_TURN_SECONDS / gap), 1)

    async def work(self, target: FrontierUrl) -> None:
        """Take one target from its fetch to its committed outcome.

        After a bug its outcome is `internal_error`, and the other targets go on (decision 15).
        Raises StorageError, WorkerFailed, or a bug that every target meets.
        """
        try:
            has_ended = await self._step(target)
        except (StorageError, WorkerFailed):
            raise
        except Exception as error:
            await self._bugs.meet(target, error)
            has_ended = True
        if has_ended:
            self._queue.release(target)

    async def _step(self, target: FrontierUrl) -> bool:
        """Take one target through its step; return False if it waits, and is still claimed."""
        try:
            if not await self._follower.attempt(target, self._take_step):
                return False
        except FetchError as error:
            await self._fail(target, error)
            return True
        self._bugs.forget(target.kind)
        return True

    async def _take_step(self, target: FrontierUrl) -> None:
        source = self.context.source_of(target)
        match target.kind:
            case TargetKind.ROBOTS:
                await self._fetcher.learn_rules(target)
            case TargetKind.ARTICLE:
                await self._steps.visit(target, source)
            case TargetKind.REVISIT:
                await self._steps.revisit(target, source)
            case _:
                await self._poll(target, source)

    async def _poll(self, target: FrontierUrl, source: Source | None) -> None:
        is_refill = target.overflowed_at is not None
        step = self._steps.refill if is_refill else self._steps.poll
        for child in await step(target, source):
            self._queue.add(child)

    def _leave_alone(
        self, connection: Connection, target: FrontierUrl, error: FetchError, now: datetime
    ) -> None:
        """Pause an origin, or its whole host, if a failure is a reason for it."""
        seconds = _pause_after(error)
        if seconds is None:
            return
        until = now + timedelta(seconds=seconds)
        if error.is_of_host:
            hosts.pause(connection, target.host, until)
            return
        reason = "could not be reached" if error.unreached else "the server asked for a pause"
        origins.pause(
            connection,
            target.host,
            urls.origin_of(target.url),
            until,
            reason,
        )

    def _claim_reachable(
        self, connection: Connection, leased: Collection[str], now: datetime
    ) -> list[FrontierUrl]:
        """Claim the due URLs of hosts; those of a paused origin wait for the end of the pause."""
        pauses = self._fetcher.pauses
        while True:
            due = frontier.claim(
                connection,
                leased,
                now,
                polls_until=self._polls_until,
            )
            has_paused = False
            for target in due:
                seconds = pauses.seconds_of(target.url)
                if seconds:
                    has_paused = True
                    until = now + timedelta(seconds=seconds)
                    origins.postpone(connection, target, until)
            if not has_paused:
                return due

    async def _fail(self, target: FrontierUrl, error: FetchError) -> None:
        """Record the failure of a target; drop the others of its origin or host if that pauses."""
        await self._record(target, error)
        is_limited = error.outcome is Outcome.RATE_LIMITED
        if not is_limited and not error.unreached:
            return
        # The store returns the dropped targets after the pause. Polls have failed too: without a
        # record, their sources would seem to be well.
        origin = None if error.is_of_host else urls.origin_of(target.url)
        for dropped in self._queue.drop(target.host, origin):
            if error.unreached and dropped.kind in _POLLS:
                await self._record(dropped, error)

    async def _record(self, target: FrontierUrl, error: FetchError) -> None:
        notice = await self._database.write(
            self._store_failure,
            target,
            error,
        )
        kind = "poll" if target.kind in _POLLS else target.kind.value
        self._tally.add(kind, error.outcome)
        _log.warning(
            "failed",
            kind=kind,
            source=target.source,
            url=target.asked,
            outcome=error.outcome.value,
            detail=error.detail,
        )
        if notice is not None:
            tell(notice)

    def _store_failure(
        self, connection: Connection, target: FrontierUrl, error: FetchError
    ) -> Notice | None:
        """Store the outcome of a target, and a pause if the failure is a reason for one."""
        now = datetime.now(UTC)
        attempt = Attempt(
            at=now,
            outcome=error.outcome,
            status=error.status,
            detail=error.detail,
            duration_ms=error.elapsed_ms,
        )
        notice = None
        if target.kind is TargetKind.ARTICLE:
            fail_visit(connection, target, attempt)
        elif target.kind is TargetKind.REVISIT:
            fail_revisit(connection, target, attempt)
        else:
            notice = fail_poll(
                connection,
                target,
                self.context.source_of(target),
                attempt,
            )
        self._leave_alone(connection, target, error, now)
        return notice


def refuse_full_disk(config: Config) -> None:
    """Raise StoreFull while less of the disk is free than the operator wants to keep free."""
    free = free_bytes(config.store)
    least = config.drawdown.limits.least_free_bytes
    if free < least:
        raise StoreFull(
            f"{config.store}: {free:,} bytes are free on its disk, {least:,} are to stay "
            "free (least_free_bytes): nothing more is fetched until there is space"
        )


def _pause_after(error: FetchError) -> float | None:
    """Return the seconds for which a failed origin or host is not asked again; None for none."""
    if error.unreached:
        return error.retry_after or UNREACHED_PAUSE.total_seconds()
    if error.outcome is Outcome.RATE_LIMITED:
        return error.retry_after
    return None


def _origin(url: str) -> str | None:
    """Return the origin of an address; None for a stored address that is no longer valid."""
    try:
        return urls.origin_of(url)
    except ValueError:
        return None
