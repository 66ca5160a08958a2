"""What an alert finds is sent once to each of its addresses, however often they refuse."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.cli import cli
from storage.monitoring import findings, notices
from storage.monitoring.alerts import Asked
from storage.monitoring.notices import Notice
from storage.sqlite.values import required
from tests.support.farm import feed_sources
from tests.support.hook import Hook, hook
from tests.support.small_farm import Farm, feed, story


class Desk(Farm):
    """One outlet, one webhook, and an alert between them."""

    def __init__(self, folder: Path, hook: Hook):
        super().__init__(folder)
        self.hook = hook
        self.articles: list[str] = []
        self.serve_stories()

    def serve_stories(self, *paths: str, seed: int = 0) -> None:
        self.articles += paths
        pages = {path: story(path, seed=seed) for path in self.articles}
        self.serve_paths("a.example", {"/feed": feed(*self.articles[::-1]), **pages})

    def alert(self, rule: str, to: str = "") -> None:
        outlets = feed_sources(self.outlets).replace('"1h"', '"1s"')
        self.sources = (
            f'{outlets}[[alert]]\nname = "Desk"\nto = "{to or self.hook.address}"\n{rule}\n'
        )

    def write(self, statement: str, **values: object) -> None:
        with closing(sqlite3.connect(self.folder / "corpus.db")) as connection, connection:
            connection.execute(statement, values)

    def call(self, *arguments: str) -> Result:
        """Call the command line with the configuration of the last round."""
        file = self.folder / "sources.toml"
        return CliRunner().invoke(cli, ["--config", str(file), *arguments])

    def due(self) -> None:
        """Let every source, revisit and message be due."""
        self.make_due()
        self.write("UPDATE alert_target SET next_at = '2000-01-01T00:00:00.000Z'")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with hook() as made:
        yield Desk(tmp_path, made)


async def test_each_article_is_told_once(desk: Desk) -> None:
    desk.alert('query = "verdict:on"')
    desk.serve_stories("/1", "/2")
    await desk.round()
    assert desk.hook.titles() == ["Desk: 2 items"]
    told = desk.hook.texts()
    assert "Headline of /1\na.example" in told
    assert "http://a.example/2\n“The last American troops" in told

    desk.due()
    desk.serve_stories("/3")
    await desk.round()
    desk.due()
    await desk.round()
    assert desk.hook.titles()[1:] == ["Desk: Headline of /3"]


async def test_what_came_before_the_alert_is_not_told(desk: Desk) -> None:
    desk.serve_stories("/1")
    await desk.round()
    desk.due()
    desk.alert('query = "troops"')
    await desk.round()
    assert desk.hook.taken == []


async def test_a_query_chooses(desk: Desk) -> None:
    desk.alert("query = 'title:\"of /2\" -source:b.example'")
    desk.serve_stories("/1", "/2")
    await desk.round()
    assert desk.hook.titles() == ["Desk: Headline of /2"]


async def test_an_address_that_refuses_is_told_later_and_once(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.hook.status = 503
    desk.serve_stories("/1")
    await desk.round()
    assert (desk.hook.refused, desk.hook.taken) == (1, [])

    await desk.round()  # it is left alone for a minute
    assert desk.hook.refused == 1
    shown = desk.call("alert", "list")
    assert "1 time" in shown.output
    assert "k3y" not in shown.output

    desk.hook.status = 200
    desk.serve_stories("/2")
    desk.due()
    await desk.round()
    desk.due()
    await desk.round()
    (message,) = desk.hook.taken
    assert message["title"] == "Desk: 2 items"


async def test_an_address_that_is_mended_is_told_what_the_old_one_refused(desk: Desk) -> None:
    desk.alert('query = "troops"', to="json://127.0.0.1:9/closed")
    desk.serve_stories("/1")
    await desk.round()
    desk.alert('query = "troops"')
    await desk.round()
    await desk.round()
    assert desk.hook.titles() == ["Desk: Headline of /1"]


async def test_who_was_killed_while_sending_says_that_it_may_have_come_before(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.hook.status = 503
    desk.serve_stories("/1")
    await desk.round()
    desk.hook.status = 200
    # As a kill leaves it between the answer of the service and the commit.
    desk.write("UPDATE alert_target SET sending_to = (SELECT max(id) FROM alert_item)")
    desk.serve_stories("/2")
    desk.due()
    await desk.round()
    first, second = desk.hook.taken
    assert first["title"] == "Desk: Headline of /1"
    assert "may have come before" in first["message"]
    assert second["title"] == "Desk: Headline of /2"
    assert "may have come before" not in second["message"]


async def test_a_digest_waits_for_its_time(desk: Desk) -> None:
    desk.alert('query = "troops"\ndigest = "0 7 1 1 *"')
    desk.serve_stories("/1")
    await desk.round()
    desk.serve_stories("/2")
    desk.make_due()
    await desk.round()
    assert desk.hook.taken == []

    desk.due()
    await desk.round()
    await desk.round()
    assert desk.hook.titles() == ["Desk: 2 items"]
    (row,) = rows(desk, "SELECT next_at FROM alert_target")
    assert row[0][4:] == "-01-01T07:00:00.000Z"


async def test_a_changed_text_is_told_as_a_revision(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.serve_stories("/1")
    await desk.round()
    desk.serve_stories(seed=1)
    desk.due()
    await desk.round()
    await desk.round()
    assert len(desk.hook.taken) == 2
    assert "revision 2" in desk.hook.taken[1]["message"]


async def test_an_article_that_is_taken_down_and_one_that_is_back_are_told(desk: Desk) -> None:
    desk.alert('query = "verdict:on"')
    desk.serve_stories("/1")
    await desk.round()
    desk.articles.clear()
    desk.serve_stories()
    desk.due()
    await desk.round()
    desk.serve_stories("/1")
    desk.due()
    await desk.round()
    desk.due()
    await desk.round()

    assert desk.hook.titles() == ["Desk: Headline of /1"] * 3
    told = desk.hook.texts()
    assert "revision 2: taken down by the outlet" in told
    assert "revision 3: online again" in told


async def test_revisions_can_be_left_out(desk: Desk) -> None:
    desk.alert('query = "troops"\nrevisions = false')
    desk.serve_stories("/1")
    await desk.round()
    desk.serve_stories(seed=1)
    desk.due()
    await desk.round()
    assert len(desk.hook.taken) == 1


async def test_a_spike_is_told_once_a_day_in_place_of_its_articles(desk: Desk) -> None:
    desk.alert('query = "troops"\nspike = 3')
    desk.serve_stories("/0")
    await desk.round()
    # Sixteen days with one article each, as they lie in the store.
    for place in range(1, 17):
        at = datetime.now(UTC) - timedelta(days=place)
        desk.write(
            "INSERT INTO alert_item (alert, key, at, detail, is_told)"
            " VALUES ('Desk', :key, :at, '', 0)",
            key=f"counted -{place}", at=required(at),
        )  # fmt: skip
    copy_revisions(desk, 16)
    desk.serve_stories("/1", "/2", "/3")
    desk.due()
    await desk.round()
    assert desk.hook.taken == []
    desk.serve_stories("/4")
    desk.due()
    await desk.round()
    desk.serve_stories("/5")
    desk.due()
    await desk.round()
    (message,) = desk.hook.taken
    assert message["title"].startswith("Desk: 5 articles on ")
    assert "where 1 a day are usual" in message["message"]


def copy_revisions(desk: Desk, days: int) -> None:
    """Let there be a text on each of the days before, so that they count as watched."""
    with closing(sqlite3.connect(desk.folder / "corpus.db")) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(revision)")]
        for place in range(1, days + 1):
            chosen = ", ".join(
                {"number": f"{100 + place}", "stored_at": f"'{day_before(place)}'",
                 "change": "'removed'"}.get(name, name)
                for name in columns
            )  # fmt: skip
            connection.execute(
                f"INSERT INTO revision SELECT {chosen} FROM revision WHERE number = 1 LIMIT 1"  # noqa: S608
            )


def day_before(days: int) -> str:
    return required(datetime.now(UTC) - timedelta(days=days))


async def test_trouble_of_sources_is_told_to_who_asks_for_it(desk: Desk) -> None:
    desk.alert("sources = true")
    desk.serve_stories("/1")
    await desk.round()
    at = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    with closing(sqlite3.connect(desk.folder / "corpus.db")) as connection, connection:
        failing = Notice(at=at, kind="source failing", source="a.example",
                         url="http://a.example/feed", detail="for 3 days: dns")  # fmt: skip
        notices.add(connection, failing)
        notices.add(connection, Notice(at=at, kind="last run cut short"))
    await desk.round()
    (message,) = desk.hook.taken
    assert message["title"] == "Desk: a.example: source failing"
    assert message["message"].startswith(
        "a.example: source failing\n2026-11-26 09:00 UTC: for 3 days: dns\nhttp://a.example/feed\n"
    )


async def test_what_is_forgotten_is_not_told(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.hook.status = 503
    desk.serve_stories("/1", "/2")
    await desk.round()
    file = str(desk.folder / "sources.toml")
    call = ["--config", file, "forget", "http://a.example/1", "--reason", "test", "--yes"]
    done = await asyncio.to_thread(CliRunner().invoke, cli, call)
    assert done.exit_code == 0, done.output
    desk.hook.status = 200
    desk.due()
    await desk.round()
    assert "Headline of /1" not in desk.hook.texts()
    assert "Headline of /2" in desk.hook.texts()


async def test_what_comes_after_something_forgotten_is_told(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.serve_stories("/1")
    await desk.round()
    desk.write("DELETE FROM alert_item")  # as forgetting its article does
    desk.serve_stories("/2")
    desk.due()
    await desk.round()
    assert desk.hook.titles()[1:] == ["Desk: Headline of /2"]


async def test_the_store_holds_no_address(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.serve_stories("/1")
    await desk.round()
    for file in desk.folder.glob("corpus.db*"):
        assert b"k3y-of-the-desk" not in file.read_bytes()
    shown = desk.call("config")
    assert "json://…" in shown.output
    assert "k3y" not in shown.output


async def test_a_test_keeps_nothing(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.serve_stories("/1")
    await desk.round()
    call = ["--config", str(desk.folder / "sources.toml"), "alert", "test", "Desk"]
    done = CliRunner().invoke(cli, call)
    assert (done.exit_code, done.output) == (0, f"{desk.hook.address[:-16]}/…: taken\n")
    assert desk.hook.taken[1]["title"] == "Test of Desk: Headline of /1"
    desk.hook.status = 404
    refused = CliRunner().invoke(cli, call)
    assert refused.exit_code == 1
    assert "404" in refused.output


def rows(desk: Desk, query: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(desk.folder / "corpus.db")) as connection:
        return connection.execute(query).fetchall()


async def test_a_bug_of_one_alert_stops_neither_the_others_nor_the_round(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = findings.look

    def look(connection: sqlite3.Connection, *, asked: Asked, since: Any) -> Any:
        if asked.name == "Odd":
            raise ZeroDivisionError("ours")
        return whole(connection, asked=asked, since=since)

    monkeypatch.setattr(findings, "look", look)
    desk.alert('query = "troops"')
    desk.sources += f'[[alert]]\nname = "Odd"\nto = "{desk.hook.address}"\nquery = "troops"\n'
    desk.serve_stories("/1")
    tally = await desk.round()

    assert desk.hook.titles() == ["Desk: Headline of /1"]
    (failure,) = tally.failures
    assert failure.startswith("alert Odd: ZeroDivisionError")


def alert_list(desk: Desk, *options: str) -> str:
    file = str(desk.folder / "sources.toml")
    return CliRunner().invoke(cli, ["--config", file, "alert", "list", *options]).output


async def refused_rounds(desk: Desk, rounds: int) -> None:
    for _ in range(rounds):
        await desk.round()
        desk.due()


async def test_an_item_that_a_service_refuses_is_left_out_and_the_others_come(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.hook.refuses = "Headline of /2"
    desk.serve_stories("/1", "/2", "/3")
    await refused_rounds(desk, 3)
    assert desk.hook.taken == []

    await refused_rounds(desk, 2)
    titles = desk.hook.titles()
    assert len(titles) == 3
    assert {"Desk: Headline of /1", "Desk: Headline of /3"} < set(titles)
    (article,) = rows(desk, "SELECT id FROM article WHERE canonical_url LIKE '%/2'")
    assert f"Desk: article {article[0]} was refused" in titles
    assert f"left out article {article[0]}" in alert_list(desk)
    assert f"article {article[0]}" in json.loads(alert_list(desk, "--json"))["left_out"][0]

    desk.serve_stories("/4", "/5")
    await refused_rounds(desk, 1)
    assert [one["title"] for one in desk.hook.taken[3:]] == ["Desk: 2 items"]


async def test_an_address_that_takes_nothing_loses_nothing(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.hook.status = 500
    desk.serve_stories("/1", "/2")
    await refused_rounds(desk, 7)
    desk.hook.status = 200
    await refused_rounds(desk, 2)

    assert {one["title"] for one in desk.hook.taken} == {
        "Desk: Headline of /1",
        "Desk: Headline of /2",
    }
    assert "left out" not in alert_list(desk)


async def test_a_single_item_that_is_refused_is_left_out_too(desk: Desk) -> None:
    desk.alert('query = "troops"\ndigest = "0 7 1 1 *"')
    desk.hook.refuses = "Headline of /1"
    desk.serve_stories("/1")
    await desk.round()
    desk.due()
    await refused_rounds(desk, 4)

    (message,) = desk.hook.taken
    assert "was refused" in message["title"]
    desk.hook.taken.clear()
    desk.serve_stories("/2")
    await refused_rounds(desk, 1)
    await desk.round()
    assert desk.hook.titles() == ["Desk: Headline of /2"]


async def test_what_is_forgotten_leaves_no_trace_of_its_refusal(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.hook.refuses = "Headline of /1"
    desk.serve_stories("/1")
    await refused_rounds(desk, 4)
    assert len(rows(desk, "SELECT * FROM alert_left_out")) == 1
    (article,) = rows(desk, "SELECT id FROM article")
    file = str(desk.folder / "sources.toml")
    command = ["--config", file, "forget", str(article[0]), "--reason", "order 7", "--yes"]
    forgotten = await asyncio.to_thread(CliRunner().invoke, cli, command)

    assert forgotten.exit_code == 0, forgotten.output
    assert rows(desk, "SELECT * FROM alert_left_out") == []


async def test_a_digest_of_many_items_comes_whole(desk: Desk) -> None:
    desk.alert('query = "troops"\ndigest = "0 7 1 1 *"')
    desk.serve_stories(*(f"/{n}" for n in range(25)))
    await desk.round()
    desk.due()
    await desk.round()

    assert desk.hook.titles() == ["Desk: 20 items", "Desk: 5 items"]
    (row,) = rows(desk, "SELECT next_at FROM alert_target")
    assert row[0][4:] == "-01-01T07:00:00.000Z"
