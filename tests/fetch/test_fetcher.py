"""What is asked of the client for each kind of target."""

import io
import json
import time
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from crawler import log
from crawler.errors import FetchError
from crawler.fetch.client import Client, Permit
from crawler.fetch.fetcher import Fetcher, Limits, RulesNeeded, Validators, robots_target
from crawler.fetch.order import Order, Redirected
from crawler.fetch.politeness import HostManners
from crawler.fetch.queue import HostQueue
from crawler.fetch.timing import Timing
from storage.model import FrontierUrl, Page, RobotsRecord, Source, SourceKind, TargetKind
from storage.outcome import Outcome

LIMITS = Limits(
    feed_bytes=1, article_bytes=2, sitemap_bytes=3, feed_deadline=4.0, article_deadline=5.0
)
FREELY = Source(name="s", kind=SourceKind.FEED, url="http://a.example/f", ignore_robots=True)


class Recorder:
    """Stands where the client is: keeps what was ordered, and has nothing."""

    def __init__(self, outcome: Outcome = Outcome.NOT_FOUND):
        self.orders: list[Order] = []
        self.outcome = outcome

    async def get(
        self, order: Order, permit: Permit | None = None, timing: Timing | None = None
    ) -> Page:
        self.orders.append(order)
        raise FetchError(self.outcome, order.url, "nothing here", retry_after=60.0)


async def nothing(_origin: str) -> RobotsRecord | None:
    return None


async def forget(_record: RobotsRecord) -> None:
    return None


def fetcher(client: Recorder) -> tuple[Fetcher, HostQueue]:
    queue = HostQueue(lambda _: HostManners(delay=0.0))
    # Only `get` of a client is used here.
    return Fetcher(cast(Client, client), queue, LIMITS, nothing, forget), queue


def target(kind: TargetKind) -> FrontierUrl:
    return FrontierUrl(id=1, kind=kind, url="http://a.example/1", host="a.example")


async def order_for(kind: TargetKind, validators: Validators | None = None) -> Order:
    client = Recorder()
    fetching, queue = fetcher(client)
    queue.add(target(kind))
    queue.pop(time.monotonic())
    with pytest.raises(FetchError):
        await fetching.fetch(target(kind), FREELY, validators)
    return client.orders[0]


@pytest.mark.parametrize(
    ("kind", "most", "deadline"),
    [
        (TargetKind.FEED, 1, 4.0),
        (TargetKind.SITEMAP, 3, 4.0),
        (TargetKind.PAGE, 2, 5.0),
        (TargetKind.ARTICLE, 2, 5.0),
        (TargetKind.REVISIT, 2, 5.0),
    ],
)
async def test_each_kind_has_its_limits(kind: TargetKind, most: int, deadline: float) -> None:
    order = await order_for(kind)

    assert (order.max_bytes, order.deadline) == (most, deadline)
    assert order.stay_on_host


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (TargetKind.ARTICLE, Outcome.SLOW_BY_ROBOTS),
        (TargetKind.REVISIT, Outcome.SLOW_BY_ROBOTS),
        (TargetKind.FEED, Outcome.NOT_FOUND),
    ],
)
async def test_a_very_long_crawl_delay_leaves_the_feeds_only(
    kind: TargetKind, outcome: Outcome
) -> None:
    now = datetime.now(UTC)
    fetching, queue = fetcher(Recorder())
    fetching._rules.put(
        RobotsRecord(
            origin="http://a.example", fetched_at=now, expires_at=now + timedelta(hours=1),
            verdict="rules", body="User-agent: *\nCrawl-delay: 300",
        )
    )  # fmt: skip
    queue.add(target(kind))
    queue.pop(time.monotonic())
    with pytest.raises(FetchError) as caught:
        await fetching.fetch(target(kind), None)

    assert caught.value.outcome is outcome


async def test_the_deadline_is_one_for_a_chain_across_hosts() -> None:
    client = Recorder()
    fetching, queue = fetcher(client)
    led = Redirected("http://b.example/", ("http://a.example/1",), seconds=3.5)
    moved = led.moved(led.moved(target(TargetKind.FEED)))
    queue.add(moved)
    queue.pop(time.monotonic())
    with pytest.raises(FetchError):
        await fetching.fetch(moved, FREELY)

    assert moved.spent_seconds == 7.0
    assert client.orders[0].deadline == 0.0


async def test_one_event_tells_where_the_time_of_a_fetch_went() -> None:
    out = io.StringIO()
    log.set_up(verbose=True, as_json=True, out=out)
    await order_for(TargetKind.FEED)
    event = json.loads(out.getvalue())

    assert event["event"] == "fetched"
    assert (event["kind"], event["outcome"], event["attempt"]) == ("feed", "not_found", 1)
    assert {"queue", "dns", "connect", "tls", "first_byte", "total"} <= event.keys()
    assert event["queue"] >= 0
    assert (event["wire_bytes"], event["size_bytes"]) == (0, 0)


async def test_robots_files_are_followed_across_hosts() -> None:
    client = Recorder()
    fetching, queue = fetcher(client)
    queue.add(robots_target("http://a.example"))
    asked = queue.pop(time.monotonic())
    assert asked is not None
    record = await fetching.learn_rules(asked)

    assert not client.orders[0].stay_on_host
    assert record.verdict == "allow"


@pytest.mark.parametrize("etag", ['"1"\r\nX-Evil: 1', "\n", "a\x00b"])
async def test_a_validator_that_breaks_lines_is_not_replayed(etag: str) -> None:
    assert (await order_for(TargetKind.FEED, Validators(etag, '"2"'))).etag is None
    assert (await order_for(TargetKind.FEED, Validators('"1"', etag))).last_modified is None


async def test_rules_come_first_and_cost_no_turn() -> None:
    fetching, queue = fetcher(Recorder())
    queue.add(target(TargetKind.ARTICLE))
    queue.pop(time.monotonic())
    with pytest.raises(RulesNeeded):
        await fetching.fetch(target(TargetKind.ARTICLE), None)

    assert queue.in_flight == 0
    assert queue.manners("a.example").ready_at == 0.0


@pytest.mark.parametrize("outcome", [Outcome.DNS, Outcome.BLOCKED_ADDRESS])
async def test_what_never_reached_the_host_costs_no_turn(outcome: Outcome) -> None:
    fetching, queue = fetcher(Recorder(outcome))
    queue.add(target(TargetKind.FEED))
    queue.pop(time.monotonic())
    with pytest.raises(FetchError):
        await fetching.fetch(target(TargetKind.FEED), FREELY)

    assert queue.in_flight == 0
    assert queue.manners("a.example").ready_at == 0.0


async def test_a_busy_server_pauses_its_host() -> None:
    fetching, queue = fetcher(Recorder(Outcome.RATE_LIMITED))
    queue.add(target(TargetKind.ARTICLE))
    now = time.monotonic()
    queue.pop(now)
    with pytest.raises(FetchError):
        await fetching.fetch(target(TargetKind.ARTICLE), FREELY)

    assert queue.manners("a.example").ready_at >= now + 60
