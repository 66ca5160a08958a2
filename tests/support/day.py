"""Hours of a daemon on the simulated clock, with a simulated press: what it planned and asked.

Schedule, frontier, fetch loop, politeness, robots rules and store are those of `drawdown run`; the
answers of outlets and the parsers are made up, and articles end as `not_article`.
"""

import os
import signal
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from sqlite3 import Connection
from typing import cast
from unittest import mock

from crawler import config as configuration
from crawler import log
from crawler.daemon import daemon
from crawler.daemon.jobs import Intervals
from crawler.fetch.http.client import Client
from crawler.pipeline.assembly import Parts
from crawler.schedule import polling
from crawler.workers.pool import WorkerPool
from storage.crawl import polls
from storage.crawl.backfills import AFTER_OVERFLOW
from storage.crawl.polls import PollRecord
from storage.records.model import PollState
from storage.records.outcome import Outcome
from storage.sqlite.database import open_corpus
from tests.support import virtual
from tests.support.farm import write_config
from tests.support.press import Press

_START = datetime(2026, 11, 26, tzinfo=UTC)  # a Thursday
_DELAY = 5.0
_LATE = 60.0  # seconds, beyond two turns of the host
_JITTER, _TURN_JITTER = 0.1, 1.2
# What has no part in polls and requests is done less often than in a daemon of the real time.
_EVERY = Intervals(alerts=60, search_index=60, reload=60, health=60)
_ROUNDING = 0.001  # seconds: the store keeps milliseconds


@dataclass(slots=True)
class Day:
    """What was planned and what came of it. Times are seconds of the simulated day."""

    press: Press
    planned: defaultdict[int, list[tuple[float, float, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # by source: when it was planned, for when, and whether after a success
    urls: dict[int, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    cpu_seconds: float = 0.0

    def lags(self) -> Iterator[tuple[float, float, float]]:
        """Yield when each poll was due, how late it began, and how late it may.

        But of hosts that were paused.
        """
        for source, plans in self.planned.items():
            url = self.urls[source]
            begun = self.press.polls.get(url, [])
            host = self.press.hosts[url.split("/")[2]]
            if host.paused_until:
                continue
            gap = max(_DELAY, host.crawl_delay, 5 * host.latency)
            for (ended, due, _), (next_ended, _, _) in pairwise(plans):
                place = bisect_right(begun, ended)
                if place < len(begun) and begun[place] <= next_ended:
                    yield due, begun[place] - due, _LATE + 2 * _TURN_JITTER * gap

    def intervals(self) -> Iterator[float]:
        """Yield the intervals that were planned after polls that brought an answer."""
        for plans in self.planned.values():
            yield from (due - ended for ended, due, is_good in plans if is_good)

    def gaps(self) -> Iterator[tuple[float, float, float]]:
        """Yield when a host was asked, how long after the last time, and the least gap allowed."""
        for host in self.press.hosts.values():
            least = float(max(_DELAY, host.crawl_delay))
            for place, (before, after) in enumerate(pairwise(host.asked)):
                # robots.txt, the first, is what says how long the gap is.
                yield after, after - before, _DELAY if place == 0 else least


def simulate(folder: Path, *, sources: int, hours: float, seed: int) -> Day:
    """Run a daemon for so many hours."""
    day = Day(Press.make(sources, _START, hours / 24, seed))
    tables = "".join(
        f'[[source]]\nname = "Outlet {n}"\nfeed = "{url}"\n'
        for n, url in enumerate(day.press.feeds)
    )
    limits = f'delay = "{_DELAY:g}s"\nleast_free_bytes = 0'
    file = write_config(folder / "sources.toml", {}, tables, limits=limits)
    log.set_up(quiet=True)
    before = time.process_time()
    # The press has of a client and of a pool what a crawler calls: no more.
    client, workers = cast("Client", day.press), cast("WorkerPool", day.press)
    parts = Parts(client=lambda _: client, workers=lambda _: nullcontext(workers))
    with mock.patch.object(polls, "save", _noted(day)):
        virtual.run(lambda loop: _run(loop, file, hours, parts), _START)
    day.cpu_seconds = time.process_time() - before
    with open_corpus(folder / "corpus.db") as connection:
        rows = connection.execute("SELECT id, url FROM source")
        day.urls = {row["id"]: row["url"] for row in rows}
        counted = connection.execute("SELECT outcome, count(*) AS n FROM poll GROUP BY outcome")
        day.outcomes.update({row["outcome"]: row["n"] for row in counted})
    return day


def _noted(day: Day) -> object:
    """Return `polls.save` with a note of what was planned."""
    whole = polls.save

    def save(connection: Connection, source_id: int, record: PollRecord, state: PollState) -> int:
        ended = (record.at - _START).total_seconds()
        due = (state.next_poll_at - _START).total_seconds()
        if record.detail == AFTER_OVERFLOW:  # plans nothing
            return whole(connection, source_id, record, state)
        is_good = record.outcome in (Outcome.POLLED, Outcome.UNCHANGED)
        day.planned[source_id].append((ended, due, is_good))
        return whole(connection, source_id, record, state)

    return save


async def _run(loop: virtual.VirtualLoop, file: Path, hours: float, parts: Parts) -> None:
    ending = loop.call_later(3600 * hours, os.kill, os.getpid(), signal.SIGTERM)
    try:
        await daemon.run(configuration.load(file), every=_EVERY, parts=parts)
    finally:
        ending.cancel()


def mistakes(day: Day) -> list[str]:
    """Return what breaks a rule."""
    lags, gaps = list(day.lags()), list(day.gaps())
    least, most = polling.LEAST * (1 - _JITTER), polling.MOST * (1 + _JITTER)
    checks = {
        "sources never polled": len(day.press.feeds) - len(day.planned),
        "polls before they were due": sum(lag < -_ROUNDING for _, lag, _ in lags),
        "polls that began too late": sum(lag > allowed for _, lag, allowed in lags),
        "intervals outside the rules": sum(not least <= one <= most for one in day.intervals()),
        "requests sooner than the host's gap": sum(
            gap < allowed - _ROUNDING for _, gap, allowed in gaps
        ),
    }
    return [f"{count} {what}" for what, count in checks.items() if count]
