"""Rows that a stage command prints: one JSON object a line, or one line for people."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from crawler.commands.render.console import print_json
from crawler.commands.render.facts import written
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain

Row = dict[str, Any]  # Any: JSON values
Sentence = Callable[[Row], str]  # says for people what a row without an error says

lines_argument = click.argument(
    "file",
    type=click.Path(
        path_type=Path,
        allow_dash=True,
    ),
    metavar="FILE.jsonl",
)


def facts_of(row: Row) -> str:
    """Return the fields of a row by their names; of a list of records their number.

    >>> facts_of({"id": 3, "speaker": "Lavrov", "quotations": [{}, {}]})
    'speaker Lavrov, quotations 2'
    """
    facts = []
    for name, value in row.items():
        if name == "id" or value in (None, "", [], {}):
            continue
        has_records = isinstance(value, list) and any(isinstance(one, dict) for one in value)
        shown = str(len(value)) if has_records else written(value)
        facts.append(f"{name.replace('_', ' ')} {shown}")
    return ", ".join(facts) or "nothing"


def print_rows(rows: Iterable[Row], sentence: Sentence = facts_of, *, as_json: bool) -> int:
    """Print rows as they come; return the exit code: 1 if any has an error."""
    code = 0
    for row in rows:
        if "error" in row:
            code = 1
        print_row(row, sentence, as_json=as_json)
    return code


def print_row(row: Row, sentence: Sentence, *, as_json: bool) -> None:
    """Print a row: as JSON, or by what `sentence` says of it, after its id or the error."""
    if as_json:
        print_json(row)
        return
    has_id = row.get("id") is not None
    name = str(row["id"]) if has_id else f"line {row['line']}"
    said = row["error"] if "error" in row else sentence(row)
    if has_id and "error" in row:
        said = f"line {row['line']}: {said}"
    say(f"{plain(name)}: {plain(said)}", hanging=2)
