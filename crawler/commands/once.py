"""The command `drawdown once`."""

from collections.abc import Iterable
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.layout import Column
from crawler.commands.render.prose import say
from crawler.commands.render.tally import print_tally
from crawler.config import Config
from crawler.daemon import daemon
from crawler.runtime import eventloop
from crawler.scouting.dry_run import Decision, rehearse

_HEADINGS = (
    Column("Source"),
    Column("Address", 3),
    Column("Outcome"),
    Column("Headline", 2),
    Column("On topic", 2),
    Column("Copy", 4),
)


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be decided; store nothing.")
@json_option
@click.pass_obj
def once(config: Path, dry_run: bool, as_json: bool) -> None:
    """Process everything that is due, then exit.

    Exits with 1 only if the run itself or its alerts failed; failures of sources are recorded and
    shown.
    With --dry-run the round works on a copy of the store, which is then deleted; outlets are
    fetched all the same.

    Example: drawdown once --json
    """
    loaded = configuration.load(config)
    if dry_run:
        _rehearse(loaded, as_json=as_json)
        return
    tally = eventloop.run(daemon.once(loaded))
    print_tally(tally.outcomes, as_json=as_json)
    if tally.failures:
        raise click.exceptions.Exit(1)


def _rehearse(config: Config, *, as_json: bool) -> None:
    tally, decisions = rehearse(config)
    if as_json:
        for decision in decisions:
            print_json(decision)
        return
    print_table(
        "What would be decided",
        _HEADINGS,
        map(_cells, decisions),
        empty="Nothing was due: no article would be decided.",
    )
    print_tally(tally.outcomes, as_json=False)
    say("Nothing of this was stored.")


def _cells(decision: Decision) -> Iterable[object]:
    on_topic = {None: "", True: "yes", False: "no"}[decision.relevant]
    copy = ""
    if decision.duplicate_kind:
        copy = f"{decision.duplicate_kind} of {decision.duplicate_of}"
    return (
        decision.source,
        decision.url,
        decision.outcome,
        decision.headline or decision.detail,
        on_topic,
        copy,
    )
