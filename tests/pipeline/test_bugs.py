"""A bug that one target meets is its outcome; a bug that all meet ends the round."""

import io
import json

import pytest

from crawler import log
from crawler.demo.server import Response
from crawler.fetch.fetcher import Fetcher
from crawler.pipeline import pipeline as flow
from crawler.pipeline.visit import Visits
from storage.records.model import FrontierUrl, RobotsRecord, Source
from storage.records.outcome import Outcome
from tests.support.small_farm import Farm, feed, story


def break_visits(monkeypatch: pytest.MonkeyPatch, mark: str) -> None:
    """Let every visit of an address with a mark meet a bug."""
    whole = Visits.visit

    async def visit(self: Visits, target: FrontierUrl, source: Source | None) -> None:
        if mark in target.url:
            raise ZeroDivisionError("ours")
        await whole(self, target, source)

    monkeypatch.setattr(Visits, "visit", visit)


async def test_a_bug_of_one_page_is_its_outcome_and_the_others_go_on(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = io.StringIO()
    log.set_up(as_json=True, out=told)
    pages = {"/1": story("/1"), "/odd": story("/odd"), "/2": story("/2")}
    farm.serve_paths("a.example", {"/feed": feed(*pages), **pages})
    with monkeypatch.context() as patch:
        break_visits(patch, "/odd")
        tally = await farm.round()

    assert tally.outcomes["article", Outcome.INTERNAL_ERROR] == 1
    assert farm.outcomes() == {"stored": 2, "pending": 1}  # tried again later
    assert farm.leases() == 0
    (event,) = [e for e in map(json.loads, told.getvalue().splitlines())
                if e["event"] == "step failed"]  # fmt: skip
    assert event["url"].endswith("/odd")
    assert "ZeroDivisionError: ours" in event["exception"]
    farm.make_due()
    await farm.round()
    assert farm.outcomes() == {"stored": 3}


async def test_one_outlet_whose_pages_all_meet_a_bug_ends_nothing(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {f"/{n}": story(f"/{n}") for n in range(30)}
    farm.serve_paths("a.example", {"/feed": feed(*pages), **pages})
    farm.serve_paths("b.example", {"/feed": feed("/1", host="b.example"),
                                   "/1": story("/1", "b.example")})  # fmt: skip
    break_visits(monkeypatch, "a.example")

    await farm.round()

    assert farm.outcomes() == {"pending": 30, "stored": 1}


async def test_a_bug_that_every_page_meets_ends_the_round(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host in ("a.example", "b.example", "c.example", "d.example"):
        pages = {f"/{n}": story(f"/{n}", host) for n in range(10)}
        farm.serve_paths(host, {"/feed": feed(*pages, host=host), **pages})
    break_visits(monkeypatch, "example")

    with pytest.raises(BaseExceptionGroup) as raised:
        await farm.round()
    assert raised.group_contains(ZeroDivisionError)


async def test_a_bug_of_robots_txt_holds_back_its_host_alone(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Fetcher.learn_rules

    async def learn(self: Fetcher, target: FrontierUrl) -> RobotsRecord:
        if target.host == "a.example":
            raise ZeroDivisionError("ours")
        return await whole(self, target)

    monkeypatch.setattr(Fetcher, "learn_rules", learn)
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    farm.serve_paths("b.example", {"/feed": feed("/1", host="b.example"),
                                   "/1": story("/1", "b.example")})  # fmt: skip
    await farm.round()

    assert farm.outcomes() == {"stored": 1}
    polls = {status.source: status.last_outcome for status in farm.status()}
    assert polls == {"a.example": "robots_unreachable", "b.example": "polled"}


async def test_a_failure_that_cannot_be_recorded_pauses_its_host(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(flow, "fail_poll", broken)
    farm.serve_paths("a.example", {"/feed": Response(b"", 500)})
    farm.serve_paths("b.example", {"/feed": feed("/1", host="b.example"),
                                   "/1": story("/1", "b.example")})  # fmt: skip
    await farm.round()
    first = farm.paths()
    await farm.round()

    assert farm.outcomes() == {"stored": 1}
    assert (first.count("/feed"), farm.paths()) == (2, [])
