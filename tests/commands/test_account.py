"""`drawdown explain SOURCE`: when a source is polled next, why, and what was wrong."""

import io
import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from crawler import log
from crawler.cli import cli
from crawler.commands.render.account import Account, print_account
from crawler.commands.render.text import span
from crawler.demo.server import Response
from storage.crawl.health import Standing, State
from storage.records.model import PollState
from tests.support.small_farm import Farm, feed, story

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def explain(farm: Farm, *arguments: str) -> str:
    call = ["--config", str(farm.folder / "sources.toml"), "explain", *arguments]
    result = CliRunner().invoke(cli, call)
    assert result.exit_code == 0, result.output
    return result.output


async def test_a_source_that_works_and_one_that_fails(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/s/1"), "/s/1": story("/s/1")})
    farm.serve_paths("b.example", {"/feed": Response(b"no", 500)})
    farm.sources = (
        '[[source]]\nname = "A"\nfeed = "http://a.example/feed"\n'
        '[[source]]\nname = "B"\nfeed = "http://b.example/feed"\n'
        '[[source]]\nname = "C"\nfeed = "http://c.example/feed"\nenabled = false\nnote = "asleep"\n'
    )
    await farm.round()

    works, fails = explain(farm, "A"), explain(farm, "B")
    assert re.search(r"next poll in \d\d min: first poll", works)  # spread by a tenth
    assert "polled every 30 min, by its own rhythm" in works
    assert "failing: since" in fails
    assert "server_error: HTTP 500" in fails
    assert "has never answered" in fails
    assert explain(farm, "C") == "C: it is not enabled: asleep\n"
    told = msgspec.json.decode(explain(farm, "A", "--json"))
    assert [poll["outcome"] for poll in told["polls"]] == ["polled"]
    poll = told["polls"][0]
    assert (poll["new"], poll["reason"], poll["next_at"]) == (
        1, "first poll", told["state"]["next_poll_at"],
    )  # fmt: skip
    assert "first poll" in works.split("Its last polls")[1]


async def test_a_source_that_dies_is_announced_and_its_recovery_too(farm: Farm) -> None:
    told = io.StringIO()
    log.set_up(as_json=True, out=told)
    farm.serve_paths("a.example", {"/feed": feed("/s/1"), "/s/1": story("/s/1")})
    await farm.round()
    farm.serve_paths("a.example", {})
    await later(farm, days=1)
    await later(farm, days=1)
    assert events(told, "source failing") == []
    await later(farm, days=3)
    await later(farm, days=1)
    farm.serve_paths("a.example", {"/feed": feed("/s/1"), "/s/1": story("/s/1")})
    await later(farm, days=1)

    (failing,), (recovered,) = events(told, "source failing"), events(told, "source recovered")
    assert failing["source"] == "a.example"
    assert failing["detail"].startswith("for 3 days: not_found")
    assert recovered["detail"] == "after 6 days"


async def test_an_export_comes_with_its_gaps(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/s/1"), "/s/1": story("/s/1")})
    await farm.round()
    farm.serve_paths("a.example", {})
    await later(farm, days=1)
    out = farm.folder / "all.jsonl"
    call = ["--config", str(farm.folder / "sources.toml"), "export", "--gaps"]
    exported = CliRunner().invoke(cli, [*call, "--out", str(out)])
    refused = CliRunner().invoke(cli, call)

    assert exported.exit_code == 0, exported.exception
    (gap,) = map(json.loads, (farm.folder / "all.jsonl.gaps.jsonl").read_text().splitlines())
    assert (gap["source"], gap["cause"], gap["end"]) == ("a.example", "failed", None)
    assert refused.exit_code == 2


async def later(farm: Farm, *, days: int) -> None:
    """Let so many days pass in the store, and work a round."""
    with closing(sqlite3.connect(farm.folder / "corpus.db")) as connection, connection:
        for table, column in (("poll", "at"), ("poll_state", "failing_since"),
                              ("poll_state", "next_poll_at"), ("host", "due_at"),
                              ("host", "not_before")):  # fmt: skip
            connection.execute(
                f"UPDATE {table} SET {column} ="  # noqa: S608 - constants
                f" strftime('%Y-%m-%dT%H:%M:%fZ', {column}, '-{days} days')"
            )
    await farm.round()


def events(told: io.StringIO, name: str) -> list[dict[str, Any]]:
    found = map(json.loads, told.getvalue().splitlines())
    return [event for event in found if event["event"] == name]


def test_a_source_that_nobody_polls_asks_for_a_daemon(capsys: pytest.CaptureFixture[str]) -> None:
    state = PollState(next_poll_at=NOW - timedelta(hours=3))
    health = Standing(State.NEW, "never polled yet")
    account = Account(
        source="A", url="http://a.example/", interval=None, health=health, state=state, polls=()
    )
    print_account(account, NOW)

    assert "due since 2026-11-26 09:00 UTC: does a daemon run?" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (-5, "0 s"), (90, "90 s"), (1800, "30 min"), (10_800, "3 h"), (864_000, "10 d")],
)
def test_times_are_said_as_people_do(seconds: float | None, said: str) -> None:
    assert span(seconds) == said
