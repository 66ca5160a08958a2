"""The page on what the web sends says what is tested."""

import re
from pathlib import Path

import pytest

from tests.support.examples import READERS

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "explanation" / "what-the-web-sends.md"
RULES, EXAMPLES = PAGE.read_text("utf-8").split("## Examples\n")
ROWS = [line for line in RULES.splitlines() if line.startswith("| ") and "`" in line]
EXAMPLE = re.compile(r"\| .+ \| (?P<where>[\w. -]+) \| `(?P<sent>.+)` \| `(?P<shown>.+)` \|")


def _tests() -> set[str]:
    found: set[str] = set()
    for file in TESTS.rglob("test_*.py"):
        found.update(re.findall(r"^(?:async )?def (test_\w+)", file.read_text("utf-8"), re.M))
    return found


TESTED = _tests()


@pytest.mark.parametrize("row", ROWS)
def test_each_row_of_the_page_names_a_test(row: str) -> None:
    named = re.findall(r"`(test_\w+)`", row.split("|")[-2])

    assert named
    assert TESTED.issuperset(named)


@pytest.mark.parametrize("row", [line for line in EXAMPLES.splitlines() if line.endswith("` |")])
def test_each_example_of_the_page_gives_what_it_says(row: str) -> None:
    match = EXAMPLE.fullmatch(row)

    assert match is not None
    assert READERS[match["where"]](match["sent"]) == match["shown"]


def test_each_kind_of_example_is_on_the_page() -> None:
    assert {match["where"] for match in EXAMPLE.finditer(EXAMPLES)} == READERS.keys()
