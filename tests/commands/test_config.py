"""`drawdown config`: what holds, and where it was said."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler import config as configuration
from crawler.cli import cli
from crawler.config import effective
from crawler.config.effective import Setting, written

TEXT = """[drawdown]
contact = "desk@example.org"

[drawdown.limits]
delay = "90s"

[[source]]
name = "One"
feed = "https://one.example/feed"
max_age = "unlimited"

[[source]]
name = "Two"
feed = "https://two.example/feed"
per_host = 2
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(TEXT, "utf-8")
    return path


def test_each_setting_has_its_origin(file: Path) -> None:
    found = {setting.key: setting for setting in effective.settings(configuration.load(file))}

    assert found["drawdown.contact"].origin == "sources.toml:2"
    assert found["drawdown.limits.delay"] == Setting(
        "drawdown.limits.delay", '"90s"', "sources.toml:5"
    )
    assert found["drawdown.limits.drain"].origin == "default"
    assert found["drawdown.metrics_port"].value == "none"


def test_an_outlet_goes_by_what_holds_for_all(file: Path) -> None:
    config = configuration.load(file)
    one, two = (
        {setting.key: setting for setting in effective.of_outlet(config, outlet)}
        for outlet in config.source
    )

    assert (one["delay"].value, one["delay"].origin) == (
        '"90s"', "drawdown.limits.delay, sources.toml:5",
    )  # fmt: skip
    assert (one["max_age"].value, one["max_age"].origin) == ("none", "sources.toml:10")
    assert "rhythm" in one["interval"].value
    assert (two["per_host"].value, two["per_host"].origin) == ("2", "sources.toml:15")
    assert two["max_age"].value == '"30d"'


def test_the_command_tells_of_one_outlet(file: Path) -> None:
    told = CliRunner().invoke(cli, ["--config", str(file), "config", "Two", "--json"])
    unknown = CliRunner().invoke(cli, ["--config", str(file), "config", "Three"])

    assert '{"key":"per_host","value":"2","origin":"sources.toml:15"}' in told.output
    assert unknown.exit_code == 2


@pytest.mark.parametrize(
    ("value", "said"),
    [(timedelta(days=30), '"30d"'), (timedelta(milliseconds=250), '"250ms"'),
     (timedelta(0), '"0s"'), ({"a:80": "b:1"}, '{ "a:80" = "b:1" }'), (None, "none")],
)  # fmt: skip
def test_values_are_said_as_they_are_written(value: object, said: str) -> None:
    assert written(value) == said
