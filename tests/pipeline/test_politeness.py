"""How every command behaves alike: JSON, exit codes, completion, help, colours."""

import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner

from crawler.cli import cli, main
from crawler.commands.reference import walk
from tests.support.farm import feed_sources, write_config

LEAVES = {" ".join(path[1:]): command for path, command in walk(cli)
          if not isinstance(command, click.Group)}  # fmt: skip

# They print what another program reads, or log, or are for people.
_NO_JSON = {"run", "web", "help", "completion", "opml export"}


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_command_can_print_json(name: str) -> None:
    options = {option for one in LEAVES[name].params for option in one.opts}
    assert ("--json" in options) != (name in _NO_JSON)


def called(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Call `drawdown` in this process; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["drawdown", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


_ARGUMENTS = {
    "add": ["http://a.example"], "alert test": ["x"], "backfill": ["x"], "backup": ["copy.db"],
    "duplicates": ["-"], "explain": ["1"], "extract": ["http://a.example/"],
    "fetch": ["http://a.example/"], "forget": ["1", "--reason", "x"], "import": [__file__],
    "judge": ["-"], "opml import": [__file__], "reprocess": ["--topic"], "search": ["x"],
    "show": ["1"], "story": ["1"], "sources show": ["x"], "sources poll": ["x"],
    "completion": ["bash"],
}  # fmt: skip
_NEED_NOTHING = {
    "init",
    "urls",
    "demo",
    "help",
    "completion",
    "duplicates",
    "judge",
    "statements",
    "group",
}


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_command_exits_with_2_where_the_configuration_is_wrong(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.toml").write_text("[drawdown]\nstor = 1\n")
    if name in _NEED_NOTHING:
        return
    assert called(monkeypatch, *name.split(), *_ARGUMENTS.get(name, [])) == 2
    said = capsys.readouterr()
    assert "sources.toml:2: drawdown.stor: unknown key" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "name",
    [
        "backup",
        "explain",
        "export",
        "forget",
        "gaps",
        "review",
        "search",
        "show",
        "status",
        "verify",
    ],
)
def test_every_command_that_reads_the_store_exits_with_1_where_there_is_none(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_config(tmp_path / "sources.toml", {}, "")
    assert called(monkeypatch, name, *_ARGUMENTS.get(name, [])) == 1
    assert "no corpus here; `drawdown once` makes one" in capsys.readouterr().err


def test_a_shell_completes_commands_topics_and_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_config(tmp_path / "sources.toml", {}, feed_sources({"a.example": 1, "b.example": 2}))
    shell = BashComplete(cli, {}, "drawdown", "_DRAWDOWN_COMPLETE")

    def completed(arguments: list[str], begun: str) -> list[str]:
        return [item.value for item in shell.get_completions(arguments, begun)]

    assert completed([], "ex") == ["export", "explain", "extract"]
    assert completed(["check"], "") == ["a.example", "b.example"]
    assert completed(["gaps", "--source"], "B") == ["b.example"]
    assert completed(["help"], "outc") == ["outcomes"]
    assert "--relevant" in completed(["export"], "--re")


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_its_completion(shell: str) -> None:
    shown = CliRunner().invoke(cli, ["completion", shell])
    assert "_DRAWDOWN_COMPLETE" in shown.output


def test_help_shows_commands_and_sections_of_the_pages() -> None:
    assert "SIGTERM or Ctrl-C lets fetches" in CliRunner().invoke(cli, ["help", "run"]).output
    assert "slow_by_robots" in CliRunner().invoke(cli, ["help", "outcomes"]).output
    assert "Topics: commands, start-and-stop" in CliRunner().invoke(cli, ["help"]).output
    unknown = CliRunner().invoke(cli, ["help", "outcmes"])
    assert unknown.exit_code == 2
    assert "no topic named 'outcmes'; did you mean 'outcomes'" in unknown.output


def test_nothing_is_coloured_where_nobody_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = CliRunner().invoke(cli, ["extract", str(__file__)], color=True)
    assert "\x1b[" not in shown.output
