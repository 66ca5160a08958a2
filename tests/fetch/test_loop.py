"""The loop and its queue: who is fetched when, and who never waits for whom."""

import asyncio
from collections.abc import Callable, Collection

import pytest

from crawler.fetch.host_groups import PolitenessGroups
from crawler.fetch.loop import FetchLoop
from crawler.fetch.politeness import HostState
from crawler.fetch.queue import HostQueue
from storage.records.model import FrontierUrl, TargetKind

STUCK = "a.example"  # first in line: names decide where turns are equal


def target(number: int, host: str) -> FrontierUrl:
    return FrontierUrl(id=number, kind=TargetKind.ARTICLE, url=f"http://{host}/{number}", host=host)


class Crawl:
    """A frontier in a list, and work that a test decides on."""

    def __init__(
        self,
        targets: list[FrontierUrl],
        in_flight: int = 10,
        delay: float = 0.0,
        allowance: Callable[[], int] | None = None,
    ):
        self.queue = HostQueue(lambda _: HostState(delay=delay))
        self.loop = FetchLoop(self.queue, self.refill, self.work, in_flight, allowance)
        self.waiting = targets
        self.done: list[FrontierUrl] = []
        self.given_back: list[str] = []
        self.stuck = asyncio.Event()
        self.progress = asyncio.Event()
        self.running = self.most_running = 0

    async def refill(self, done: Collection[str], most_hosts: int) -> list[FrontierUrl]:
        self.given_back += done
        claimed, self.waiting = self.waiting[:most_hosts], self.waiting[most_hosts:]
        return claimed

    async def work(self, target: FrontierUrl) -> None:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await (self.stuck.wait() if target.host == STUCK else asyncio.sleep(0.001))
        self.running -= 1
        self.queue.finish(target, 0.0, 0.0)
        self.done.append(target)
        self.queue.release(target)
        self.progress.set()

    async def reaches(self, number: int) -> None:
        while len(self.done) < number:
            self.progress.clear()
            await self.progress.wait()


async def run(crawl: Crawl) -> None:
    async with asyncio.timeout(20):
        await crawl.loop.run(asyncio.Event(), until_idle=True)


async def test_everything_is_worked_and_each_host_is_given_back_once() -> None:
    crawl = Crawl([target(n, f"h{n % 40}.example") for n in range(400)])
    await run(crawl)

    assert sorted(t.id for t in crawl.done) == list(range(400))
    assert set(crawl.given_back) == {f"h{n}.example" for n in range(40)}


async def test_all_slots_are_used_while_work_remains_and_no_more() -> None:
    crawl = Crawl([target(n, f"h{n}.example") for n in range(300)], in_flight=7)
    await run(crawl)

    assert crawl.most_running == 7


async def test_a_host_that_never_answers_delays_no_other() -> None:
    stuck = [target(n, STUCK) for n in range(50)]
    others = [target(100 + n, f"h{n}.example") for n in range(50)]
    crawl = Crawl(stuck + others, in_flight=3)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        running = group.create_task(crawl.loop.run(asyncio.Event(), until_idle=True))
        await crawl.reaches(50)
        before = {t.host for t in crawl.done}
        crawl.stuck.set()
        await running

    assert STUCK not in before
    assert len(crawl.done) == 100


async def test_new_work_is_taken_up_while_the_loop_runs() -> None:
    crawl = Crawl([])
    stop = asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(crawl.loop.run(stop, until_idle=False))
        for number in range(3):
            await asyncio.sleep(0)
            crawl.waiting.append(target(number, "b.example"))
            crawl.loop.wake()
        await crawl.reaches(3)
        stop.set()

    assert len(crawl.done) == 3


async def test_stopping_lets_fetches_finish_and_starts_none() -> None:
    crawl = Crawl([target(n, STUCK if n == 0 else f"h{n}.example") for n in range(500)])
    stop = asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(crawl.loop.run(stop, until_idle=False))
        await crawl.reaches(1)
        stop.set()
        for _ in range(1000):  # it has every chance to start more
            await asyncio.sleep(0)
        done = len(crawl.done)
        crawl.stuck.set()

    assert len(crawl.done) == done + 1
    assert len(crawl.done) < 500


async def test_an_unexpected_error_ends_the_loop() -> None:
    crawl = Crawl([target(n, f"h{n}.example") for n in range(100)], in_flight=3)

    async def fail(target: FrontierUrl) -> None:
        crawl.done.append(target)
        raise ZeroDivisionError

    crawl.loop._work = fail
    with pytest.raises(ExceptionGroup) as caught:
        await run(crawl)

    assert caught.group_contains(ZeroDivisionError)
    assert len(crawl.done) <= 3  # what was under way; nothing is started after it


async def test_being_called_off_leaves_nothing_running() -> None:
    crawl = Crawl([target(n, STUCK) for n in range(5)])
    before = asyncio.all_tasks()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await crawl.loop.run(asyncio.Event(), until_idle=True)

    assert asyncio.all_tasks() == before


