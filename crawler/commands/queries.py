"""The command `drawdown queries`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from crawler.commands.arguments import json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.layout import Column
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.config import Config
from storage.search.find import ids
from storage.search.saved import expand
from storage.sqlite.database import open_corpus

_HEADINGS = (
    Column("Name"),
    Column("Articles", is_number=True),
    Column("Query"),
    Column("Feed", 3),
    Column("Description", 3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A saved query, and how many articles it finds now; None: there is no corpus yet."""

    name: str
    query: str
    description: str | None
    feed: str | None
    articles: int | None


@click.command()
@json_option
@click.pass_obj
def queries(config: Path, as_json: bool) -> None:
    """List the saved queries of sources.toml, and how many articles each finds.

    Write @NAME for one in the query of search, export, review or an alert.

    Example: drawdown queries
    """
    loaded = read_config(config)
    found = list(_counted(loaded))
    if as_json:
        for one in found:
            print_json(one)
        return
    if not found:
        say("no saved queries: write [[query]] in sources.toml")
        return
    print_table("Saved queries", _HEADINGS, map(_cells, found))


def _cells(one: Saved) -> tuple[object, ...]:
    return (
        f"@{one.name}",
        "" if one.articles is None else one.articles,
        plain(one.query),
        plain(one.feed or ""),
        plain(one.description or ""),
    )


def _counted(config: Config) -> Iterator[Saved]:
    if not config.store.is_file():
        for query in config.query:
            yield Saved(articles=None, **query.model_dump(exclude={"entries"}))
        return
    with open_corpus(config.store) as connection:
        for query in config.query:
            text = expand(query.query, config.saved)
            count = len(ids(connection, text))
            yield Saved(articles=count, **query.model_dump(exclude={"entries"}))
