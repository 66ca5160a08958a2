"""The turns of servers that several processes share: two queues over one file stand for two."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from crawler.fetch import turns as room
from crawler.fetch.politeness import HostState
from crawler.fetch.queue import HostQueue
from crawler.fetch.turns import Turns
from storage.records.model import FrontierUrl, TargetKind


class Clock:
    """The monotonic clock of a machine, in a test: all its processes have the same."""

    def __init__(self) -> None:
        self.now = 8_000_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(room, "time", clock)
    return clock


def target(host: str = "a.example") -> FrontierUrl:
    return FrontierUrl(id=1, kind=TargetKind.ANY, url=f"http://{host}/", host=host)


def queue(turns: Turns | None) -> HostQueue:
    return HostQueue(lambda _: HostState(delay=10.0), turns)


def test_a_host_that_another_process_asked_waits_for_what_is_left_of_its_delay(
    tmp_path: Path, clock: Clock
) -> None:
    with Turns.open(tmp_path / "corpus.db") as one, Turns.open(tmp_path / "corpus.db") as other:
        first, second = queue(one), queue(other)
        first.add(target())
        second.add(target())
        second.add(target("b.example"))
        assert first.pop(0.0) == target()
        clock.now += 1
        first.finish(target(), 1.0, 1.0, sent=0.0)
        clock.now += 3

        assert second.pop(4.0) == target("b.example")
        assert second.pop(4.0) is None
        assert second.next_turn() == pytest.approx(10.0, abs=0.01)
        clock.now += 6.01
        assert second.pop(10.02) == target()


def test_a_restart_remembers_when_a_host_was_asked(tmp_path: Path, clock: Clock) -> None:
    with Turns.open(tmp_path / "corpus.db") as turns:
        before = queue(turns)
        before.add(target())
        before.pop(0.0)
        before.finish(target(), 0.0, 0.1)
        before.meet("a.example", "192.0.2.1")
    with Turns.open(tmp_path / "corpus.db") as turns:
        after = queue(turns)
        after.add(target())

        assert after.pop(0.0) is None
        assert after.next_turn() == pytest.approx(10.0, abs=0.01)


def test_a_request_that_is_under_way_keeps_the_turn(tmp_path: Path, clock: Clock) -> None:
    """It may reach the server long after its turn was taken: the machine is busy, say."""
    with Turns.open(tmp_path / "corpus.db") as one, Turns.open(tmp_path / "corpus.db") as other:
        first, second = queue(one), queue(other)
        first.add(target())
        second.add(target())
        first.pop(0.0)
        clock.now += 10.01
        assert second.pop(10.01) is None
        clock.now += 1
        first.finish(target(), 11.01, 11.0, sent=10.5)  # a slow host gets longer gaps besides

        assert second.pop(20.02) is None
        clock.now += 60
        assert second.pop(80.0) == target()


@pytest.mark.parametrize(
    ("asked", "waiting", "is_free"),
    [
        (("a.example", ""), ("a.example", "192.0.2.1"), False),  # it may be this server
        (("a.example", "192.0.2.1"), ("a.example", ""), False),
        (("a.example", "192.0.2.1"), ("a.example", "192.0.2.1"), False),
        (("a.example", "192.0.2.1"), ("a.example", "192.0.2.2"), True),
        (("a.example", "192.0.2.1"), ("b.example", "192.0.2.1"), True),
    ],
)
def test_a_turn_is_of_a_site_at_an_address(
    tmp_path: Path, clock: Clock, asked: room.Server, waiting: room.Server, is_free: bool
) -> None:
    with Turns.open(tmp_path / "corpus.db") as turns:
        assert turns is not None
        turns.take(asked, 10.0)

        assert (turns.take(waiting, 10.0) == 0.0) is is_free


def test_a_turn_that_was_not_needed_is_given_back(tmp_path: Path, clock: Clock) -> None:
    with Turns.open(tmp_path / "corpus.db") as turns:
        assert turns is not None
        waiting = queue(turns)
        waiting.add(target())
        waiting.pop(0.0)
        waiting.cancel(target())

        assert turns.take(("a.example", ""), 10.0) == 0.0


def test_a_note_of_a_clock_that_was_wrong_holds_up_nothing(tmp_path: Path, clock: Clock) -> None:
    with Turns.open(tmp_path / "corpus.db") as turns:
        assert turns is not None
        turns.take(("a.example", ""), 10.0)
        clock.now -= 86_400

        assert turns.take(("a.example", ""), 10.0) == 0.0


def test_without_a_folder_to_write_to_a_process_keeps_its_own_turns(tmp_path: Path) -> None:
    with Turns.open(tmp_path / "missing" / "corpus.db") as turns:
        waiting = queue(turns)
        waiting.add(target())

        assert turns is None
        assert waiting.pop(0.0) == target()


JUMPS = [timedelta(days=3652), timedelta(days=-1), timedelta(hours=1), timedelta(hours=-1)]


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_of_the_wall_clock_neither_ends_a_delay_nor_makes_it_longer(
    tmp_path: Path, jump: timedelta
) -> None:
    server = ("a.example", "192.0.2.1")
    with Turns.open(tmp_path / "corpus.db") as turns:
        assert turns is not None
        turns.take(server, 10.0)
        with time_machine.travel(datetime.now(UTC) + jump, tick=True):
            left = turns.take(server, 10.0)

    assert 0 < left <= 10


def test_turns_of_before_the_machine_was_started_again_are_over(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The uptime begins at 0, so what was noted before would be far ahead, or seem to be now."""
    server = ("a.example", "192.0.2.1")
    with Turns.open(tmp_path / "corpus.db") as turns:
        assert turns is not None
        turns.take(server, 600.0)
        monkeypatch.setattr(room, "_boot", lambda: "another start")
        clock.now -= 100

        assert turns.take(server, 10.0) == 0
