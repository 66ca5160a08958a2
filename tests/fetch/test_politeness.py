from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.fetch import backoff
from crawler.fetch.http.retry_after import retry_after_seconds
from crawler.fetch.politeness import HostState
from crawler.fetch.queue import HostQueue
from storage.records.model import FrontierUrl, TargetKind
from storage.records.outcome import Outcome

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def target(number: int, host: str = "a.example") -> FrontierUrl:
    return FrontierUrl(id=number, kind=TargetKind.ARTICLE, url=f"http://{host}/{number}", host=host)


def queue(delay: float = 5.0, at_once: int = 1) -> HostQueue:
    return HostQueue(lambda _: HostState(delay=delay, max_at_once=at_once))


def test_a_host_is_asked_once_at_a_time_with_a_gap() -> None:
    waiting = queue()
    first, second = target(1), target(2)
    waiting.add(first)
    waiting.add(second)

    assert waiting.pop(0.0) == first
    assert waiting.pop(100.0) is None  # the first is still under way
    waiting.finish(first, 100.0, 0.2)
    assert waiting.pop(103.9) is None
    assert waiting.pop(106.1) == second


def test_hosts_do_not_wait_for_one_another() -> None:
    waiting = queue()
    waiting.add(target(1, "a.example"))
    waiting.add(target(2, "b.example"))

    assert {waiting.pop(0.0), waiting.pop(0.0)} == {target(1, "a.example"), target(2, "b.example")}


def test_a_claim_is_kept_until_it_is_released() -> None:
    waiting = queue()
    waiting.add(target(1))
    waiting.pop(0.0)
    waiting.finish(target(1), 1.0, None)

    assert not waiting.add(target(1))
    assert (waiting.hosts, waiting.take_drained()) == (1, set())
    waiting.release(target(1))
    assert (waiting.hosts, waiting.take_drained()) == (0, {"a.example"})
    assert waiting.add(target(1))


def test_a_redirect_keeps_the_claim_under_its_new_host() -> None:
    waiting = queue()
    waiting.add(target(1))
    waiting.pop(0.0)
    waiting.finish(target(1), 0.1, 0.1)
    moved = FrontierUrl(
        id=1, kind=TargetKind.ARTICLE, url="http://b.example/1", host="b.example",
        hops=("http://a.example/1",),
    )  # fmt: skip
    waiting.put_back(moved)

    assert waiting.pop(0.2) == moved
    waiting.release(moved)
    assert waiting.take_drained() == {"a.example"}


def test_a_turn_without_a_request_is_given_back() -> None:
    waiting = queue()
    waiting.add(target(1))
    waiting.add(target(2))
    first = waiting.pop(0.0)
    assert first is not None
    waiting.cancel(first)

    assert waiting.pop(0.1) == target(2)


def test_what_waits_for_a_paused_host_can_be_dropped() -> None:
    waiting = queue()
    for number in range(3):
        waiting.add(target(number))
    waiting.drop("a.example")

    assert len(waiting) == 0
    assert waiting.take_drained() == {"a.example"}
    assert waiting.pop(0.0) is None


def test_the_heap_holds_one_entry_a_host() -> None:
    waiting = queue(delay=0.0)
    for number in range(50):
        waiting.add(target(number))
    handed = [waiting.pop(float(n)) for n in range(3)]

    assert handed[0] is not None
    assert len(waiting._heap) <= 1


def test_slow_hosts_get_longer_gaps_and_crawl_delay_wins() -> None:
    state = HostState(delay=5.0)
    state.start(0.0)
    state.finish(0.0, 4.0)

    assert state.least_gap == pytest.approx(20.0)
    state.crawl_delay = 90.0
    assert state.least_gap == 90.0
    state.crawl_delay = 4000.0
    assert state.least_gap == 120.0


def test_errors_never_shrink_a_gap() -> None:
    state = HostState(delay=1.0, latency=4.0)
    state.start(0.0)
    state.finish(0.0, None)

    assert state.latency == 4.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Wed, 25 Nov 2026 00:02:00 GMT", 120.0),
        ("1000000000", 86400.0),
        ("-1", None),
        ("soon", None),
        ("0", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, NOW) == seconds


def test_a_pause_doubles_to_six_hours_unless_the_server_says_how_long() -> None:
    assert [backoff.pause(None, n).total_seconds() for n in (1, 2, 3, 30)] == [60, 120, 240, 21600]
    assert backoff.pause(7.0, 5).total_seconds() == 7


def test_an_article_is_tried_five_more_times_then_its_outcome_is_final() -> None:
    waits = [backoff.article_retry(Outcome.TIMEOUT, n, NOW) for n in range(1, 7)]

    assert all(w is not None for w in waits[:5])
    assert waits[5] is None
    assert backoff.article_retry(Outcome.NOT_FOUND, 1, NOW) is None


def test_only_one_origin_of_a_host_is_dropped() -> None:
    waiting = queue()
    plain, secure = target(1), replace(target(2), url="https://a.example/2")
    rules = FrontierUrl(
        id=0, kind=TargetKind.ROBOTS, url="https://b.example/robots.txt", host="b.example"
    )
    held = replace(target(3), url="https://a.example/3")
    for one in (plain, secure, held):
        waiting.add(one)
    assert waiting.pop(0.0) == plain
    waiting.cancel(plain)
    waiting.put_back(plain)
    taken = waiting._take("a.example", "a.example")
    for one in taken:
        if one != held:
            waiting.put_back(one)
    waiting.hold(held, rules)

    assert waiting.drop("a.example", "https://a.example") == [secure, held]
    waiting.release(rules)
    assert waiting.pop(0.0) in {plain, rules}


def test_what_needs_rules_waits_until_they_have_ended() -> None:
    """A robots.txt that led to another host must not make its own host spin meanwhile."""
    waiting = queue()
    rules = FrontierUrl(
        id=0, kind=TargetKind.ROBOTS, url="http://a.example/robots.txt", host="a.example"
    )
    waiting.add(target(1))
    assert waiting.pop(0.0) == target(1)
    waiting.cancel(target(1))
    waiting.hold(target(1), rules)
    assert waiting.pop(0.0) == rules
    waiting.finish(rules, 0.0, None)

    assert waiting.pop(1000.0) is None
    waiting.release(rules)
    assert waiting.pop(1000.0) == target(1)


def test_the_gap_counts_from_when_a_request_left() -> None:
    """Connecting took a second: the server met the request then, and counts from there."""
    state = HostState(delay=10.0)
    state.start(0.0)
    state.finish(1.05, None, sent=1.0)

    assert state.ready_at >= 11.0
    assert state.open_at == 11.0