# PolitenessGroups


def groups() -> PolitenessGroups:
    return PolitenessGroups(lambda _: HostState(delay=5.0))


def test_hosts_of_one_site_at_one_address_share_a_slot() -> None:
    shared = groups()
    moved = [
        shared.meet("www.a.co.uk", "192.0.2.1"),
        shared.meet("news.a.co.uk", "192.0.2.1"),
        shared.meet("news.a.co.uk", "192.0.2.1"),
        shared.meet("video.a.co.uk", "192.0.2.2"),
        shared.meet("www.b.co.uk", "192.0.2.1"),
    ]

    assert moved == [False, False, False, True, False]
    assert shared.group_of("news.a.co.uk") == "www.a.co.uk"
    assert shared.state_of(shared.group_of("news.a.co.uk")) is shared.state_of("www.a.co.uk")


def test_names_of_one_site_share_a_slot_until_their_addresses_differ() -> None:
    shared = groups()
    names = [shared.group_of(f"n{n}.a.example") for n in range(3)]
    shared.state_of("n0.a.example").ready_at = 7.0
    shared.meet("n0.a.example", "192.0.2.1")
    shared.meet("n2.a.example", "192.0.2.2")

    assert names == ["n0.a.example"] * 3
    assert shared.group_of("n1.a.example") == "n0.a.example"  # not known yet
    assert shared.group_of("n2.a.example") != "n0.a.example"
    assert shared.state_of(shared.group_of("n2.a.example")).ready_at == 7.0


def test_an_operators_word_for_one_host_holds_for_its_slot() -> None:
    def state_for(host: str) -> HostState:
        is_own = host == "news.a.example"
        return HostState(delay=60.0 if is_own else 5.0, is_own=is_own)

    shared = PolitenessGroups(state_for)
    shared.group_of("www.a.example")
    shared.group_of("news.a.example")
    shared.group_of("m.a.example")

    assert shared.state_of(shared.group_of("www.a.example")).delay == 60.0
    shared.retune(state_for)
    assert shared.state_of(shared.group_of("www.a.example")).delay == 60.0


def test_a_pause_holds_for_all_that_share_the_slot() -> None:
    shared = groups()
    shared.meet("www.a.example", "192.0.2.1")
    shared.meet("m.a.example", "192.0.2.2")
    paused = shared.state_of(shared.group_of("m.a.example"))
    paused.pause(100.0)
    paused.crawl_delay = 30.0
    shared.meet("m.a.example", "192.0.2.1")

    assert shared.state_of("www.a.example").ready_at == 100.0
    assert shared.state_of("www.a.example").crawl_delay == 30.0


def test_what_waits_moves_along_and_waits_for_the_shared_turn() -> None:
    queue = HostQueue(lambda _: HostState(delay=5.0))
    first, second, third = (
        target(1, "www.a.example"), target(2, "m.a.example"), target(3, "m.a.example"),
    )  # fmt: skip
    queue.meet("www.a.example", "192.0.2.1")
    queue.meet("m.a.example", "192.0.2.2")
    for waiting in (first, second, third):
        queue.add(waiting)
    handed = {queue.pop(0.0), queue.pop(0.0)}
    queue.finish(first, 1.0, 0.1)
    queue.meet("m.a.example", "192.0.2.1")
    queue.finish(second, 1.0, 0.1)

    assert handed == {first, second}
    assert queue.pop(4.0) is None
    assert queue.pop(7.5) == third
    assert len(queue) == 0


def test_a_dropped_host_takes_nothing_of_its_neighbours_along() -> None:
    queue = HostQueue(lambda _: HostState(delay=5.0))
    queue.state_of("www.a.example")
    queue.meet("www.a.example", "192.0.2.1")
    queue.meet("m.a.example", "192.0.2.1")
    for waiting in (target(1, "www.a.example"), target(2, "m.a.example")):
        queue.add(waiting)

    assert queue.drop("m.a.example") == [target(2, "m.a.example")]
    assert queue.pop(0.0) == target(1, "www.a.example")


def test_hosts_left_alone_are_forgotten_but_not_those_that_wait() -> None:
    many = groups()
    for number in range(30_000):
        many.state_of(f"h{number}.example").ready_at = number
    many.forget_idle({"h0.example"})

    assert len(many.all()) < 20_000
    assert any(m.ready_at == 0 for m in many.all())


async def test_an_allowance_holds_back_and_lets_go_again() -> None:
    allowed = [1]
    crawl = Crawl([target(n, f"h{n}.example") for n in range(40)], allowance=lambda: allowed[0])
    running = asyncio.create_task(run(crawl))
    await crawl.reaches(10)
    assert crawl.most_running == 1
    allowed[0] = 10
    await running

    assert len(crawl.done) == 40
    assert crawl.most_running == 10
