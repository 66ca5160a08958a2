"""The command `drawdown urls`."""

from pathlib import Path
from typing import Any

import click

from crawler.commands.arguments import json_option
from crawler.commands.render.rows import Row, lines_argument, print_rows
from crawler.scouting.json_lines import BadLine, UrlLine, read_lines
from crawler.urls import canonicalize


@click.command()
@lines_argument
@json_option
def urls(file: Path, as_json: bool) -> None:
    """Canonicalize addresses: lines {id, url} to {id, canonical}.

    Two addresses of one article have the same canonical URL. A line that cannot be used becomes
    {line, id, error}, and the exit code 1.

    Example: drawdown urls --json addresses.jsonl
    """
    rows = map(_canonicalize, read_lines(file, UrlLine))
    raise click.exceptions.Exit(print_rows(rows, _sentence, as_json=as_json))


def _canonicalize(line: UrlLine | BadLine) -> dict[str, Any]:
    """Return a row of the output. Any: `id` may be of any type."""
    if isinstance(line, BadLine):
        return line.facts()
    try:
        return {"id": line.id, "canonical": canonicalize(line.url)}
    except ValueError as error:
        return BadLine(line.number, str(error), line.id).facts()


def _sentence(row: Row) -> str:
    return str(row["canonical"])
