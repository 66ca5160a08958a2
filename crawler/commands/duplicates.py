"""The command `drawdown duplicates`."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import click

from crawler.commands.arguments import json_option
from crawler.commands.render.rows import Row, lines_argument, print_row
from crawler.comparison.kinds import kind_of_copy
from crawler.runtime import eventloop
from crawler.scouting.json_lines import BadLine, TextLine, read_lines
from crawler.scouting.texts import Texts


@click.command()
@lines_argument
@json_option
def duplicates(file: Path, as_json: bool) -> None:
    """Find copies: lines {id, title, text, …} to {id, duplicate_of, kind, …}.

    A line may also have `url`, `source` (default: the host is the outlet) and `published`. Each
    text is compared with all before it, in a store that is then deleted. A line that cannot be
    used becomes {line, id, error}, and the exit code 1.

    Example: drawdown duplicates --json articles.jsonl
    """
    failed = eventloop.run(_print_duplicates(file, as_json))
    raise click.exceptions.Exit(1 if failed else 0)


async def _print_duplicates(file: Path, as_json: bool) -> bool:
    """Print the rows as they come; return whether any line was bad."""
    failed = False
    async for row in _compare(file):
        failed = failed or "error" in row
        print_row(row, _sentence, as_json=as_json)
    return failed


async def _compare(file: Path) -> AsyncIterator[dict[str, Any]]:
    """Yield a row for each line. Any: `id` may be of any type."""
    with tempfile.TemporaryDirectory() as folder:
        async with Texts.open(Path(folder) / "texts.db") as texts:
            for line in read_lines(file, TextLine):
                yield line.facts() if isinstance(line, BadLine) else await texts.add(line)


def _sentence(row: Row) -> str:
    """Return which text another one repeats, and which it only resembles."""
    original = row["duplicate_of"]
    said = "no copy"
    if original is not None:
        said = f"{kind_of_copy(row['kind'])} of {original}, {row['containment']:.0%} of the text"
    others = []
    for relation in row["relations"]:
        if relation["of"] != original:
            kind = kind_of_copy(relation["kind"])
            others.append(f"{kind} of {relation['of']} ({relation['forward']:.0%} of it there)")
    return "; ".join((said, *others))
