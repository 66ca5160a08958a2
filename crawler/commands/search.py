"""The command `drawdown search`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from crawler.commands.arguments import MOST_ROWS, as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.text import plain
from crawler.commands.render.verdict import percent
from storage.search import index
from storage.search.fields import FIELDS
from storage.search.find import Found, Order, find
from storage.search.nodes import QueryError
from storage.sqlite.database import open_corpus

_GRAMMAR = "\n".join(f"  {name}:  {meaning}" for name, meaning in FIELDS.items())


@click.command(epilog=f"\b\nFields:\n{_GRAMMAR}")
@click.argument("query", nargs=-1, required=True)
@click.option("--order", type=click.Choice(["rank", "newest", "oldest"]), default="rank",
              show_default=True)  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0, MOST_ROWS), default=0)
@as_of_option
@json_option
@click.pass_obj
def search(
    config: Path,
    query: tuple[str, ...],
    order: Order,
    limit: int,
    offset: int,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Find articles: words in any form, "phrases", OR, -not, NEAR(a b, 5), prefix*, fields.

    Write -- before a query that begins with a minus: drawdown search -- -iraq syria

    Example: drawdown search 'withdraw* lang:en after:2024-12 -iraq'
    """
    with open_corpus(read_config(config).store) as connection:
        with explained(" ".join(query)) as asked:
            found = find(
                connection,
                asked,
                order=order,
                limit=limit,
                offset=offset,
                as_of=as_of,
            )
        waiting = index.lag(connection)
    if as_json:
        for article in found:
            print_json(article)
    else:
        _print(found)
    if waiting:
        click.echo(
            f"{waiting} texts are not indexed yet: `drawdown run` or `once` does",
            err=True,
        )


@contextmanager
def explained(query: str) -> Iterator[str]:
    """Yield a query; turn a QueryError into a message that points at its place."""
    try:
        yield query
    except QueryError as error:
        raise click.UsageError(f"{error}\n  {query}\n  {' ' * error.position}^") from error


def _mark(article: Found) -> str:
    """Return how likely an article is on topic, or what an older verdict says."""
    if article.probability is not None:
        off = "" if article.relevant else ", off topic"
        return f"  {percent(article.probability)}{off}"
    return "" if article.relevant else "  off topic"


def _print(found: list[Found]) -> None:
    for article in found:
        click.secho(
            f"{article.id}  {plain(article.headline)}",
            bold=True,
        )
        mark = _mark(article)
        click.echo(
            f"    {plain(article.source)}, {plain(article.published) or 'undated'}, "
            f"{article.language or '?'}{mark}"
        )
        click.echo(f"    {plain(article.snippet)}")
    if not found:
        click.echo("nothing found")
