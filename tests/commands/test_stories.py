"""`drawdown stories`, `story`, `explain A B`, the story that `show` names, and `group`."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.cli import cli
from crawler.daemon import indexing
from crawler.daemon.grouping import Grouper
from storage.sqlite.database import Database
from tests.storage.test_stories import TEXTS, fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources.toml").write_text(
        '[drawdown]\ncontact = "https://me.example/contact"\nstore = "corpus.db"\n'
        '[[source]]\nname = "one"\nfeed = "https://one.example/feed"\n'
    )

    async def make() -> None:
        async with Database.open(tmp_path / "corpus.db") as database:
            await database.write(fill)
            await Grouper(database, 0.5).keep_up()
            await indexing.catch_up(database)

    asyncio.run(make())
    return tmp_path


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(folder / "sources.toml"), *arguments])


def read(done: Result) -> list[dict[str, Any]]:
    """Return the rows that a command printed. Any: JSON values."""
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_stories_are_listed_with_houses_and_texts(folder: Path) -> None:
    done = call(folder, "stories", "--growing")

    assert done.exit_code == 0, done.output
    first = done.output.splitlines()[:2]
    assert first[0].startswith("1  ")
    assert "Tartus" in first[0]
    assert "2 houses, 3 texts" in first[1]
    assert "1 house, 1 text" in done.output


def test_a_query_lists_the_stories_of_matching_articles(folder: Path) -> None:
    done = call(folder, "stories", "--json", "potato")

    assert [story["id"] for story in read(done)] == [4]


def test_no_story_is_listed_in_another_language_or_of_later_days(folder: Path) -> None:
    assert read(call(folder, "stories", "--json", "--lang", "ar")) == []
    assert read(call(folder, "stories", "--json", "--since", "2027-01-01")) == []


def test_a_story_shows_each_article_with_its_reason(folder: Path) -> None:
    done = call(folder, "story", "1")

    assert done.exit_code == 0, done.output
    assert "first of its story" in done.output
    assert "shares" in done.output
    assert "Merovan" in done.output


def test_an_article_is_split_from_its_story_and_merged_again(folder: Path) -> None:
    split = call(folder, "story", "1", "--split", "5")
    merged = call(folder, "story", "1", "--merge", "5", "--json")

    assert split.exit_code == 0, split.output
    assert "1 article moved to story 5" in split.output
    members = json.loads(merged.stdout)["members"]
    assert [member["article_id"] for member in members] == [1, 3, 5]
    assert [member["method"] for member in members][-1] == "reader"


def test_an_article_is_moved_to_another_story(folder: Path) -> None:
    done = call(folder, "story", "2", "--move", "3", "--json")

    assert [member["article_id"] for member in json.loads(done.stdout)["members"]] == [2, 3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1", "--split", "4"), "article 4 is not in story 1"),
        (("4", "--split", "4"), "story 4 would have no article left"),
        (("1", "--merge", "99"), "no story 99 in this corpus"),
        (("99", "--merge", "1"), "no story 99 in this corpus"),
        (("1", "--move", "99"), "article 99 is in no story"),
        (("1", "--move", "3", "--split", "3"), "use one of --merge, --move and --split"),
    ],
)
def test_a_decision_that_is_impossible_is_refused(
    folder: Path,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    before = call(folder, "stories", "--json").stdout

    done = call(folder, "story", *arguments)

    assert done.exit_code == 2
    assert message in done.output
    assert call(folder, "stories", "--json").stdout == before


def test_a_story_that_does_not_exist_is_named(folder: Path) -> None:
    done = call(folder, "story", "99")

    assert done.exit_code == 1
    assert "no story 99 in this corpus" in done.output


def test_two_articles_are_explained(folder: Path) -> None:
    alike = call(folder, "explain", "1", "3")
    other = call(folder, "explain", "1", "4", "--json")

    assert "These two fit one story." in alike.output
    assert "Both are in story 1." in alike.output
    assert "14" in alike.output
    found = read(other)[0]
    assert found["stories"] == [1, 4]
    assert found["probability"] < 0.5


def test_show_names_the_story_of_an_article(folder: Path) -> None:
    done = call(folder, "show", "3")

    assert "2 houses, 3 texts" in done.output
    assert json.loads(call(folder, "show", "3", "--json").stdout)["story"]["id"] == 1


def test_stories_are_found_again_with_the_same_result(folder: Path) -> None:
    before = call(folder, "stories", "--json").stdout

    done = call(folder, "reprocess", "--stories")

    assert "5 articles grouped into stories again" in done.output
    assert call(folder, "stories", "--json").stdout == before


def test_texts_of_a_file_are_grouped_in_its_order(tmp_path: Path) -> None:
    lines = [
        {"id": f"t{n}", "title": title, "text": body, "lang": "en", "date": "2026-11-25"}
        for n, (_, title, body) in enumerate(TEXTS)
    ]
    bad = {"id": "bad", "title": "A", "text": "B", "date": "soon"}
    file = tmp_path / "texts.jsonl"
    rows = [*lines[:2], bad, *lines[2:], {"id": "empty"}]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))

    done = CliRunner().invoke(cli, ["group", "--json", str(file)])

    assert done.exit_code == 1
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row.get("story") for row in found] == ["t0", "t1", None, "t0", "t3", "t0", None]
    assert found[2] == {
        "line": 3,
        "id": "bad",
        "error": "no date: 'soon' (use 2026-11-27, 2026-11 or 2026)",
    }
    assert found[6]["error"] == "no `text` and no `title`"
    assert found[3]["sure"] in (True, False)
    assert found[3]["because"].startswith("like t0: shares ")
