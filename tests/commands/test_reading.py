"""A mistake in sources.toml stops nobody from reading the corpus."""

import asyncio
from pathlib import Path

import pytest

from crawler.config.partial import load_for_reading
from crawler.errors import ConfigError
from storage.sqlite.database import Database
from tests.support.command import drawdown

HEAD = '[drawdown]\ncontact = "desk@heron.example"\nstore = "kept.db"\n'
OUTLET = '[[source]]\nname = "Heron Post"\nfeed = "https://heron.example/feed"\n'
OTHER = '[[source]]\nname = "Wren Wire"\nfeed = "https://wren.example/feed"\n'
BROKEN = {
    "an unknown key": HEAD + OUTLET + 'grupp = "x"\n' + OTHER,
    "a line that is no TOML": HEAD + OUTLET + "group = regional\n" + OTHER,
    "a table twice": HEAD + OUTLET + OTHER + '[drawdown]\nmax_age = "5d"\n',
    "a header in comments": HEAD + OUTLET + OTHER.replace("[[source]]", "# [[source]]"),
    "a mistake beside the store": HEAD + "metrics_port = 0\n" + OUTLET + OTHER,
    "an open list": HEAD + OUTLET + 'language = ["ar"\n' + OTHER,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    async def make() -> None:
        async with Database.open(tmp_path / "kept.db"):
            pass

    asyncio.run(make())
    return tmp_path


def write(folder: Path, text: str) -> Path:
    file = folder / "sources.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_the_corpus_is_found_whatever_else_is_wrong(folder: Path, text: str) -> None:
    config, mistakes = load_for_reading(write(folder, text))

    assert config.store == folder / "kept.db"
    assert mistakes
    assert {outlet.name for outlet in config.source} & {"Heron Post", "Wren Wire"}


@pytest.mark.parametrize(
    "command",
    ["search syria", "export", "status", "gaps", "verify --quick", "backup copy.db"],
)
def test_a_reading_command_answers_and_names_the_mistakes_aside(
    folder: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    write(folder, BROKEN["an unknown key"])
    answered = drawdown("--config", Path("sources.toml"), *command.split())

    assert answered.returncode == 0
    assert "sources.toml has a mistake, which `drawdown check` names" in answered.stderr
    assert "mistake" not in answered.stdout


def test_health_lists_the_mistakes_as_problems(folder: Path) -> None:
    answered = drawdown("--config", write(folder, BROKEN["an unknown key"]), "health")

    assert answered.returncode == 1
    assert "grupp: unknown key" in answered.stdout


@pytest.mark.parametrize("command", ["opml export", "check", "config"])
def test_a_command_that_acts_on_the_configuration_refuses_it(folder: Path, command: str) -> None:
    answered = drawdown("--config", write(folder, BROKEN["an unknown key"]), *command.split())

    assert answered.returncode == 2
    assert "grupp: unknown key" in answered.stderr


def test_where_no_corpus_is_found_the_mistakes_are_the_answer(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="grupp: unknown key"):
        load_for_reading(write(tmp_path, BROKEN["an unknown key"]))


def test_the_configuration_may_be_named_behind_the_command(folder: Path) -> None:
    file = write(folder, HEAD + OUTLET)
    answered = drawdown("--config", folder / "elsewhere.toml", "search", "syria", "--config", file)

    assert answered.returncode == 0


def test_the_configuration_may_be_named_by_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWDOWN_CONFIG", str(write(folder, HEAD + OUTLET)))

    assert drawdown("search", "syria").returncode == 0


def test_check_finds_an_alert_that_nobody_could_be_sent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HERON_DESK", raising=False)
    alert = '[[alert]]\nname = "Desk"\nquery = "syria"\nto = {}\n'
    named = [HEAD + OUTLET + alert.format(to) for to in ('"$HERON_DESK"', '"nosuch://x"')]
    unset = drawdown("--config", write(folder, named[0]), "check")
    unknown = drawdown("--config", write(folder, named[1]), "check")

    assert (unset.returncode, unknown.returncode) == (2, 2)
    assert "sources.toml:10: " in unset.stderr
    assert "$HERON_DESK is not set" in unset.stderr
    assert "no address that apprise understands" in unknown.stderr
