"""Metrics of a running daemon: counts, durations and queues.

Names and units follow Prometheus (https://prometheus.io/docs/practices/naming/); docs/operations.md
lists them.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from prometheus_client import (
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from crawler import __version__
from crawler.fetch.http.timing import Timing
from crawler.pipeline.assembly import Crawler
from crawler.runtime.background import BackgroundTasks
from crawler.runtime.resources import free_bytes
from storage.crawl import polls
from storage.monitoring import alerts
from storage.search import index
from storage.sqlite.database import open_corpus

_TICK = 1.0  # seconds between two measurements of the loop's lag
_PHASE_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LAG_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Metrics(Collector):
    """The counts and queues of a crawler, read at each request."""

    def __init__(self, crawler: Crawler, tasks: BackgroundTasks):
        self._crawler = crawler
        self._tasks = tasks
        # They double the number of series, and nothing here uses them.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # untyped there
        self.registry = CollectorRegistry()
        self._phases = Histogram(
            "drawdown_fetch_phase_seconds",
            "Time of a fetch by phase",
            ["phase"],
            buckets=_PHASE_BUCKETS,
            registry=self.registry,
        )
        self._loop_lag = Histogram(
            "drawdown_loop_lag_seconds",
            "How late the loop wakes",
            buckets=_LAG_BUCKETS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(self)

    def observe(self, timing: Timing) -> None:
        """Count the durations of one fetch."""
        for phase, milliseconds in asdict(timing.phases()).items():
            if milliseconds is not None:
                self._phases.labels(phase).observe(milliseconds / 1000)

    async def watch_loop(self) -> None:
        """Measure how late the loop wakes, until cancelled."""
        while True:
            started = time.perf_counter()
            await asyncio.sleep(_TICK)
            lag = time.perf_counter() - started - _TICK
            self._loop_lag.observe(max(lag, 0.0))

    def collect(self) -> Iterable[Metric]:
        """Yield the counts, the queues in memory, and those in the store."""
        yield _gauge(
            "drawdown_build_info",
            "Which version runs",
            1,
            version=__version__,
        )
        yield from self._counted()
        queue = self._crawler.queue
        yield _gauge(
            "drawdown_fetches_in_flight",
            "Fetches under way",
            queue.in_flight,
        )
        yield _gauge(
            "drawdown_queue_urls",
            "URLs that wait for their host's turn",
            len(queue),
        )
        yield _gauge(
            "drawdown_queue_hosts",
            "Hosts that are worked",
            queue.hosts,
        )
        yield from self._supervised()
        yield from self._stored()

    def _counted(self) -> Iterator[Metric]:
        tally = self._crawler.tally
        outcomes = CounterMetricFamily(
            "drawdown_outcomes", "What ended how", labels=["kind", "outcome"]
        )
        for (kind, outcome), number in dict(tally.outcomes).items():
            outcomes.add_metric([kind, outcome.value], number)
        articles = CounterMetricFamily(
            "drawdown_articles", "Articles stored", labels=["source", "verdict"]
        )
        for (source, verdict), number in dict(tally.articles).items():
            articles.add_metric([source, verdict], number)
        yield from (outcomes, articles)

    def _supervised(self) -> Iterator[Metric]:
        up = GaugeMetricFamily(
            "drawdown_background_task_up", "Whether a background task runs", labels=["task"]
        )
        failures = CounterMetricFamily(
            "drawdown_background_task_failures", "Failures of a task", labels=["task"]
        )
        for state in self._tasks.states:
            up.add_metric([state.name], state.next_try_at is None)
            failures.add_metric([state.name], state.failures)
        yield from (up, failures)
        busy = self._crawler.database.is_busy
        yield _gauge(
            "drawdown_store_busy",
            "Whether another program holds the store",
            busy,
        )

    def _stored(self) -> Iterator[Metric]:
        config = self._crawler.config
        now = datetime.now(UTC)
        with open_corpus(config.store) as connection:
            due = polls.overdue(connection, now)
            lag = polls.lag(connection, now)
            waiting = index.lag(connection)
            refusing = alerts.refusing(connection)
        yield _gauge(
            "drawdown_sources",
            "Sources that are polled",
            len(config.sources()),
        )
        yield _gauge("drawdown_sources_due", "Sources that are due", due)
        yield _gauge(
            "drawdown_schedule_lag_seconds",
            "How long the longest has been due",
            lag,
        )
        yield _gauge(
            "drawdown_index_lag_texts",
            "Texts not in the search index yet",
            waiting,
        )
        yield _gauge(
            "drawdown_alerts_refused",
            "Addresses that refuse messages",
            refusing,
        )
        free = free_bytes(config.store)
        yield _gauge(
            "drawdown_disk_free_bytes",
            "Free on the disk of the store",
            free,
        )


def _gauge(name: str, meaning: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family
