"""The command `drawdown show`."""

from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import click

from crawler import urls
from crawler.commands.arguments import as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.differences import print_differences
from crawler.commands.render.text import plain
from crawler.commands.render.verdict import explained_by, measured
from crawler.comparison.differences import Differences, read_differences
from storage.articles import articles, corpus, provenance
from storage.records.claims import number
from storage.records.model import CorpusArticle
from storage.sqlite.database import open_corpus

_JSON_ONLY = {"headers"}


@click.command()
@click.argument("article", metavar="ID|URL")
@click.option("--diff", is_flag=True, help="Show what each revision, and each copy, cut and added.")
@as_of_option
@json_option
@click.pass_obj
def show(
    config: Path,
    article: str,
    diff: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Show an article: its provenance, its verdict with evidence, its copies.

    Any address of the article works: with tracking parameters, AMP, mobile. With --as-of the text,
    verdict and copies are those known at that time; the records below them are all that exist.

    Example: drawdown show --diff https://www.example.org/article
    """
    with open_corpus(read_config(config).store) as connection:
        found = get_article(connection, article, as_of)
        trace = provenance.trace(connection, found.id)
        differences = read_differences(connection, found) if diff else None
    if as_json:
        fields = {name: getattr(found, name) for name in corpus.CORPUS_FIELDS}
        print_json(fields | trace | ({"differences": differences.plain()} if differences else {}))
    else:
        _print_article(found, trace, differences)


def find_article(connection: Connection, article: str) -> int:
    """Return the id of an article from its id or any of its addresses.

    Exits with 1 if the corpus has no such article.
    """
    found: int | None
    if article.isascii() and article.isdigit():
        found = number(article)
        if found is not None and not articles.has(connection, found):
            found = None
    else:
        try:
            found = articles.find(
                connection,
                urls.canonicalize(article),
            )
        except ValueError as error:
            raise click.UsageError(f"neither an id nor a URL: {error}") from error
    if found is None:
        click.echo(f"no article {article} in this corpus", err=True)
        raise click.exceptions.Exit(1)
    return found


def get_article(
    connection: Connection, article: str, as_of: datetime | None = None
) -> CorpusArticle:
    """Return an article as it was known at a time; exit with 1 if it was not."""
    try:
        return corpus.get(
            connection,
            find_article(connection, article),
            as_of,
        )
    except KeyError:
        click.echo(f"article {article} was not known then", err=True)
        raise click.exceptions.Exit(1) from None


def _print_article(
    found: CorpusArticle, trace: dict[str, Any], differences: Differences | None
) -> None:
    """Any: each list of the trace has the columns of its table."""
    _print_text(found)
    _print_verdict(found)
    _print_copies(found)
    if differences is not None:
        print_differences(differences)
    for title, rows in trace.items():
        if rows:
            click.secho(f"\n{title}", bold=True)
        for row in rows:
            facts = "  ".join(
                f"{k}={plain(v)}" for k, v in row.items()
                if k not in _JSON_ONLY and v not in (None, "", [], {})
            )  # fmt: skip
            click.echo(f"  {facts}")


def _print_text(found: CorpusArticle) -> None:
    click.secho(plain(found.headline), bold=True)
    if found.standfirst:
        click.echo(plain(found.standfirst))
    byline = ", ".join(found.byline) or "no byline"
    wire = f" · {found.wire}" if found.wire else ""
    click.echo(
        f"{plain(found.source)} · {plain(byline)}{wire} · {plain(found.published)}"
        f" · {found.language}"
    )
    click.echo(f"{plain(found.url)}\n")
    for paragraph in found.body:
        click.echo(plain(paragraph) + "\n")
    for caption in found.captions:
        click.echo(f"[picture] {plain(caption)}")


def _print_verdict(found: CorpusArticle) -> None:
    word = "on topic" if found.relevant else "off topic"
    click.secho(
        f"\n{word}, {measured(found)} ({found.topic_version})",
        bold=True,
    )
    for evidence in found.evidence:
        click.echo(f"  {explained_by(evidence)}")


def _print_copies(found: CorpusArticle) -> None:
    """Print which article this one repeats, and how many outlets and texts have its story."""
    if found.duplicate_of is not None:
        click.echo(
            f"{found.duplicate_kind} copy of article {found.duplicate_of} "
            f"(containment {found.containment:g}), first published {plain(found.first_published)}"
        )
    if found.seen_first != (found.duplicate_of or found.id):
        click.echo(f"first seen as article {found.seen_first}")
    click.echo(
        f"family {plain(found.family)}; carried by {found.outlets}, "
        f"{found.independent_texts} independent texts"
    )
