"""The command `drawdown status`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.arguments import json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.text import ago, ahead, plain
from storage.articles import reprocessing
from storage.crawl import frontier, sources
from storage.crawl.sources import SourceStatus
from storage.search import index
from storage.sqlite.database import open_corpus

_HEADINGS = (
    "Source",
    "Kind",
    "State",
    "Polled",
    "Next",
    "Found",
    "Stored",
    "On topic",
    "Copies",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of every source, and counts of the whole store."""

    sources: list[SourceStatus]
    outcomes: dict[str, int]
    discovered: int
    older_sketches: int
    not_indexed: int


@click.command()
@json_option
@click.pass_obj
def status(config: Path, as_json: bool) -> None:
    """Show every source: last poll, outcome, next poll, failures, articles.

    Example: drawdown status
    """
    found = _read_status(read_config(config).store)
    if as_json:
        print_json(found)
        return
    _print_sources(found.sources)
    _print_families(found.sources)
    _print_counts(found)


def _read_status(store: Path) -> Status:
    with open_corpus(store) as connection:
        outcomes = frontier.outcomes(connection)
        return Status(
            sources=sources.statuses(connection),
            outcomes=outcomes,
            discovered=sum(outcomes.values()),
            older_sketches=reprocessing.older(connection),
            not_indexed=index.lag(connection),
        )


def _print_sources(listed: list[SourceStatus]) -> None:
    now = datetime.now(UTC)
    print_table(
        "Sources",
        _HEADINGS,
        (_cells(source, now) for source in listed),
    )
    for source in listed:
        if source.why:
            click.echo(plain(f"{source.source}: {source.state}: {source.why}"))


def _cells(source: SourceStatus, now: datetime) -> Iterable[object]:
    return (
        source.source,
        source.kind,
        source.state,
        ago(source.last_poll_at, now),
        ahead(source.next_poll_at, now),
        source.discovered,
        source.articles,
        source.relevant,
        source.duplicates,
    )


def _print_families(listed: list[SourceStatus]) -> None:
    """Name the outlets that share an owner, and therefore do not corroborate each other."""
    outlets: dict[str, dict[str, None]] = {}
    for source in listed:
        outlets.setdefault(source.family, {})[source.source] = None
    for family, names in outlets.items():
        if len(names) > 1:
            click.echo(f"family {plain(family)}: {plain(', '.join(names))}")


def _print_counts(found: Status) -> None:
    parts = ", ".join(f"{n} {name}" for name, n in sorted(found.outcomes.items()))
    click.echo(f"{found.discovered} URLs discovered" + (f": {parts}" if parts else ""))
    if found.not_indexed:
        click.echo(f"{found.not_indexed} texts are not in the search index yet")
    if found.older_sketches:
        click.echo(
            f"{found.older_sketches} articles are not compared with newer ones: their sketches are "
            "of an older version; stop the daemon and run `drawdown reprocess --dedupe`"
        )
