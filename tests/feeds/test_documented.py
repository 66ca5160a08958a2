"""The page on what the web sends says what is tested."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "explanation" / "what-the-web-sends.md"
ROWS = [
    line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and "`" in line
]


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
