"""The command `drawdown search`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

import click

from crawler.commands.arguments import MOST_ROWS, Chosen, as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.results import print_found
from crawler.commands.render.text import plain
from crawler.text.counting import counted
from storage.search import index
from storage.search.fields import FIELDS
from storage.search.find import Order, also_by_sound, find, ids
from storage.search.nodes import QueryError
from storage.search.query import parse
from storage.search.saved import expand
from storage.search.sound import Heard
from storage.sqlite.database import open_corpus


class WithFields(click.Command):
    """A command whose help lists the fields of queries."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the fields as two columns, which fit the terminal."""
        with formatter.section("Fields"):
            formatter.write_dl([(f"{name}:", meaning) for name, meaning in FIELDS.items()])


@click.command(cls=WithFields)
@click.argument("query", nargs=-1, required=True)
@click.option("--order", type=Chosen(["rank", "newest", "oldest"]), default="rank",
              show_default=True)  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0, MOST_ROWS), default=0)
@click.option("--as-written", is_flag=True, help="Find names in other spellings only by sound:.")
@as_of_option
@json_option
@click.pass_obj
def search(
    config: Path,
    query: tuple[str, ...],
    order: Order,
    limit: int,
    offset: int,
    as_written: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Find articles: words in any form, "phrases", OR, -not, NEAR(a b, 5), prefix*, fields.

    A copy is shown under its original where both are found; duplicate:no leaves copies out.

    A capitalised name is also found in its other spellings, in every script, and these are shown.
    Exports and alerts do that for sound:Name.

    @NAME is a query that sources.toml saves under [[query]]; `drawdown queries` lists them.

    Write -- before a query that begins with a minus: drawdown search -- -iraq syria

    Example: drawdown search 'withdraw* lang:en after:2024-12 -iraq'
    """
    loaded = read_config(config)
    with open_corpus(loaded.store) as connection:
        with explained(" ".join(query), loaded.saved) as asked:
            if "noindex" in loaded.rights.honour:
                parse(asked)  # a mistake is found at its place in the query itself
                asked = f"({asked}) -rights:noindex"
            found = find(
                connection,
                asked,
                order=order,
                limit=limit,
                offset=offset,
                as_of=as_of,
                by_sound=not as_written,
            )
            spellings = also_by_sound(
                connection,
                asked,
                is_automatic=not as_written,
            )
        total = 0 if as_json else _count(connection, asked, as_of, not as_written)
        waiting = index.lag(connection)
    if as_json:
        for article in found:
            print_json(article)
    else:
        print_found(found, total, offset)
    _print_spellings(spellings, is_aside=as_json)
    if waiting:
        verb = "is" if waiting == 1 else "are"
        say(
            f"{counted(waiting, 'text')} {verb} not indexed yet: `drawdown run` or `once` does",
            err=True,
        )


@contextmanager
def explained(query: str, saved: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield a query, with the saved queries that it names in their place.

    Turns a QueryError into a message that points at its place.
    """
    shown = query
    try:
        if saved is not None:
            shown = expand(query, saved)
        yield shown
    except QueryError as error:
        raise click.UsageError(f"{error}\n  {shown}\n  {' ' * error.position}^") from error


def _print_spellings(spellings: list[Heard], *, is_aside: bool) -> None:
    """Print by which spellings names were found, too: "Лаврентьев (12)"; on stderr beside JSON."""
    if not spellings:
        return
    listed = ", ".join(f"{plain(heard.spelling)} ({heard.articles})" for heard in spellings)
    say(f"also by sound: {listed}", err=is_aside)


def _count(
    connection: Connection,
    query: str,
    as_of: datetime | None,
    by_sound: bool,
) -> int:
    found = ids(
        connection,
        query,
        as_of=as_of,
        by_sound=by_sound,
    )
    return len(found)
