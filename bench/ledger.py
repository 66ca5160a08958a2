"""What the gap ledger costs in a store with many polls, beside reading every one of them.

    python -m bench.ledger [--polls 1000000] [--articles 50000] [--store FILE]

CPU in milliseconds. "By definition" is the ledger that reads every poll, as the tests have it; both
have to find the same gaps. A minute's polls are what ten sources bring in a minute.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from bench import corpus
from storage.crawl import health, polls
from storage.crawl.polls import PollRecord
from storage.monitoring.gaps import Ledger, gaps
from storage.records.outcome import Outcome
from storage.sqlite import schema
from tests.storage.gaps.by_definition import gaps_by_definition

T = TypeVar("T")
_NOW = datetime(2026, 11, 25, tzinfo=UTC)
_SOURCES = 150


def timed(what: str, measured: Callable[[], T]) -> T:
    """Print the CPU that something takes, and return what it gives."""
    started = time.process_time()
    answer = measured()
    spent = 1000 * (time.process_time() - started)
    print(f"{what:<40} {spent:>10,.1f} ms", flush=True)
    return answer


def measure(connection: Connection) -> None:
    """Print what each reader of polls costs."""
    before = timed("gaps by definition", lambda: gaps_by_definition(connection, _NOW))
    after = timed("gaps", lambda: gaps(connection, _NOW))
    print(f"{len(after):,} gaps, {'the same' if before == after else 'DIFFERENT'}")
    ledger = Ledger.read(connection, _NOW)
    timed("a kept ledger, nothing new", lambda: ledger.advanced(connection, _NOW))
    for number in range(1, 11):
        at = _NOW + timedelta(seconds=number)
        record = PollRecord(at=at, outcome=Outcome.POLLED, new=1, known=9)
        polls.save(connection, number, record, polls.state(connection, number))
    later = _NOW + timedelta(minutes=1)
    timed("a kept ledger, a minute's polls", lambda: ledger.advanced(connection, later))
    timed("the state of every source", lambda: health.standings(connection, _NOW))
    timed("the last poll", lambda: polls.newest(connection))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--polls", type=int, default=1_000_000)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument(
        "--store", type=Path, help="a store of bench.corpus, which is made if missing"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = asked.store or Path(folder) / "corpus.db"
        if not store.exists():
            corpus.make(store, articles=asked.articles, polls=asked.polls, sources=_SOURCES)
        with closing(schema.connect(store)) as connection:
            connection.execute("BEGIN")
            measure(connection)
            connection.execute("ROLLBACK")


if __name__ == "__main__":
    main()
