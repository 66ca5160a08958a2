"""`drawdown init`: the first file of somebody who installed the program and nothing else."""

import json
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.commands import init as command
from tests.support.command import drawdown

ROOT = Path(__file__).parents[2]


def test_the_file_has_the_shipped_outlets_and_the_contact(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    done = drawdown("init", folder, "--contact", "The desk <desk@heron.example>")
    config = configuration.load(folder / "sources.toml")

    assert done.returncode == 0
    assert config.drawdown.contact == "The desk <desk@heron.example>"
    assert len(config.source) > 100
    assert f"drawdown --config {folder / 'sources.toml'} check --live" in done.stdout
    assert "fill in" not in done.stdout


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text("# mine\n", "utf-8")
    done = drawdown("init", tmp_path, "--contact", "desk@heron.example")

    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert file.read_text("utf-8") == "# mine\n"


@pytest.mark.parametrize("contact", ["me", 'a"b', "desk@heron.example\nstore = 1"])
def test_a_contact_that_outlets_cannot_use_writes_nothing(tmp_path: Path, contact: str) -> None:
    done = drawdown("init", tmp_path / "new", "--contact", contact)

    assert done.returncode == 2
    assert "contact" in done.stderr
    assert not (tmp_path / "new").exists()


def test_without_a_contact_the_file_says_what_is_missing(tmp_path: Path) -> None:
    done = drawdown("init", tmp_path)
    checked = drawdown("--config", tmp_path / "sources.toml", "check")

    assert "fill in `contact`" in done.stdout
    assert checked.returncode == 2
    assert "drawdown.contact: is required" in checked.stderr
    assert json.loads(drawdown("init", tmp_path / "b", "--json").stdout)["has_contact"] is False


def test_the_shipped_file_is_that_of_the_checkout() -> None:
    assert command.shipped() == (ROOT / "sources.toml").read_text("utf-8")
    packed = (ROOT / "pyproject.toml").read_text("utf-8")
    assert '"sources.toml" = "crawler/docs/sources.toml"' in packed
