"""What a claim costs as the frontier grows, and a turn as the hosts do.

    python -m bench.frontier --rows 10000 100000 1000000 10000000

Fills a store with ended URLs and one waiting in a hundred over 10,000 hosts, then measures what the
loop does all day: claim 100 hosts and their due URLs, end their URLs, discover as many new
ones, release the hosts. The second table takes turns in memory with up to 100,000 waiting hosts.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.fetch.politeness import HostState
from crawler.fetch.queue import HostQueue
from storage.crawl import frontier, hosts, sources
from storage.crawl.attempts import Attempt
from storage.crawl.frontier import Discovery
from storage.records.model import FeedEntry, FrontierUrl, Source, SourceKind, TargetKind
from storage.records.outcome import Outcome
from storage.sqlite import schema
from storage.sqlite.values import required, shard_of

_HOSTS, _CLAIM, _ROUNDS = 10_000, 100, 60
_NOW = datetime(2026, 11, 25, tzinfo=UTC)


def fill(connection: sqlite3.Connection, rows: int) -> None:
    """Add so many URLs, one in a hundred still waiting."""
    source = Source(name="one", kind=SourceKind.FEED, url="https://h0.example/feed")
    sources.synchronize(connection, [(source, "h0.example")], _NOW + timedelta(days=9))

    def made() -> Iterator[tuple[object, ...]]:
        now = required(_NOW)
        for number in range(rows):
            host = f"h{number % _HOSTS}.example"
            outcome = "pending" if number // _HOSTS % 100 == 0 else "stored"
            url = f"https://{host}/2026/11/25/story-{number:09}"
            yield (f"{number:09}.example", url, host, shard_of(host), 1, '{"url":"x"}', now, now,
                   outcome, now)  # fmt: skip

    connection.execute("BEGIN")
    connection.executemany(
        """
        INSERT INTO frontier_url (canonical_url, url, host, shard, source_id, entry, discovered_at,
                                  not_before, outcome, fresh_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        made(),
    )
    connection.execute(
        """
        INSERT INTO host (name, shard, due_at)
        SELECT host, shard, min(not_before) FROM frontier_url WHERE outcome = 'pending'
        GROUP BY host
        ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at
        """
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def one_round(connection: sqlite3.Connection, number: int) -> tuple[float, float, float]:
    """Claim, end, discover and release.

    Returns the milliseconds of the claim, its URLs, and the milliseconds of the rest for each.
    """
    now = _NOW + timedelta(seconds=number)
    started = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    leased = hosts.claim(connection, now, most=_CLAIM)
    due = frontier.claim(connection, leased, now)
    connection.execute("COMMIT")
    claimed = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for target in due:
        frontier.end(connection, target.id, Attempt(at=now, outcome=Outcome.STORED))
    fresh = [
        Discovery(
            entry=FeedEntry(url=f"{t.url}-{number}"), canonical_url=f"{t.id}-{number}", host=t.host
        )
        for t in due
    ]
    frontier.discover(connection, 1, fresh, now)
    hosts.release(connection, leased, now)
    connection.execute("COMMIT")
    assert len(leased) == _CLAIM, len(leased)
    assert due
    rest = (time.perf_counter() - claimed) / len(due) * 1000
    return (claimed - started) * 1000, float(len(due)), rest


def measure_store(rows: int, folder: Path) -> None:
    """Fill a store and print what a round costs in it."""
    file = folder / f"{rows}.db"
    connection = schema.connect(file)
    fill(connection, rows)
    for number in range(5):
        one_round(connection, number)
    costs = [one_round(connection, 5 + number) for number in range(_ROUNDS)]
    claims, urls, others = ([cost[n] for cost in costs] for n in range(3))
    worst = sorted(claims)[int(len(claims) * 0.95)]
    print(f"{rows:12,}{file.stat().st_size / 2**20:10.0f}{statistics.median(claims):16.2f}"
          f"{worst:10.2f}{statistics.median(urls):8.0f}{statistics.median(others):22.3f}",
          flush=True)  # fmt: skip
    connection.close()
    file.unlink()


def measure_turns(number_of_hosts: int, decisions: int = 50_000) -> None:
    """Take turns with so many waiting hosts and print what one costs."""
    queue = HostQueue(lambda _host: HostState(delay=5.0))
    waiting = [
        FrontierUrl(id=n, kind=TargetKind.ARTICLE, url=f"http://h{n % number_of_hosts}/{n}",
                    host=f"h{n % number_of_hosts}")
        for n in range(max(2 * number_of_hosts, decisions))
    ]  # fmt: skip
    for target in waiting:
        queue.add(target)
    now, started = 0.0, time.process_time()
    for _ in range(decisions):
        handed = queue.pop(now)
        if handed is None:
            now = queue.next_turn() or now
            handed = queue.pop(now)
        assert handed is not None
        queue.finish(handed, now, 0.1)
        queue.release(handed)
    cost = (time.process_time() - started) / decisions * 1e6
    print(f"{number_of_hosts:12,}{cost:22.1f}", flush=True)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--hosts", type=int, nargs="+", default=[100, 1000, 10_000, 100_000])
    asked = parser.parse_args()
    print(
        f"{'URLs':>12}{'MiB':>10}{'claim, ms':>16}{'95 %':>10}{'URLs':>8}{'end+discover a URL':>22}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for rows in asked.rows:
            measure_store(rows, Path(folder))
    print(f"\n{'hosts':>12}{'a turn, us of CPU':>22}")
    for number in asked.hosts:
        measure_turns(number)


if __name__ == "__main__":
    main()
