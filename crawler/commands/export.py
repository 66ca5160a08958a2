"""`drawdown export`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from crawler import config as configuration
from crawler.commands.search import explained
from storage import articles
from storage.database import open_corpus
from storage.export import csv, jsonl
from storage.search import find

_WRITERS = {"jsonl": jsonl.write, "csv": csv.write}


@click.command()
@click.argument("query", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(sorted(_WRITERS)), default="jsonl", show_default=True
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="A file; standard output where none is named."
)
@click.option("--relevant", is_flag=True, help="Only articles on topic.")
@click.option("--unique", is_flag=True, help="Leave out what repeats an earlier article.")
@click.pass_obj
def export(
    config: Path, query: tuple[str, ...], form: str, out: Path | None, relevant: bool, unique: bool
) -> None:
    """Export the corpus, or what a query finds (`drawdown search --help`), streamed by id.

    Fields are defined in docs/corpus.md. A file appears under its name only when it is complete.
    CSV is safe to open in a spreadsheet.

    Example: drawdown export lang:ar after:2024 --format csv --relevant --unique --out syria.csv
    """
    with open_corpus(configuration.load(config).store) as connection:
        ids = None
        if query:
            with explained(" ".join(query)) as asked:
                ids = find.ids(connection, asked)
        listed = articles.stream(
            connection, relevant=True if relevant else None, unique=unique, ids=ids
        )
        with _destination(out) as stream:
            count = _WRITERS[form](listed, stream)
    click.echo(f"{count} articles exported" + (f" to {out}" if out else ""), err=True)


@contextmanager
def _destination(out: Path | None) -> Iterator[BinaryIO]:
    """Yield standard output, or a file that takes its name when all is written."""
    if out is None:
        yield sys.stdout.buffer
        return
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        with partial.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
