"""The commands `drawdown sources …`: what a source is worth, a poll now, and its new address."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import Chosen, Moment, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.layout import Column
from crawler.commands.render.names import complete_outlet, named
from crawler.commands.render.prose import say
from crawler.commands.render.scorecard import print_scorecard
from crawler.commands.render.tally import print_tally
from crawler.commands.render.text import ago, plain
from crawler.config import Config, writing
from crawler.maintenance.poll_now import Answer, ask_daemon, newest_polls, poll_now
from crawler.runtime import eventloop
from crawler.text.counting import counted
from storage.crawl import sources as stored
from storage.crawl.sources import SourceStatus
from storage.monitoring.scorecard import scorecard
from storage.records.model import Source
from storage.sqlite.database import open_corpus
from storage.sqlite.lock import writer_of

_IDLE = {"week": 7, "month": 30, "year": 365}  # days without a new entry
_DAYS = 90  # of a scorecard, unless asked otherwise
_WAIT_SECONDS = 60.0
_HEADINGS = (
    Column("Source"),
    Column("Kind", 6),
    Column("State"),
    Column("Last new"),
    Column("Polled", 4),
    Column("Articles", 3, is_number=True),
    Column("Address", 2),
)


@click.group()
def sources() -> None:
    """List the sources, look at one, poll one now, or take over its new address.

    Example: drawdown sources show "Enab Baladi"
    """


@sources.command(name="list")
@click.option(
    "--idle",
    type=Chosen(list(_IDLE)),
    help="Only sources without a new entry for so long.",
)
@json_option
@click.pass_obj
def list_(config: Path, idle: str | None, as_json: bool) -> None:
    """List each source with its address, and when it had a new entry last.

    Example: drawdown sources list --idle month
    """
    now = datetime.now(UTC)
    with open_corpus(read_config(config).store) as connection:
        listed = stored.statuses(connection, now)
        newest = stored.newest_entries(connection)
    if idle is not None:
        before = now - timedelta(days=_IDLE[idle])
        listed = [one for one in listed if _is_idle(one, newest.get(one.id), before)]
    if as_json:
        for one in listed:
            print_json({"last_new_at": newest.get(one.id), "status": one})
        return
    if not listed:
        say("no source is idle for so long" if idle else "no source was polled yet")
        return
    print_table("Sources", _HEADINGS, (_cells(one, newest.get(one.id), now) for one in listed))


def _is_idle(status: SourceStatus, newest: datetime | None, before: datetime) -> bool:
    """Whether a source that is polled had no new entry since a time."""
    if status.removed or status.last_answer_at is None:
        return False
    return newest is None or newest < before


def _cells(status: SourceStatus, newest: datetime | None, now: datetime) -> Iterable[object]:
    return (
        status.source,
        status.kind,
        status.state,
        ago(newest, now) or "never",
        ago(status.last_poll_at, now) or "never",
        status.articles,
        status.url,
    )


@sources.command(name="show")
@click.argument("outlet", shell_complete=complete_outlet)
@click.option("--since", type=Moment(), help="Count from this day on; 90 days by default.")
@json_option
@click.pass_obj
def show(config: Path, outlet: str, since: datetime | None, as_json: bool) -> None:
    """Show what an outlet is worth: rhythm, lag, dates, completeness, copies, refusals, gaps.

    The lag is the time from the outlet's own date to our first fetch. Shares are of its newest
    articles, at most a thousand.

    Example: drawdown sources show "Enab Baladi"
    """
    loaded = read_config(config)
    now = datetime.now(UTC)
    begin = since or now - timedelta(days=_DAYS)
    with open_corpus(loaded.store) as connection:
        known = [*stored.names(connection), *(one.name for one in loaded.source)]
        outlet = named(outlet, known, "source")
        found = scorecard(connection, outlet, begin, now)
    if not found.sources:
        say(f"{plain(outlet)}: no daemon has polled it yet")
        return
    if as_json:
        print_json(found)
    else:
        print_scorecard(found, now)


@sources.command(name="poll")
@click.argument("outlets", nargs=-1, required=True, shell_complete=complete_outlet)
@click.option(
    "--wait",
    type=click.FloatRange(0, 3600),
    default=_WAIT_SECONDS,
    show_default=True,
    help="Seconds to wait for the answer of a running daemon.",
)
@json_option
@click.pass_obj
def poll(config: Path, outlets: tuple[str, ...], wait: float, as_json: bool) -> None:
    """Poll outlets now, by their names in sources.toml.

    A running daemon is asked to, and its answer is waited for. Without one they are polled here,
    and what they list is fetched together with whatever else waits. A pause that a server asked
    for holds in both cases. Exits with 1 if a source was not polled, or failed.

    Example: drawdown sources poll "Enab Baladi"
    """
    loaded = configuration.load(config)
    listed = [source for outlet in _outlets(loaded, outlets) for source in outlet]
    if writer_of(loaded.store) is not None:
        answers = ask_daemon(loaded.store, listed, wait)
    else:
        tally = eventloop.run(poll_now(loaded, listed))
        answers = newest_polls(loaded.store, listed)
        if not as_json:
            print_tally(tally.outcomes, as_json=False)
    for answer in answers:
        if as_json:
            print_json(answer)
        else:
            say(plain(_line(answer)))
    if not all(map(_is_answered, answers)):
        raise click.exceptions.Exit(1)


def _outlets(config: Config, names: Sequence[str]) -> list[list[Source]]:
    """Return the sources of each named outlet. Exits with 2 where one cannot be polled."""
    known = {outlet.name: outlet for outlet in config.source}
    found = []
    for name in names:
        outlet = known[named(name, known, "source")]
        listed = list(outlet.sources())
        if not listed:
            raise click.UsageError(f"source {outlet.name!r} is not enabled in {config.file}")
        found.append(listed)
    return found


def _line(answer: Answer) -> str:
    """Return how a source answered, for people."""
    if answer.poll is None:
        return (
            f"{answer.source}: {answer.url}: no answer yet; the daemon polls it as soon as its "
            "server's pause and its other requests allow"
        )
    polled = answer.poll
    said = (
        f"{polled.outcome.value}, {counted(polled.entries, 'entry', 'entries')}, {polled.new} new"
    )
    detail = f": {polled.detail}" if polled.detail else ""
    return f"{answer.source}: {answer.url}: {said}{detail}"


def _is_answered(answer: Answer) -> bool:
    return answer.poll is not None and answer.poll.outcome in ("polled", "unchanged")


@sources.command(name="apply")
@click.argument("outlets", nargs=-1, shell_complete=complete_outlet)
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@json_option
@click.pass_obj
def apply(config: Path, outlets: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Write the new addresses of sources that have moved for good into sources.toml.

    A source has moved where permanent redirects (301, 308) lead elsewhere; temporary ones propose
    nothing. Without names all proposals are taken. Comments and order of the file stay; a running
    daemon takes it over by itself, and the source keeps its history.

    Example: drawdown sources apply --dry-run
    """
    loaded = configuration.load(config)
    with open_corpus(loaded.store) as connection:
        moves = stored.moves(connection)
    if outlets:
        chosen = {source.name for listed in _outlets(loaded, outlets) for source in listed}
        moves = [move for move in moves if move.source in chosen]
    wanted = {move.url: move.moved_to for move in moves}
    written = [] if dry_run else writing.replace_addresses(config, wanted)
    if as_json:
        for move in moves:
            print_json({"move": move, "written": move.url in written})
        return
    for line in _report(moves, written, dry_run=dry_run):
        say(plain(line))


def _report(
    moves: Sequence[stored.Move], written: Sequence[str], *, dry_run: bool
) -> Iterator[str]:
    """Yield a line for each proposal."""
    if not moves:
        yield "no source has moved for good"
    for move in moves:
        what = f"{move.source}: {move.url} -> {move.moved_to} (since {move.moved_since:%Y-%m-%d})"
        if dry_run:
            yield f"{what}: would be written"
        elif move.url in written:
            yield f"{what}: written"
        else:
            yield f"{what}: not written; change it by hand, for its user and password"
