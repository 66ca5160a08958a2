"""Rows that a stage command prints: one JSON object a line, or one line for people."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from crawler.commands.render.console import print_json
from crawler.commands.render.text import plain

_NOT_SHOWN = {"id", "evidence"}  # the id begins the line; evidence is too long for one

lines_argument = click.argument(
    "file",
    type=click.Path(
        path_type=Path,
        allow_dash=True,
    ),
    metavar="FILE.jsonl",
)


def print_rows(rows: Iterable[dict[str, Any]], *, as_json: bool) -> int:
    """Print rows as they come; return the exit code: 1 if any has an error. Any: JSON values."""
    code = 0
    for row in rows:
        if "error" in row:
            code = 1
        print_row(row, as_json=as_json)
    return code


def print_row(row: dict[str, Any], *, as_json: bool) -> None:
    """Print a row. Any: JSON values."""
    if as_json:
        print_json(row)
        return
    facts = []
    for key, value in row.items():
        is_shown = key not in _NOT_SHOWN
        if is_shown and value is not None:
            facts.append(f"{key}={plain(value)}")
    name = row["id"] if "id" in row else f"line {row['line']}"
    click.echo(f"{plain(name)}: {'  '.join(facts)}")
