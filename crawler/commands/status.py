"""The command `drawdown status`."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.arguments import json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.layout import Column
from crawler.commands.render.names import complete_outlet, named
from crawler.commands.render.prose import say
from crawler.commands.render.text import ago, ahead, plain
from crawler.text.counting import counted
from storage.articles import reprocessing
from storage.crawl import frontier, sources
from storage.crawl.health import State
from storage.crawl.sources import SourceStatus
from storage.search import index
from storage.sqlite.database import open_corpus

# What an operator has to look at comes first: what fails, then what is odd, then what is well.
_ORDER = (
    State.FAILING,
    State.DENIED,
    State.GONE,
    State.EMPTY,
    State.SLOW,
    State.SILENT,
    State.LAYOUT,
    State.MOVED,
    State.NEW,
    State.OK,
    State.REMOVED,
)
_PLACES = {state.value: place for place, state in enumerate(_ORDER)}
_SAID_BY_THEIR_STATE = {State.NEW.value, State.REMOVED.value}  # their reason adds nothing
_STATES = tuple(state.value for state in _ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of every source, and counts of the whole store."""

    sources: list[SourceStatus]
    outcomes: dict[str, int]
    discovered: int
    older_sketches: int
    not_compared: int  # wait for `reprocess --dedupe`, after `forget` of their original
    not_indexed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The sources that are asked for; without any filter all are."""

    outlets: Sequence[str] = ()
    groups: Sequence[str] = ()
    states: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.outlets or self.groups or self.states)

    def chosen(self, listed: Sequence[SourceStatus]) -> list[SourceStatus]:
        """Return the sources that pass. Raises UsageError on a name that no source has."""
        outlets = _named(self.outlets, [one.source for one in listed], "source")
        groups = _named(self.groups, [one.group for one in listed if one.group], "group")
        states = _named(self.states, _STATES, "state")
        return [
            one
            for one in listed
            if (not outlets or one.source in outlets)
            and (not groups or one.group in groups)
            and (not states or one.state in states)
        ]


def _named(asked: Iterable[str], known: Sequence[str], what: str) -> set[str]:
    return {named(name, known, what) for name in asked}


@click.command()
@click.argument("outlets", nargs=-1, metavar="[SOURCE]...", shell_complete=complete_outlet)
@click.option("--group", "groups", multiple=True, help="Only the outlets of this group.")
@click.option(
    "--state",
    "states",
    multiple=True,
    help=f"Only sources in this state: {', '.join(_STATES)}.",
)
@json_option
@click.pass_obj
def status(
    config: Path,
    outlets: tuple[str, ...],
    groups: tuple[str, ...],
    states: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show every source: last poll, outcome, next poll, failures, articles.

    The sources that need an operator come first. A SOURCE is an outlet's name. With --json the
    sources are in the order in which they were added.

    Example: drawdown status --state failing --state denied
    """
    filters = Filters(outlets=outlets, groups=groups, states=states)
    found, several = _read_status(read_config(config).store, filters)
    if as_json:
        print_json(found)
        return
    in_order = sorted(found.sources, key=lambda source: _PLACES[source.state])
    _print_sources(in_order, several, is_filtered=bool(filters))
    if not filters:
        _print_families(found.sources)
        _print_counts(found)


def _read_status(store: Path, filters: Filters) -> tuple[Status, set[str]]:
    """Return the state of the store, and the outlets that have several sources."""
    with open_corpus(store) as connection:
        outcomes = frontier.outcomes(connection)
        listed = sources.statuses(connection)
        status = Status(
            sources=filters.chosen(listed),
            outcomes=outcomes,
            discovered=sum(outcomes.values()),
            older_sketches=reprocessing.older(connection),
            not_compared=reprocessing.count_waiting(connection),
            not_indexed=index.lag(connection),
        )
    counts = Counter(source.source for source in listed)
    return status, {name for name, count in counts.items() if count > 1}


def _headings(*, has_twins: bool) -> tuple[Column, ...]:
    """Return the columns; an address matters where an outlet has several."""
    return (
        Column("Source"),
        Column("State"),
        Column("Address", 2 if has_twins else 8),
        Column("Kind", 7),
        Column("Polled", 3),
        Column("Next", 4),
        Column("Found", 6, is_number=True),
        Column("Stored", 2, is_number=True),
        Column("On topic", 5, is_number=True),
        Column("Copies", 9, is_number=True),
    )


def _print_sources(
    listed: Sequence[SourceStatus],
    several: Set[str],
    *,
    is_filtered: bool,
) -> None:
    now = datetime.now(UTC)
    has_twins = any(source.source in several for source in listed)
    print_table(
        "Sources",
        _headings(has_twins=has_twins),
        (_cells(source, now) for source in listed),
        empty="no source is like that" if is_filtered else "no source has been polled yet",
    )
    for source in listed:
        if source.why and source.state not in _SAID_BY_THEIR_STATE:
            where = f" ({_address(source.url)})" if source.source in several else ""
            say(
                plain(f"{source.source}{where}: {source.state}: {source.why}"),
                hanging=2,
            )
    if listed:
        say(f"{counted(len(listed), 'source')}: {_by_state(listed)}")


def _by_state(listed: Sequence[SourceStatus]) -> str:
    counts = Counter(source.state for source in listed)
    in_order = sorted(counts, key=_PLACES.__getitem__)
    return ", ".join(f"{counts[state]:,} {state}" for state in in_order)


def _address(url: str) -> str:
    """Return an address without what is the same in all of them.

    >>> _address("https://www.example.org/feed/")
    'example.org/feed/'
    """
    return url.split("://", 1)[-1].removeprefix("www.")


def _cells(source: SourceStatus, now: datetime) -> Iterable[object]:
    return (
        source.source,
        source.state,
        _address(source.url),
        source.kind,
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
            say(f"family {plain(family)}: {plain(', '.join(names))}", hanging=2)


def _print_counts(found: Status) -> None:
    parts = ", ".join(f"{n:,} {name}" for name, n in sorted(found.outcomes.items()))
    discovered = counted(found.discovered, "URL")
    say(f"{discovered} discovered" + (f": {parts}" if parts else ""), hanging=2)
    if found.not_indexed:
        verb = "is" if found.not_indexed == 1 else "are"
        say(f"{counted(found.not_indexed, 'text')} {verb} not in the search index yet")
    if found.older_sketches:
        verb = "has a sketch" if found.older_sketches == 1 else "have sketches"
        say(
            f"{counted(found.older_sketches, 'article')} {verb} of an older version, and newer "
            "articles are not compared with it; stop the daemon and run `drawdown reprocess "
            "--dedupe`"
        )
    if found.not_compared:
        verb = "waits" if found.not_compared == 1 else "wait"
        say(
            f"{counted(found.not_compared, 'article')} {verb} to be compared again, since an "
            "original was forgotten: stop the daemon and run `drawdown reprocess --dedupe`"
        )
