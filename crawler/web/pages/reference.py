"""The tables of docs/operations.md that the page of help shows: no word has two meanings."""

import re
from functools import cache
from importlib import resources
from pathlib import Path

_LINK = re.compile(r"\[([^\[\]]{1,99})\]\([^()]{0,99}\)")


@cache
def rows(section: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the first table of a section, as plain text, without its heading.

    The pages are part of an installed package; in a checkout they are in docs/.
    """
    found = []
    part = _read().partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    for line in part.splitlines():
        if line.startswith("| `"):
            cells = line.strip("| ").split(" | ")
            found.append(tuple(_LINK.sub(r"\1", cell).replace("`", "").strip() for cell in cells))
    return tuple(found)


def _read() -> str:
    installed = resources.files("crawler") / "docs" / "operations.md"
    if installed.is_file():
        return installed.read_text("utf-8")
    return (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
