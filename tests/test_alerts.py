"""What an alert finds is told once to each of its addresses, however often they refuse."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.farm import feed_sources
from crawler import config as configuration
from crawler.alerts.addresses import addresses
from crawler.alerts.message import Line, clean, compose
from crawler.cli import cli
from crawler.commands.alert import test as try_alert
from crawler.errors import ConfigError
from crawler.schedule import next_time
from storage import notices
from storage.notices import Notice
from storage.values import required
from tests.farm import Farm, feed, story
from tests.hook import Hook, hook


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
    assert [one["title"] for one in desk.hook.taken] == ["Desk: 2 items"]
    told = desk.hook.texts()
    assert "Headline of /1\na.example" in told
    assert "http://a.example/2\n“The last American troops" in told

    desk.due()
    desk.serve_stories("/3")
    await desk.round()
    desk.due()
    await desk.round()
    assert [one["title"] for one in desk.hook.taken[1:]] == ["Desk: Headline of /3"]


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
    assert [one["title"] for one in desk.hook.taken] == ["Desk: Headline of /2"]


async def test_an_address_that_refuses_is_told_later_and_once(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.hook.status = 503
    desk.serve_stories("/1")
    await desk.round()
    assert (desk.hook.refused, desk.hook.taken) == (1, [])

    await desk.round()  # it is left alone for a minute
    assert desk.hook.refused == 1
    shown = CliRunner().invoke(
        cli, ["--config", str(desk.folder / "sources.toml"), "alert", "list"]
    )
    assert "1 times" in shown.output
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
    assert [one["title"] for one in desk.hook.taken] == ["Desk: Headline of /1"]


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
    assert [one["title"] for one in desk.hook.taken] == ["Desk: 2 items"]
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


async def test_the_store_holds_no_address(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.serve_stories("/1")
    await desk.round()
    for file in desk.folder.glob("corpus.db*"):
        assert b"k3y-of-the-desk" not in file.read_bytes()
    shown = CliRunner().invoke(cli, ["--config", str(desk.folder / "sources.toml"), "config"])
    assert "json://…" in shown.output
    assert "k3y" not in shown.output


async def test_a_test_keeps_nothing(desk: Desk) -> None:
    desk.alert('query = "troops"')
    desk.serve_stories("/1")
    await desk.round()
    file = desk.folder / "sources.toml"
    done = CliRunner().invoke(try_alert, ["Desk"], obj=file)
    assert (done.exit_code, done.output) == (0, f"{desk.hook.address[:-16]}/…: taken\n")
    assert desk.hook.taken[1]["title"] == "Test of Desk: Headline of /1"
    desk.hook.status = 404
    refused = CliRunner().invoke(try_alert, ["Desk"], obj=file)
    assert refused.exit_code == 1
    assert "404" in refused.output


def test_an_address_may_stand_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(
        '[drawdown]\ncontact = "a@b.example"\n[[alert]]\nname = "One"\nto = ["$DESK", "zork://x"]\n'
        "restarts = true\n",
        "utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        addresses(configuration.load(file))
    assert [one.removeprefix(str(file)) for one in caught.value.mistakes] == [
        ':5: alert "One": to: the environment has no DESK',
        ':5: alert "One": to: zork://… is no address that apprise understands',
    ]
    monkeypatch.setenv("DESK", "json://127.0.0.1/secret")
    file.write_text(file.read_text("utf-8").replace(', "zork://x"', ""), "utf-8")
    (address,) = addresses(configuration.load(file))["One"]
    assert address.shown == "json://127.0.0.1/…"
    assert "secret" not in repr(address)


@pytest.mark.parametrize(
    ("rule", "mistake"),
    [
        ("", "needs at least one of: query, sources = true, restarts = true"),
        ('query = "troops AND ("', "query: "),
        ('query = "a"\nspike = 1', "spike: "),
        ("sources = true\nspike = 3", "spike counts what a query finds: write one"),
        ('query = "a"\ndigest = "0 7 * *"', "digest: write five fields"),
        ('query = "a"\ndigest = "0 25 * * *"', "digest: "),
        ('query = "a"\ntimezone = "Mars"', "timezone: no time zone"),
        ('query = "a"\nqery = "b"', 'did you mean "query"?'),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, rule: str, mistake: str) -> None:
    file = tmp_path / "sources.toml"
    head = '[drawdown]\ncontact = "a@b.example"\n\n[[alert]]\nname = "One"\nto = "json://x"\n'
    file.write_text(head + rule, "utf-8")
    with pytest.raises(ConfigError) as caught:
        configuration.load(file)
    assert 'alert "One": ' in str(caught.value)
    assert mistake in str(caught.value)


def test_two_alerts_have_two_names(tmp_path: Path) -> None:
    one = '[[alert]]\nname = "One"\nto = "json://x"\nsources = true\n'
    file = tmp_path / "sources.toml"
    file.write_text(f'[drawdown]\ncontact = "a@b.example"\n{one}{one}', "utf-8")
    with pytest.raises(ConfigError, match='toml:7: alert "One": this name is taken'):
        configuration.load(file)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 7 * * *", "2026-11-27T07:00"),
        ("30 18 * * 1-5", "2026-11-26T18:30"),
        ("0 7 * * 0", "2026-11-29T07:00"),  # a Sunday: cron counts from it
        ("0 7 * * 7", "2026-11-29T07:00"),
        ("0 7 * * sat", "2026-11-28T07:00"),
        ("0 7 * * 0-6", "2026-11-27T07:00"),
        ("0 7 1 * *", "2026-12-01T07:00"),
        ("*/15 * * * *", "2026-11-26T12:15"),
    ],
)
def test_digests_go_by_cron(cron: str, expected: str) -> None:
    now = datetime(2026, 11, 26, 12, 0, 30, tzinfo=UTC)  # a Thursday
    assert next_time(cron, "UTC", now).isoformat().startswith(expected)


def test_a_zone_moves_the_hour() -> None:
    now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    assert next_time("0 7 * * *", "Asia/Damascus", now).astimezone(UTC).hour == 4


def test_text_from_the_web_commands_nobody() -> None:
    shown = clean("<!channel> @everyone [Sign in](https://evil.example)\n\u202egnp.exe\x1b[31m `x`")
    for command in ("<!", "@e", "](", "\n", "\u202e", "\x1b", "`"):
        assert command not in shown
    assert clean("a" * 400) == "a" * 299 + "…"


def lines(number: int, length: int = 10) -> list[Line]:
    return [Line(number=n, headline=f"{n} " + "x" * length) for n in range(1, number + 1)]


def test_what_does_not_fit_is_for_the_next_message() -> None:
    message = compose("Desk", lines(20, 200), 20, 20, most=1000, is_repeated=False)
    assert len(message.body) <= 1000
    assert message.until == message.body.count("x" * 200)
    assert 1 < message.until < 20


def test_one_line_is_told_even_where_it_does_not_fit() -> None:
    message = compose("Desk", lines(2, 290), 2, 2, most=160, is_repeated=False)
    assert message.until == 1
    assert len(message.body) <= 160


def test_a_flood_is_told_as_one() -> None:
    message = compose("Desk", lines(20), 5000, 5123, most=8000, is_repeated=False)
    assert (message.title, message.until) == ("Desk: 5000 items", 5123)
    assert "and 4,980 more" in message.body


def rows(desk: Desk, query: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(desk.folder / "corpus.db")) as connection:
        return connection.execute(query).fetchall()
