"""`[[query]]` of sources.toml: what is right, and the mistake of what is not."""

from pathlib import Path

import pytest

from crawler import config
from crawler.config.partial import load_for_reading
from crawler.errors import ConfigError
from tests.config.test_config import GOOD, mistakes, write

_NORTH = '\n[[query]]\nname = "north"\nquery = "idlib OR aleppo"\n'


def test_an_alert_watches_the_saved_query_that_it_names(tmp_path: Path) -> None:
    alert = '[[alert]]\nname = "N"\nto = "$DESK"\nquery = "@north lang:ar"\n'
    loaded = config.load(write(tmp_path, GOOD + _NORTH + alert))

    assert loaded.alert[0].asked().query == "(idlib OR aleppo) lang:ar"
    assert loaded.saved == {"north": "idlib OR aleppo"}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (_NORTH + _NORTH, 16, 'query "north": this name is taken'),
        ('\n[[query]]\nname = "a b"\nquery = "x"\n', 13, "write a name of letters"),
        ('\n[[query]]\nname = "a"\nquery = "after:7q"\n', 14, "'7q' is no date"),
        ('\n[[query]]\nname = "a"\nquery = "@b"\n', 12, 'query "a": query: no query is saved as'),
        ('\n[[query]]\nname = "a"\nqeury = "b"\n', 14, 'did you mean "query"?'),
        (f'{_NORTH}feed = "sources.toml"\n', 15, "is a file of the crawler"),
        (f'{_NORTH}feed = "."\n', 15, "is a folder; name a file in it"),
        (f"{_NORTH}entries = 0\n", 15, "entries: "),
        (
            f'{_NORTH}[[alert]]\nname = "N"\nto = "$DESK"\nquery = "@nrth"\n',
            18,
            "alert \"N\": query: no query is saved as 'nrth'; did you mean @north?",
        ),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    found = mistakes(tmp_path, GOOD + text)

    assert any(mistake.startswith(f"{tmp_path / 'sources.toml'}:{line}: ") for mistake in found)
    assert any(said in mistake for mistake in found), found


def test_saved_queries_and_groups_are_read_beside_a_mistake(tmp_path: Path) -> None:
    text = f'{GOOD}group = "g"\ncolour = 1\n{_NORTH}[group.g]\ncountry = "SY"\n'
    other = '[[source]]\nname = "Two"\nfeed = "https://two.example/f"\ngroup = "g"\n'
    file = write(tmp_path, text + other)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "corpus.db").touch()

    with pytest.raises(ConfigError):
        config.load(file)
    loaded, _ = load_for_reading(file)

    assert loaded.saved == {"north": "idlib OR aleppo"}
    assert [outlet.country for outlet in loaded.source] == ["SY"]
