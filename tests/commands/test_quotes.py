"""`drawdown quotes`, and the statements that `show` lists."""

import asyncio
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import cli
from crawler.topic import file as topic_file
from crawler.workers.sayings import read_sayings
from storage.sqlite.database import Database
from tests.support.filling import store, visit

BODY = [
    "“The last convoy leaves in May,” Edda Brahm said.",
    "Edda Brahm rejected the plan of the council for a new base.",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources.toml").write_text(
        '[drawdown]\ncontact = "https://me.example/contact"\nstore = "corpus.db"\n'
        '[[source]]\nname = "One"\nfeed = "https://one.example/feed"\n'
    )
    found = read_sayings(topic_file.load(), headline="H", body=BODY, language="en", published=None)
    plain = visit("https://one.example/1", BODY)
    seen = replace(plain, reading=replace(plain.reading, sayings=found))

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO source (id, name, kind, url, host, shard, added_at, family) "
            "VALUES (1, 'One', 'feed', 'https://a.example/f', 'a.example', 0, '2026', 'One')"
        )
        store(connection, 1, "https://one.example/1", seen)

    async def make() -> None:
        async with Database.open(tmp_path / "corpus.db") as database:
            await database.write(fill)

    asyncio.run(make())
    return tmp_path


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(folder / "sources.toml"), *arguments])


def test_quotes_are_shown_with_speaker_words_and_article(folder: Path) -> None:
    done = call(folder, "quotes")

    assert done.exit_code == 0, done.output
    assert "Edda Brahm" in done.output
    assert "“The last convoy leaves in May,” Edda Brahm said." in done.output
    assert "One, 2026-11-25, en, article 1: Headline" in done.output


def test_an_unsure_speaker_has_a_question_mark_and_is_left_out_of_sure_ones(folder: Path) -> None:
    every = call(folder, "quotes").output
    sure = call(folder, "quotes", "--sure").output

    assert "Edda Brahm?" in every
    assert "Edda Brahm?" not in sure


def test_quotes_as_json_have_exact_places(folder: Path) -> None:
    rows = [json.loads(line) for line in call(folder, "quotes", "--json").stdout.splitlines()]

    assert rows
    for row in rows:
        assert BODY[row["paragraph"]][row["start"] : row["end"]] == row["text"]


def test_only_the_named_speaker_is_shown(folder: Path) -> None:
    assert "convoy" in call(folder, "quotes", "--speaker", "brahm").output
    assert call(folder, "quotes", "--speaker", "Keller").output == "nothing found\n"


def test_show_lists_who_says_what(folder: Path) -> None:
    done = call(folder, "show", "1")

    assert "Who says what\n  Edda Brahm: “The last convoy leaves in May,”" in done.output


def test_forgetting_a_speaker_removes_his_statements_alone(folder: Path) -> None:
    done = call(folder, "forget", "--speaker", "Edda Brahm", "--reason", "asked", "--yes")

    assert done.exit_code == 0, done.output
    assert "none of Edda Brahm will be kept" in done.output
    assert call(folder, "quotes", "--speaker", "brahm").output == "nothing found\n"
    assert "The last convoy leaves in May" in call(folder, "show", "1").output


def test_a_speaker_and_articles_are_not_forgotten_in_one_call(folder: Path) -> None:
    done = call(folder, "forget", "1", "--speaker", "Edda Brahm", "--reason", "asked", "--yes")

    assert done.exit_code == 2
    assert "call it alone" in done.output


def test_reading_again_is_said_in_words(folder: Path) -> None:
    done = call(folder, "reprocess", "--statements")

    assert done.exit_code == 0, done.output
    assert "0 texts read again for statements" in done.output


def keys(folder: Path) -> list[str]:
    """Return the keys of the statements with a speaker, as `review` lists them."""
    done = call(folder, "review", "--quotes", "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line)["key"] for line in done.stdout.splitlines()]


def test_statements_are_judged_by_their_keys_and_leave_the_list(folder: Path) -> None:
    first, *others = keys(folder)

    done = call(folder, "review", "--quotes", "--yes", first)

    assert done.output == "1 judgement stored\n"
    assert keys(folder) == others


def test_quality_has_n_and_an_interval(folder: Path) -> None:
    first, *others = keys(folder)
    call(folder, "review", "--quotes", "--yes", first)
    call(folder, "review", "--quotes", "--no", others[0], "--better", "Tomas Keller")

    shown = call(folder, "review", "--quotes", "--quality").output

    assert shown.startswith("all: 1 of 2 speakers right, 50% (95 % interval 10% to 90%)\n")
    rows = call(folder, "review", "--quotes", "--quality", "--json").stdout.splitlines()
    assert json.loads(rows[0])["judged"] == 2


def test_the_newest_judgement_counts(folder: Path) -> None:
    first = keys(folder)[0]
    call(folder, "review", "--quotes", "--no", first)
    call(folder, "review", "--quotes", "--yes", first)

    shown = call(folder, "review", "--quotes", "--quality").output

    assert shown.startswith("all: 1 of 1 speakers right")


@pytest.mark.parametrize("key", ["99:1:0:1:31", "nonsense", "1:1:0:1:2"])
def test_a_key_of_no_statement_is_refused_by_name(folder: Path, key: str) -> None:
    done = call(folder, "review", "--quotes", "--yes", key)

    assert done.exit_code == 1
    assert f"no statement {key} in this corpus" in done.output


def test_who_is_better_is_said_of_one_statement(folder: Path) -> None:
    done = call(folder, "review", "--quotes", "--better", "Tomas Keller")

    assert done.exit_code == 2
    assert "--better needs one --no KEY" in done.output


def test_the_quality_of_the_topic_is_not_asked_here(folder: Path) -> None:
    assert call(folder, "review", "--quality").exit_code == 2
