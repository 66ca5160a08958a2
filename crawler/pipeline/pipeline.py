"""The flow: what is due, and which step each target takes. Every target ends in one outcome.

poll     fetch -> feeds -> frontier
visit    fetch -> extract -> topic -> dedupe -> article
revisit  fetch -> extract -> topic -> revision
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from sqlite3 import Connection

from crawler import log, urls
from crawler.errors import FetchError, WorkerFailed
from crawler.fetch.backoff import UNREACHED_PAUSE
from crawler.fetch.fetcher import obeys_robots, robots_target
from crawler.fetch.follower import Follower
from crawler.fetch.queue import HostQueue
from crawler.pipeline.bugs import Bugs
from crawler.pipeline.context import Run
from crawler.pipeline.overflow import refill
from crawler.pipeline.poll import fail_poll
from crawler.pipeline.poll import poll as poll_source
from crawler.pipeline.revisit import fail_revisit, revisit
from crawler.pipeline.visit import fail_visit, visit
from storage.crawl import frontier, hosts, origins
from storage.crawl.attempts import Attempt
from storage.errors import StorageError
from storage.records.model import FrontierUrl, TargetKind
from storage.records.outcome import Outcome

_MOST = 1000  # hosts in one claim: the rest comes with the next
_TURN_SECONDS = (
    60.0  # what is taken of a host at once keeps it busy no longer: then polls come first
)
_POLLS = {TargetKind.FEED, TargetKind.PAGE, TargetKind.SITEMAP}
PollStep = Callable[[FrontierUrl], Awaitable[list[FrontierUrl]]]
_Failure = Callable[[Run, Connection, FrontierUrl, Attempt], None]
_log = log.get("pipeline")


class Pipeline:
    """Claims what is due and takes it through its steps."""

    def __init__(
        self,
        run: Run,
        queue: HostQueue,
        *,
        shard: int | None = None,
        polls_until: datetime | None = None,
        poll: PollStep | None = None,
    ):
        self._run = run
        self._polls_until = polls_until  # one round polls what was due when it began
        self._queue = queue
        self._follower = Follower(queue)
        self._shard = shard
        self._poll_step = poll or partial(poll_source, run)
        self._steps: dict[TargetKind, Callable[[FrontierUrl], Awaitable[object]]] = {
            TargetKind.ROBOTS: run.fetcher.learn_rules,
            TargetKind.ARTICLE: partial(visit, run),
            TargetKind.REVISIT: partial(revisit, run),
            **dict.fromkeys(_POLLS, self._poll),
        }
        self._failures: dict[TargetKind, _Failure] = {
            TargetKind.ARTICLE: fail_visit,
            TargetKind.REVISIT: fail_revisit,
            **dict.fromkeys(_POLLS, fail_poll),
        }
        self._done: set[str] = set()  # hosts that are to be given back
        self._bugs = Bugs(run, queue, self._record)

    async def claim(self, done: Collection[str], most_hosts: int) -> list[FrontierUrl]:
        """Give hosts back that are done with, and return what is due of the next in line.

        robots.txt comes before anything it rules. Raises StoreFull where the disk is nearly full:
        what is fetched then could not be kept.
        """
        self._done.update(done)  # kept until they are given back: this may fail, and be tried again
        self._run.refuse_full_disk()
        now, until = datetime.now(UTC), self._polls_until
        done = frozenset(self._done)

        def change(connection: Connection) -> list[FrontierUrl]:
            hosts.release(connection, done, now, polls_until=until)
            leased = hosts.claim(connection, now, most=min(most_hosts, _MOST), shard=self._shard)
            due = self._claim_reachable(connection, leased, now)
            idle = set(leased) - {target.host for target in due}  # a source left the file, say
            hosts.release(connection, idle, now, polls_until=until)
            return due

        targets: list[FrontierUrl] = []
        origins: set[str] = set()
        taken: Counter[str] = Counter()
        due = await self._run.database.write(change)
        self._done -= done
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
        """Return the origin whose robots.txt has to be fetched before a target, if any has."""
        try:
            origin = _origin(target.url)
            if origin is None:
                return None
            is_ruled = obeys_robots(target, self._run.source_of(target))
            return origin if is_ruled and await self._run.fetcher.rules(origin) is None else None
        except StorageError:
            raise
        except Exception:  # its own step meets the same bug, and is the place to record it
            return None

    def _most(self, host: str) -> int:
        """Return how many URLs of a host are taken at once: no more than a minute's."""
        gap = self._queue.state_of(host).least_gap
        return max(int(_TURN_SECONDS / gap), 1) if gap else _MOST

    async def work(self, target: FrontierUrl) -> None:
        """Take one target from its fetch to its committed outcome.

        A bug that it meets is its outcome `internal_error`, and the others go on (decision 15).
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
        """Take one target through its step; return False where it waits and is still claimed."""
        try:
            if not await self._follower.attempt(target, self._steps[target.kind]):
                return False
        except FetchError as error:
            await self._fail(target, error)
            return True
        self._bugs.forget(target.kind)
        return True

    async def _poll(self, target: FrontierUrl) -> None:
        is_refill = target.overflowed_at is not None
        step = partial(refill, self._run) if is_refill else self._poll_step
        for child in await step(target):
            self._queue.add(child)

    def _leave_alone(
        self, connection: Connection, target: FrontierUrl, error: FetchError, now: datetime
    ) -> None:
        """Let what is stored of an origin, or of a host, wait where a failure is a reason to."""
        seconds = error.retry_after
        if error.unreached:
            seconds = seconds or UNREACHED_PAUSE.total_seconds()
        elif error.outcome is not Outcome.RATE_LIMITED:
            seconds = None
        if seconds is None:
            return
        until = now + timedelta(seconds=seconds)
        if error.is_of_host:
            hosts.pause(connection, target.host, until)
            return
        reason = "could not be reached" if error.unreached else "the server asked for a pause"
        origins.pause(connection, target.host, urls.origin_of(target.url), until, reason)

    def _claim_reachable(
        self, connection: Connection, leased: Collection[str], now: datetime
    ) -> list[FrontierUrl]:
        """Claim what is due of hosts; what lies at an origin that pauses waits until it is over."""
        pauses = self._run.fetcher.pauses
        while True:
            due = frontier.claim(connection, leased, now, polls_until=self._polls_until)
            paused = [(one, seconds) for one in due if (seconds := pauses.seconds_of(one.url))]
            if not paused:
                return due
            for target, seconds in paused:
                origins.postpone(connection, target, now + timedelta(seconds=seconds))

    async def _fail(self, target: FrontierUrl, error: FetchError) -> None:
        """Record how a target failed; leave its origin or host alone where that is the reason."""
        await self._record(target, error)
        if error.outcome is not Outcome.RATE_LIMITED and not error.unreached:
            return
        # What waits comes back from the store when the pause is over; but its polls have failed
        # too, and their sources say so.
        origin = None if error.is_of_host else urls.origin_of(target.url)
        for dropped in self._queue.drop(target.host, origin):
            if error.unreached and dropped.kind in _POLLS:
                await self._record(dropped, error)

    async def _record(self, target: FrontierUrl, error: FetchError) -> None:
        now = datetime.now(UTC)
        attempt = Attempt(at=now, outcome=error.outcome, status=error.status, detail=error.detail)

        def change(connection: Connection) -> None:
            self._failures[target.kind](self._run, connection, target, attempt)
            self._leave_alone(connection, target, error, now)

        await self._run.database.write(change)
        kind = "poll" if target.kind in _POLLS else target.kind.value
        self._run.tally[kind, error.outcome] += 1
        _log.warning("failed", kind=kind, source=target.source, url=target.url,
                     outcome=error.outcome.value, detail=error.detail)  # fmt: skip


def _origin(url: str) -> str | None:
    """Return an address's origin; None for a stored one that is no longer taken for usable."""
    try:
        return urls.origin_of(url)
    except ValueError:
        return None
