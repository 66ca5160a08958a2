"""Searches of the command line: saved queries, names by sound, facts about outlets."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import cli
from storage.crawl import sources
from storage.records.model import Fact, Source, SourceKind
from storage.search import index
from storage.sqlite import schema
from tests.support.filling import NOW, store, visit

_CONFIG = """
[drawdown]
contact = "desk@lantern.example"
store = "corpus.db"

[[query]]
name = "exits"
query = "garrison OR гарнизон"
description = "Exits"
"""
_TEXTS = {
    "https://one.example/1": ("en", "The envoy Lavrentiev met the garrison."),
    "https://one.example/2": ("ru", "Лаврентьев посетил гарнизон."),
    "https://one.example/3": ("en", "Bakers sell bread."),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    connection = schema.connect(tmp_path / "corpus.db")
    state = (Fact(name="alignment", value="state"),)
    source = Source(
        name="One", kind=SourceKind.FEED, url="https://one.example/feed", facts=state
    )  # fmt: skip
    sources.synchronize(connection, [(source, "one.example")], NOW)
    for url, (language, sentence) in _TEXTS.items():
        store(connection, 1, url, visit(url, [sentence], headline="Report", language=language))
    index.advance(connection, most=10)
    connection.close()
    (tmp_path / "sources.toml").write_text(_CONFIG, "utf-8")
    return tmp_path / "sources.toml"


def _call(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(file), *arguments])


def _ids(result: Result) -> list[int]:
    assert result.exit_code == 0, result.output
    return sorted(json.loads(line)["id"] for line in result.stdout.splitlines())


def test_a_saved_query_is_searched_and_exported_by_its_name(file: Path) -> None:
    assert _ids(_call(file, "search", "--json", "@exits")) == [1, 2]
    assert _ids(_call(file, "export", "@exits", "lang:ru")) == [2]
    assert _ids(_call(file, "search", "--json", "alignment:state -@exits")) == [3]


def test_an_unknown_saved_query_is_refused_at_its_place(file: Path) -> None:
    for command in ("search", "export"):
        result = _call(file, command, "bread @exit")

        assert result.exit_code == 2
        assert "did you mean @exits?" in result.output
        assert f"  bread @exit\n  {' ' * 7}^" in result.output


def test_saved_queries_are_listed_with_what_they_find(file: Path) -> None:
    (listed,) = _call(file, "queries", "--json").stdout.splitlines()

    assert json.loads(listed) == {
        "name": "exits", "query": "garrison OR гарнизон", "description": "Exits", "feed": None,
        "articles": 2,
    }  # fmt: skip
    assert "@exits" in _call(file, "queries").stdout


def test_the_spellings_by_which_a_name_was_found_are_shown(file: Path) -> None:
    assert "also by sound: Лаврентьев (1)" in _call(file, "search", "Lavrentiev").stdout
    assert _ids(_call(file, "search", "--json", "Lavrentiev")) == [1, 2]
    assert _ids(_call(file, "search", "--json", "--as-written", "Lavrentiev")) == [1]
    assert _ids(_call(file, "export", "sound:Lavrentiev")) == [1, 2]
    assert _ids(_call(file, "export", "Lavrentiev")) == [1]


def test_a_wrong_date_is_refused_at_its_place_with_what_is_possible(file: Path) -> None:
    result = _call(file, "search", "bread seen:tomorow")

    assert result.exit_code == 2
    assert "is no date: write 2024, 2024-12" in result.output
    assert f"\n  {' ' * 11}^" in result.output


def test_an_article_with_the_same_headline_is_named(file: Path) -> None:
    connection = schema.connect(file.parent / "corpus.db")
    for number, body in (
        (7, "A spokesman confirmed it in the capital."),
        (8, "Trucks drove east."),
    ):
        url = f"https://one.example/{number}"
        seen = visit(url, [body], headline="The last convoy leaves Tanf")
        store(connection, 1, url, seen)
    index.advance(connection, most=10)
    connection.close()

    shown = json.loads(_call(file, "show", "4", "--json").stdout)
    assert [(row["id"], row["source"]) for row in shown["same_headline"]] == [(5, "One")]
    printed = " ".join(_call(file, "show", "4").stdout.split())
    assert "the same headline over another text: article 5, One" in printed
