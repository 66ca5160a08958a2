"""`drawdown sources`: what an operator sees of an outlet, and what the commands change."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command import drawdown

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
CARD = ("Sources", "Polls", "Articles", "Lag", "Dates from", "Complete", "URLs", "Refusals", "Gaps")


def move(demo: Path, to: str) -> str:
    """Let the first source of the demo have moved for good; return its address."""
    with closing(sqlite3.connect(demo / "corpus.db")) as connection:
        url = str(connection.execute("SELECT url FROM source WHERE id = 1").fetchone()[0])
        connection.execute(
            "UPDATE poll_state SET moved_to = ?, moved_since = '2026-11-20T00:00:00.000Z'"
            " WHERE source_id = 1",
            (to,),
        )
        connection.commit()
    return url


def test_the_scorecard_counts_what_the_corpus_holds(demo: Path) -> None:
    config = demo / "sources.toml"
    (status,) = drawdown("--config", config, "status", "--json").stdout.splitlines()
    listed = json.loads(status)["sources"]
    for source in listed:
        name = source["source"]
        shown = drawdown("--config", config, "sources", "show", name, "--since", "2000-01-01")
        (line,) = drawdown(
            "--config", config, "sources", "show", name, "--since", "2000-01-01", "--json"
        ).stdout.splitlines()
        card = json.loads(line)
        own = [one for one in listed if one["source"] == name]

        assert card["articles"] == sum(one["articles"] for one in own)
        assert card["on_topic"] == sum(one["relevant"] for one in own)
        assert sum(card["dates"].values()) == card["articles"]
        assert all(0 <= share <= 1 for share in card["has"].values())
        assert all(f"\n{fact:<14}" in f"\n{shown.stdout}" for fact in CARD)


def test_an_unknown_outlet_is_an_error_with_its_name(demo: Path) -> None:
    config = demo / "sources.toml"
    for verb in ("show", "poll", "apply"):
        answered = drawdown("--config", config, "sources", verb, "Nobody")

        assert answered.returncode == 2
        assert "Nobody" in answered.stderr


def test_idle_sources_are_listed_by_the_time_without_a_new_entry(demo: Path) -> None:
    config = demo / "sources.toml"
    with closing(sqlite3.connect(demo / "corpus.db")) as connection:
        connection.execute(
            "UPDATE frontier_url SET discovered_at = '2020-01-01T00:00:00.000Z' WHERE source_id = 1"
        )
        connection.commit()
        (name,) = connection.execute("SELECT name FROM source WHERE id = 1").fetchone()

    idle = drawdown("--config", config, "sources", "list", "--idle", "year", "--json").stdout
    everything = drawdown("--config", config, "sources", "list", "--json").stdout

    assert [json.loads(line)["status"]["source"] for line in idle.splitlines()] == [name]
    assert len(everything.splitlines()) > 1


def test_a_move_is_written_into_the_file_only_when_it_is_taken(demo: Path) -> None:
    config = demo / "sources.toml"
    url = move(demo, "https://moved.example/feed")
    before = config.read_text("utf-8")

    rehearsed = drawdown("--config", config, "sources", "apply", "--dry-run")
    assert f"{url} -> https://moved.example/feed (since 2026-11-20)" in rehearsed.stdout
    assert config.read_text("utf-8") == before

    taken = drawdown("--config", config, "sources", "apply")
    assert ": written" in taken.stdout
    assert config.read_text("utf-8") == before.replace(url, "https://moved.example/feed")


def test_without_a_move_nothing_is_written(demo: Path) -> None:
    config = demo / "sources.toml"
    before = config.read_text("utf-8")

    assert "no source has moved for good" in drawdown("--config", config, "sources", "apply").stdout
    assert config.read_text("utf-8") == before
