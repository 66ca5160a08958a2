"""The command `drawdown changes`."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import get_args

import click

from crawler.commands.arguments import Chosen, Moment, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.layout import Column
from crawler.commands.render.names import complete_outlet, named
from crawler.commands.render.prose import say
from storage.articles.changed import Changed, Kind, Wish, changed
from storage.crawl import sources
from storage.sqlite.database import open_corpus

_LATELY = timedelta(days=7)
_MOST = 50  # on a screen; --json has all
_HEADINGS = (
    Column("Seen"),
    Column("Article"),
    Column("Source"),
    Column("Changes"),
    Column("Headline", 2),
)


@click.command()
@click.option("--since", type=Moment(), help="Seen at this time or later; else in seven days.")
@click.option("--kind", type=Chosen(get_args(Kind)), help="Only changes of this kind.")
@click.option("--source", help="Only this outlet.", shell_complete=complete_outlet)
@click.option(
    "--all", "show_all", is_flag=True, help="Also off topic, and changes of spaces and signs."
)
@json_option
@click.pass_obj
def changes(
    config: Path,
    since: datetime | None,
    kind: Kind | None,
    source: str | None,
    show_all: bool,
    as_json: bool,
) -> None:
    """List what outlets changed in their articles lately, the newest change first, by kind.

    Kinds: headline, number, attribution, addition, removal, correction, cosmetic (spaces and signs
    alone), removed (taken down). `drawdown show ID --diff` shows a change in the text.

    Example: drawdown changes --kind removal --since 2026-11-01
    """
    loaded = read_config(config)
    with open_corpus(loaded.store) as connection:
        if source is not None:
            known = [*sources.names(connection), *(outlet.name for outlet in loaded.source)]
            source = named(source, known, "source")
        wish = Wish(
            since=since or datetime.now(UTC) - _LATELY,
            kind=kind,
            source=source,
            is_everything=show_all,
        )
        found = changed(connection, wish)
        if as_json:
            for one in found:
                print_json(one)
            return
        shown = list(islice(found, _MOST))
        has_more = next(found, None) is not None
    print_table("Changes", _HEADINGS, map(_cells, shown), empty="no changes")
    if has_more:
        say(f"only the newest {_MOST} are shown: narrow it with --since, --kind or --source")


def _cells(one: Changed) -> Iterable[object]:
    return (
        one.fetched_at,
        one.id,
        one.source,
        ", ".join(one.changes),
        one.headline,
    )
