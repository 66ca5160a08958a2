"""The command `drawdown quotes`."""

from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

import click

from crawler.commands.arguments import MOST_ROWS, as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.quotes import print_quote
from crawler.commands.search import explained
from storage.search import find
from storage.sqlite.database import open_corpus
from storage.statements import finding
from storage.statements.finding import Asked


@click.command()
@click.argument("query", nargs=-1)
@click.option("--speaker", help="Only what somebody says whose name has these words.")
@click.option("--sure", is_flag=True, help="Only with a speaker whom a trusted rule has found.")
@click.option("--copies", is_flag=True, help="Also the statements of copies.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0, MOST_ROWS), default=0)
@as_of_option
@json_option
@click.pass_obj
def quotes(
    config: Path,
    query: tuple[str, ...],
    speaker: str | None,
    sure: bool,
    copies: bool,
    limit: int,
    offset: int,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Show who says what, word for word, with outlet, day and the words around it.

    With a QUERY (`drawdown search --help`) only of articles that match it. The newest are first,
    and last those whose speaker is unsure (marked with ?) or not named. A name is found in every
    script, by its words or its sound.

    Example: drawdown quotes --speaker Lavrov --sure 'lang:ar after:2024-12'
    """
    with open_corpus(read_config(config).store) as connection:
        asked = Asked(
            ids=_matching(connection, " ".join(query), as_of),
            speaker=speaker,
            sure=sure,
            copies=copies,
            as_of=as_of,
            most=limit,
            offset=offset,
        )
        found = list(finding.quotes(connection, asked))
    for quote in found:
        if as_json:
            print_json(quote)
        else:
            print_quote(quote)
    if not found and not as_json:
        say("nothing found")


def _matching(connection: Connection, query: str, as_of: datetime | None) -> list[int] | None:
    if not query:
        return None
    with explained(query) as checked:
        return find.ids(connection, checked, as_of=as_of)
