"""Commands of the operator: run, once, status."""

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.render.console import ago, ahead, json_option, plain, print_json, print_table
from crawler.daemon import daemon
from crawler.pipeline.context import Run
from crawler.runtime import eventloop
from crawler.scouting.dry_run import rehearse
from storage.articles import reprocessing
from storage.crawl import frontier, sources
from storage.crawl.sources import SourceStatus
from storage.search import index
from storage.sqlite.database import open_corpus


@click.command()
@click.pass_obj
def run(config: Path) -> None:
    """Run as a daemon: poll, fetch, judge and store until stopped.

    SIGTERM or Ctrl-C lets fetches under way finish; a second one cuts them short. Nothing is lost
    either way. Outlets are taken over when the configuration changes, or at SIGHUP.

    Example: drawdown --config sources.toml run
    """
    eventloop.run(daemon.run(configuration.load(config)))


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be decided, and keep nothing.")
@json_option
@click.pass_obj
def once(config: Path, dry_run: bool, as_json: bool) -> None:
    """Work everything that is due, then exit.

    Exits with 1 only where the run itself or its alerts failed; sources that fail are recorded and
    shown.
    With --dry-run the round works over a copy of the store, which is thrown away; outlets are asked
    all the same.

    Example: drawdown once --json
    """
    if dry_run:
        _rehearse(configuration.load(config), as_json=as_json)
        return
    finished = eventloop.run(daemon.once(configuration.load(config)))
    print_round(finished, as_json=as_json)
    if finished.failures:
        raise click.exceptions.Exit(1)


def _rehearse(config: configuration.Config, *, as_json: bool) -> None:
    run, decisions = rehearse(config)
    if as_json:
        for decision in decisions:
            print_json(decision)
        return
    print_table(
        "What would be decided",
        ("Source", "Address", "Outcome", "Headline", "On topic", "Copy"),
        ((d.source, d.url, d.outcome, d.headline or d.detail,
          "" if d.relevant is None else "yes" if d.relevant else "no",
          f"{d.duplicate_kind} of {d.duplicate_of}" if d.duplicate_kind else "")
         for d in decisions),
    )  # fmt: skip
    print_round(run, as_json=False)
    click.echo("Nothing of this was kept.")


def print_round(finished: Run, *, as_json: bool) -> None:
    """Print how many of what ended how."""
    rows = sorted((kind, outcome.value, n) for (kind, outcome), n in finished.tally.items())
    if as_json:
        print_json([{"kind": kind, "outcome": outcome, "count": n} for kind, outcome, n in rows])
    else:
        print_table("This round", ("What", "Outcome", "Count"), rows)


@click.command()
@json_option
@click.pass_obj
def status(config: Path, as_json: bool) -> None:
    """Show every source: last poll, outcome, next poll, failures, articles.

    Example: drawdown status
    """
    with open_corpus(configuration.load(config).store) as connection:
        listed = sources.statuses(connection)
        outcomes = frontier.outcomes(connection)
        older = reprocessing.older(connection)
        lag = index.lag(connection)
    if as_json:
        print_json(
            {
                "sources": listed,
                "outcomes": outcomes,
                "discovered": sum(outcomes.values()),
                "older_sketches": older,
                "not_indexed": lag,
            }
        )
        return
    _print_sources(listed)
    _print_families(listed)
    total = sum(outcomes.values())
    parts = ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items()))
    click.echo(f"{total} URLs discovered" + (f": {parts}" if parts else ""))
    if lag:
        click.echo(f"{lag} texts are not in the search index yet")
    if older:
        click.echo(
            f"{older} articles are not compared with newer ones: their sketches are of an older "
            "version; stop the daemon and call `drawdown reprocess --dedupe`"
        )


def _print_sources(listed: list[SourceStatus]) -> None:
    now = datetime.now(UTC)
    print_table(
        "Sources",
        ("Source", "Kind", "State", "Polled", "Next", "Found", "Stored", "On topic", "Copies"),
        (
            (s.source, s.kind, s.state, ago(s.last_poll_at, now), ahead(s.next_poll_at, now),
             s.discovered, s.articles, s.relevant, s.duplicates)
            for s in listed
        ),
    )  # fmt: skip
    for s in listed:
        if s.why:
            click.echo(plain(f"{s.source}: {s.state}: {s.why}"))


def _print_families(listed: list[SourceStatus]) -> None:
    """Name the outlets that have one owner, and so do not corroborate each other."""
    outlets: dict[str, dict[str, None]] = {}
    for s in listed:
        outlets.setdefault(s.family, {})[s.source] = None
    for family, names in outlets.items():
        if len(names) > 1:
            click.echo(f"family {plain(family)}: {plain(', '.join(names))}")
