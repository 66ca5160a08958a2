"""Commands of the analyst: export, show."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import BinaryIO

import click

from crawler import config as configuration
from crawler import urls
from crawler.commands.console import json_option, plain, print_json
from storage import articles, provenance
from storage.database import open_corpus
from storage.export import csv, jsonl
from storage.model import CorpusArticle

_WRITERS = {"jsonl": jsonl.write, "csv": csv.write}


@click.command()
@click.option(
    "--format", "form", type=click.Choice(sorted(_WRITERS)), default="jsonl", show_default=True
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="A file; standard output where none is named."
)
@click.option("--relevant", is_flag=True, help="Only articles on topic.")
@click.option("--unique", is_flag=True, help="Leave out what repeats an earlier article.")
@click.pass_obj
def export(config: Path, form: str, out: Path | None, relevant: bool, unique: bool) -> None:
    """Export the corpus, streamed; fields are defined in docs/corpus.md.

    A file appears under its name only when it is complete. CSV is safe to open in a spreadsheet.

    Example: drawdown export --format csv --relevant --unique --out syria.csv
    """
    with open_corpus(configuration.load(config).store) as connection:
        listed = articles.stream(connection, relevant=True if relevant else None, unique=unique)
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


@click.command()
@click.argument("article", metavar="ID|URL")
@json_option
@click.pass_obj
def show(config: Path, article: str, as_json: bool) -> None:
    """Show an article: where, when and how it was got, its verdict with evidence, its copies.

    Any address that led to the article will do: with tracking parameters, AMP, mobile.

    Example: drawdown show https://www.example.org/article
    """
    with open_corpus(configuration.load(config).store) as connection:
        article_id = _find(connection, article)
        found = articles.get(connection, article_id) if article_id is not None else None
        if found is None:
            click.echo(f"no article {article} in this corpus", err=True)
            raise click.exceptions.Exit(1)
        trace = provenance.trace(connection, found.id)
    if as_json:
        print_json({**{name: getattr(found, name) for name in articles.CORPUS_FIELDS}, **trace})
    else:
        _print_article(found, trace)


def _find(connection: Connection, article: str) -> int | None:
    if article.isascii() and article.isdigit():
        return int(article[:18])
    try:
        return articles.find(connection, urls.canonicalize(article))
    except ValueError as error:
        raise click.UsageError(f"neither an id nor a URL: {error}") from error


def _print_article(found: CorpusArticle, trace: dict[str, list[dict[str, object]]]) -> None:
    click.secho(plain(found.headline), bold=True)
    if found.standfirst:
        click.echo(plain(found.standfirst))
    byline = ", ".join(found.byline) or "no byline"
    click.echo(
        f"{plain(found.source)} · {plain(byline)} · {plain(found.published)} · {found.language}"
    )
    click.echo(f"{plain(found.url)}\n")
    for paragraph in found.body:
        click.echo(plain(paragraph) + "\n")
    for caption in found.captions:
        click.echo(f"[picture] {plain(caption)}")
    word = "on topic" if found.relevant else "off topic"
    click.secho(f"\n{word}, score {found.score:g} ({found.topic_version})", bold=True)
    for evidence in found.evidence:
        terms = ", ".join(evidence.terms)
        click.echo(
            f"  {evidence.weight:g} {evidence.place}: {plain(evidence.sentence)} [{plain(terms)}]"
        )
    if found.duplicate_of is not None:
        click.echo(
            f"{found.duplicate_kind} copy of article {found.duplicate_of} "
            f"(containment {found.containment:g})"
        )
    for title, rows in trace.items():
        if rows:
            click.secho(f"\n{title}", bold=True)
        for row in rows:
            facts = "  ".join(
                f"{k}={plain(v)}" for k, v in row.items() if v not in (None, "", [], {})
            )
            click.echo(f"  {facts}")
