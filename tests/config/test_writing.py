"""New addresses in a file that an operator wrote: nothing else of it changes."""

from pathlib import Path

import pytest

from crawler.config import writing
from crawler.errors import ConfigError

TEXT = """\
# The desk's outlets.
[drawdown]
contact = "desk@heron.example"

[[source]]
name = "Heron Post"   # the old one
feed = [
    "https://old.example/feed",  # main
    "HTTPS://Old.example/sport",
]

[[source]]
name = "Wren Wire"
page = "https://wren.example/news"
"""
MOVES = {
    "https://old.example/sport": "https://new.example/sport",
    "https://wren.example/news": "https://wren.example/latest",
}


def test_only_the_addresses_that_moved_change() -> None:
    text, replaced = writing.with_addresses(TEXT, MOVES)

    expected = TEXT.replace("HTTPS://Old.example/sport", "https://new.example/sport")
    assert text == expected.replace("wren.example/news", "wren.example/latest")
    assert replaced == ["HTTPS://Old.example/sport", "https://wren.example/news"]


def test_a_password_stays_at_its_own_origin() -> None:
    written = "https://reader:wren@old.example/feed"
    text = TEXT.replace("https://old.example/feed", written)
    at_home = {"https://old.example/feed": "https://old.example/rss"}
    abroad = {"https://old.example/feed": "https://new.example/rss"}

    assert "https://reader:wren@old.example/rss" in writing.with_addresses(text, at_home)[0]
    assert writing.with_addresses(text, abroad) == (text, [])


def test_a_file_that_would_not_be_valid_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(TEXT, "utf-8")
    clash = {"https://wren.example/news": "https://old.example/feed"}
    with pytest.raises(ConfigError, match="already belongs to"):
        writing.replace_addresses(file, clash)

    assert file.read_text("utf-8") == TEXT
    assert writing.replace_addresses(file, MOVES)
    assert "https://wren.example/latest" in file.read_text("utf-8")
