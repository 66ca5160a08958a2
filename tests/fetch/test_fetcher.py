"""What is asked of the client for each kind of target."""

import io
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from crawler import log
from crawler.errors import FetchError, Paused
from crawler.fetch.fetcher import Fetcher, Limits, RulesNeeded, Validators, robots_target
from crawler.fetch.http.client import Client
from crawler.fetch.http.request import Redirected, Request
from crawler.fetch.http.timing import Timing
from crawler.fetch.pauses import Pauses
from crawler.fetch.politeness import HostState
from crawler.fetch.queue import HostQueue
from storage.records.model import (
    Engine,
    FrontierUrl,
    Page,
    RobotsRecord,
    Source,
    SourceKind,
    TargetKind,
)
from storage.records.outcome import Outcome

LIMITS = Limits(
    feed_bytes=1, article_bytes=2, sitemap_bytes=3, feed_deadline=4.0, article_deadline=5.0
)
FREELY = Source(
    name="s",
    kind=SourceKind.FEED,
    url="http://a.example/f",
    homepage="http://b.example/",
    ignore_robots=True,
)


class Recorder:
    """A client that keeps what was requested, and has nothing."""

    def __init__(self, outcome: Outcome = Outcome.NOT_FOUND):
        self.orders: list[Request] = []
        self.outcome = outcome
        self.unreached = False

    async def get(self, order: Request, timing: Timing | None = None) -> Page:
        self.orders.append(order)
        raise FetchError(self.outcome, order.url, "nothing here", retry_after=60.0,
                         unreached=self.unreached)  # fmt: skip


class Leading(Recorder):
    """Leads from each address to another."""

    def __init__(self, place: str):
        super().__init__()
        self.place = place

    async def get(self, order: Request, timing: Timing | None = None) -> Page:
        self.orders.append(order)
        hops = (*order.hops, order.url)
        raise Redirected(self.place.format(n=len(hops)), hops)


async def nothing(_origin: str) -> RobotsRecord | None:
    return None


async def forget(_record: RobotsRecord) -> None:
    return None


def fetcher(client: Recorder) -> tuple[Fetcher, HostQueue]:
    queue = HostQueue(lambda _: HostState(delay=0.0))
    # Only `get` of a client is used here.
    return Fetcher(cast(Client, client), queue, LIMITS, nothing, forget), queue


def target(kind: TargetKind) -> FrontierUrl:
    return FrontierUrl(id=1, kind=kind, url="http://a.example/1", host="a.example")


