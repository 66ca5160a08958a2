"""The ledger reads few polls, and finds what reading all of them finds, after any history."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.crawl import polls, sources
from storage.crawl.backfills import AFTER_OVERFLOW, BY_COMMAND
from storage.crawl.polls import PollRecord
from storage.monitoring import running
from storage.monitoring.gaps import Gap, Ledger, gaps
from storage.records.model import Source, SourceKind
from storage.records.outcome import Outcome
from storage.search import index
from storage.sqlite import schema
from tests.storage.gaps.by_definition import gaps_by_definition
from tests.support.filling import store, visit

START = datetime(2026, 9, 1, tzinfo=UTC)
OUTCOMES = [
    Outcome.POLLED, Outcome.POLLED, Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.NETWORK,
    Outcome.DENIED, Outcome.UNCHANGED,
]  # fmt: skip
LISTED = [
    (Source(name=name, kind=SourceKind.FEED, url=f"https://{name}.example/feed"), f"{name}.example")
    for name in ("one", "two", "three")
]

STEPS = [*["poll"] * 12, "begin", "beat", "beat", "end", "read"]


def history(seed: int) -> Iterator[tuple[str, Any]]:
    """Yield the steps of a made-up history; equal for equal seeds."""
    chance = random.Random(seed)
    details = chance.choice([["", BY_COMMAND], ["", "", AFTER_OVERFLOW, BY_COMMAND], [""]])
    for _ in range(60):
        what = chance.choice(STEPS)
        if what != "poll":
            yield what, chance.choice([0, 25, 31, 90])
            continue
        made = {
            "source": chance.choice([1, 1, 1, 2, 3]),
            "minutes": chance.choice([0, 5, 20, 20, 45, 400]),  # since the step before
            "outcome": chance.choice(OUTCOMES),
            "known": chance.choice([0, 3]),
            "new": chance.randint(0, 3),
            "possible_loss": chance.random() < 0.2,
            "detail": chance.choice(details),
        }
        yield what, made


class Watch:
    """Does what a crawler does, one step after another, by a clock of its own."""

    def __init__(self, connection: sqlite3.Connection):
        self._connection = connection
        self._run: int | None = None
        self.now = START

    def do(self, what: str, value: Any) -> None:
        if what == "poll":
            self.poll(**value)
            return
        self.now += timedelta(minutes=value)
        if what == "begin":
            self._run, _ = running.begin(self._connection, self.now)
        elif self._run is not None and what != "read":
            getattr(running, what)(self._connection, self._run, self.now)

    def poll(self, source: int, minutes: float, **more: Any) -> None:
        self.now += timedelta(minutes=minutes)
        record = PollRecord(at=self.now, **more)
        polls.save(self._connection, source, record, polls.state(self._connection, source))


def opened(folder: Path) -> sqlite3.Connection:
    connection = schema.connect(folder / "corpus.db")
    sources.synchronize(connection, LISTED, START)
    return connection


@pytest.mark.parametrize("seed", range(40))
def test_after_any_history_it_finds_what_every_poll_tells(tmp_path: Path, seed: int) -> None:
    with closing(opened(tmp_path)) as connection:
        watch = Watch(connection)
        kept = Ledger.read(connection, START)
        for what, value in history(seed):
            watch.do(what, value)
            if what == "read":
                kept = kept.advanced(connection, watch.now)
        middle = START + (watch.now - START) / 2

        for now in (watch.now, middle, watch.now + timedelta(days=2)):
            expected = gaps_by_definition(connection, now)
            assert gaps(connection, now) == expected
            of_one = gaps_by_definition(connection, now, "one")
            assert gaps(connection, now, source="one") == of_one
        now = watch.now + timedelta(minutes=1)
        assert kept.advanced(connection, now).since() == gaps_by_definition(connection, now)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rhythm=st.lists(st.sampled_from([0, 2, 4, 4, 6]), min_size=7, max_size=7),
    quiet=st.lists(st.integers(30, 60), max_size=8),
    missed=st.sets(st.integers(0, 60), max_size=6),
    length=st.integers(34, 64),
)
def test_after_any_weeks_it_finds_the_silences_that_every_poll_tells(
    tmp_path_factory: pytest.TempPathFactory,
    rhythm: Sequence[int],
    quiet: Sequence[int],
    missed: set[int],
    length: int,
) -> None:
    with closing(opened(tmp_path_factory.mktemp("ledger"))) as connection:
        watch = Watch(connection)
        silent_from = min(quiet, default=length)
        for day in range(length):
            has_new = day < silent_from or day in quiet
            for hour in (7, 19):
                if day not in missed:
                    watch.now = START + timedelta(days=day, hours=hour)
                    new = rhythm[day % 7] if has_new else 0
                    watch.poll(1, 0, outcome=Outcome.POLLED, new=new, known=5)

        for days in (0, 1, -10):
            now = watch.now + timedelta(days=days)
            assert gaps(connection, now) == gaps_by_definition(connection, now)


def test_a_topic_that_falls_silent_is_found_with_its_rhythm(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as connection:
        watch = Watch(connection)
        for day in range(50):
            watch.now = START + timedelta(days=day, hours=9)
            watch.poll(1, 0, outcome=Outcome.POLLED, new=1, known=5)
            if day < 44:
                for number in range(3):
                    store_at(connection, watch.now, f"https://site.example/{day}/{number}")

        (gap,) = gaps(connection, watch.now + timedelta(days=1))
        assert (gap.cause, gap.source, gap.start) == (
            "topic silent", "", datetime(2026, 10, 15, tzinfo=UTC),
        )  # fmt: skip
        assert gaps_by_definition(connection, watch.now + timedelta(days=1)) == [gap]


def store_at(connection: sqlite3.Connection, at: datetime, url: str) -> None:
    """Store an article on topic that was first seen at a time."""
    words = " ".join(f"w{abs(hash((url, place)))}" for place in range(9))
    number = store(connection, 1, url, visit(url, [words]))
    index.advance(connection, most=1)
    connection.execute(
        "UPDATE article SET first_seen = ? WHERE id = ?", (at.isoformat()[:19] + ".000Z", number)
    )


def test_since_is_a_filter_and_changes_no_gap(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as connection:
        watch = Watch(connection)
        watch.poll(1, 0, outcome=Outcome.POLLED, known=3)
        watch.poll(1, 30, outcome=Outcome.NETWORK)
        watch.poll(1, 60 * 24 * 80, outcome=Outcome.NETWORK)
        watch.poll(1, 30, outcome=Outcome.POLLED, known=3)

        (gap,) = gaps(connection, watch.now)
        assert gap.start == START
        assert gaps(connection, watch.now, since=gap.start + timedelta(days=79)) == [gap]


def test_sources_that_were_not_polled_since_are_not_looked_at_again(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as connection:
        watch = Watch(connection)
        for source in (1, 2):
            watch.poll(source, 5, outcome=Outcome.POLLED, known=3)
            watch.poll(source, 5, outcome=Outcome.NETWORK)
        kept = Ledger.read(connection, watch.now)
        marked = replace(kept, by_source={**kept.by_source, 2: [mark(kept.by_source[2][0])]})

        watch.poll(1, 5, outcome=Outcome.POLLED, known=3)
        later = marked.advanced(connection, watch.now)

        assert [gap.end is None for gap in later.by_source[1]] == [False]
        assert [gap.detail for gap in later.by_source[2]] == ["kept"]


def mark(gap: Gap) -> Gap:
    return replace(gap, detail="kept")


def test_a_source_that_left_the_configuration_leaves_the_ledger(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as connection:
        watch = Watch(connection)
        watch.poll(2, 5, outcome=Outcome.NETWORK)
        kept = Ledger.read(connection, watch.now)
        assert len(kept.since()) == 1

        sources.synchronize(connection, LISTED[:1], watch.now)

        left = kept.advanced(connection, watch.now)
        assert left.since() == []

        sources.synchronize(connection, LISTED, watch.now)
        assert left.advanced(connection, watch.now).since() == kept.since()