async def order_for(kind: TargetKind, validators: Validators | None = None) -> Request:
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
    assert order.is_one_turn


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
    await fetching._keep(
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


async def learn(fetching: Fetcher, queue: HostQueue, target: FrontierUrl) -> RobotsRecord:
    queue.put_back(target)
    asked = queue.pop(time.monotonic() + 1000)
    assert asked == target
    return await fetching.learn_rules(asked)


async def test_robots_files_are_followed_across_hosts_in_five_turns() -> None:
    client = Leading("http://www{n}.a.example/robots.txt")
    fetching, queue = fetcher(client)
    asked = robots_target("http://a.example")
    for n in range(1, 6):
        with pytest.raises(Redirected) as led:
            await learn(fetching, queue, asked)
        asked = led.value.moved(asked)
        assert asked.host == f"www{n}.a.example"
    record = await learn(fetching, queue, asked)

    assert len(client.orders) == 6
    assert (record.origin, record.verdict) == ("http://a.example", "allow")


async def test_robots_that_lead_to_a_page_of_another_site_obey_its_rules() -> None:
    client = Leading("http://b.example/search?q={n}")
    fetching, queue = fetcher(client)
    with pytest.raises(Redirected) as led:
        await learn(fetching, queue, robots_target("http://a.example"))
    moved = led.value.moved(robots_target("http://a.example"))
    with pytest.raises(RulesNeeded) as needed:
        await learn(fetching, queue, moved)
    now = datetime.now(UTC)
    await fetching._keep(
        RobotsRecord(
            origin="http://b.example", fetched_at=now, expires_at=now + timedelta(hours=1),
            verdict="rules", body="User-agent: *\nDisallow: /search",
        )
    )  # fmt: skip
    record = await learn(fetching, queue, moved)

    assert needed.value.origin == "http://b.example"
    assert len(client.orders) == 1
    assert (record.verdict, record.cause) == ("disallow", Outcome.ROBOTS_DENIED)


async def test_robots_that_lead_to_each_other_do_not_wait_for_each_other() -> None:
    fetching, queue = fetcher(Leading("http://b.example/x"))
    with pytest.raises(Redirected):
        await learn(fetching, queue, robots_target("http://a.example"))
    fetching._client = cast(Client, Leading("http://a.example/y"))
    with pytest.raises(Redirected) as led:
        await learn(fetching, queue, robots_target("http://b.example"))

    with pytest.raises(Redirected):  # asked, not held for the rules of a.example
        await learn(fetching, queue, led.value.moved(robots_target("http://b.example")))


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
    assert queue.state_of("a.example").ready_at == 0.0


@pytest.mark.parametrize("outcome", [Outcome.DNS, Outcome.BLOCKED_ADDRESS])
async def test_what_never_reached_the_host_costs_no_turn(outcome: Outcome) -> None:
    fetching, queue = fetcher(Recorder(outcome))
    queue.add(target(TargetKind.FEED))
    queue.pop(time.monotonic())
    with pytest.raises(FetchError):
        await fetching.fetch(target(TargetKind.FEED), FREELY)

    assert queue.in_flight == 0
    assert queue.state_of("a.example").ready_at == 0.0


@pytest.mark.parametrize("is_refusal", [True, False])
async def test_a_failure_pauses_its_origin_and_no_other_of_the_host(is_refusal: bool) -> None:
    client = Recorder(Outcome.RATE_LIMITED if is_refusal else Outcome.NETWORK)
    client.unreached = not is_refusal
    fetching, queue = fetcher(client)
    elsewhere = FrontierUrl(
        id=2, kind=TargetKind.ARTICLE, url="https://a.example/", host="a.example"
    )
    for one, error in (
        (target(TargetKind.ARTICLE), FetchError), (target(TargetKind.ARTICLE), Paused),
        (elsewhere, FetchError),
    ):  # fmt: skip
        queue.put_back(one)
        assert queue.pop(time.monotonic() + 1) == one
        with pytest.raises(error):
            await fetching.fetch(one, FREELY)

    assert [order.url for order in client.orders] == ["http://a.example/1", "https://a.example/"]


@pytest.mark.parametrize("port", [22, 25, 6667])
async def test_a_port_of_another_service_is_not_asked_and_says_nothing_of_its_host(
    port: int,
) -> None:
    client = Recorder()
    fetching, queue = fetcher(client)
    url = f"http://a.example:{port}/"
    mail = FrontierUrl(id=1, kind=TargetKind.ARTICLE, url=url, host="a.example")
    queue.add(mail)
    queue.pop(time.monotonic())
    with pytest.raises(FetchError) as caught:
        await fetching.fetch(mail, None)

    assert (caught.value.outcome, caught.value.unreached) == (Outcome.BAD_URL, False)
    assert client.orders == []


async def test_an_answer_ends_the_pause_of_its_origin() -> None:
    pauses = Pauses()
    pauses.begin("http://a.example/1", FetchError(Outcome.NETWORK, "", unreached=True))
    pauses.end("http://a.example/2")

    pauses.refuse("http://a.example/3")


async def test_a_busy_server_says_for_how_long_its_origin_pauses() -> None:
    fetching, queue = fetcher(Recorder(Outcome.RATE_LIMITED))
    queue.add(target(TargetKind.ARTICLE))
    queue.pop(time.monotonic())
    with pytest.raises(FetchError):
        await fetching.fetch(target(TargetKind.ARTICLE), FREELY)

    assert fetching.pauses.seconds_of("http://a.example/2") > 59
    assert fetching.pauses.seconds_of("http://a.example:81/2") == 0


def test_what_is_no_address_pauses_nothing() -> None:
    pauses = Pauses()
    pauses.begin("http://a.example/1", FetchError(Outcome.NETWORK, "", unreached=True))

    assert pauses.seconds_of("http://a..example/1") == 0.0


async def test_robots_are_ignored_on_the_hosts_of_the_outlet_alone() -> None:
    client = Recorder()
    fetching, queue = fetcher(client)
    foreign = FrontierUrl(id=1, kind=TargetKind.ARTICLE, url="http://c.example/", host="c.example")
    queue.add(foreign)
    queue.pop(time.monotonic())
    with pytest.raises(RulesNeeded):
        await fetching.fetch(foreign, FREELY)

    assert client.orders == []


LENIENT = replace(FREELY, allow_invalid_tls=True, engine=Engine.HTTPX)


@pytest.mark.parametrize(("host", "is_own"), [("a.example", True), ("b.example", True),
                                              ("c.example", False)])  # fmt: skip
async def test_robots_are_fetched_as_the_outlet_of_the_host_is(host: str, is_own: bool) -> None:
    client = Recorder()
    fetching, queue = fetcher(client)
    fetching.apply_sources([FREELY, LENIENT])
    await learn(fetching, queue, robots_target(f"http://{host}"))
    (order,) = client.orders

    assert order.allow_invalid_tls == is_own
    assert order.engine == (Engine.HTTPX if is_own else None)


@pytest.mark.parametrize(
    ("host", "is_own"),
    [("lamp.example", True), ("www.lamp.example", True), ("old.example", False)],
)
async def test_settings_hold_on_the_other_domains_and_not_on_former_ones(
    host: str, is_own: bool
) -> None:
    client = Recorder()
    fetching, queue = fetcher(client)
    listed = replace(LENIENT, domains=("lamp.example",), former_domains=("old.example",))
    fetching.apply_sources([listed])
    await learn(fetching, queue, robots_target(f"http://{host}"))

    assert client.orders[0].allow_invalid_tls == is_own


async def test_robots_that_lead_to_another_host_are_asked_there_without_an_outlets_settings() -> (
    None
):
    client = Leading("http://c.example/robots.txt")
    fetching, queue = fetcher(client)
    fetching.apply_sources([LENIENT])
    asked = robots_target("http://a.example")
    with pytest.raises(Redirected) as led:
        await learn(fetching, queue, asked)
    with pytest.raises(Redirected):
        await learn(fetching, queue, led.value.moved(asked))

    assert [order.allow_invalid_tls for order in client.orders] == [True, False]
    assert [order.engine for order in client.orders] == [Engine.HTTPX, None]


async def test_settings_that_are_taken_back_hold_no_longer() -> None:
    client = Recorder()
    fetching, queue = fetcher(client)
    fetching.apply_sources([LENIENT])
    fetching.apply_sources([FREELY])
    await learn(fetching, queue, robots_target("http://a.example"))

    assert not client.orders[0].allow_invalid_tls
