"""The command `drawdown gaps`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import Moment, json_option
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.names import complete_outlet
from storage.monitoring.gaps import gaps as find_gaps
from storage.sqlite.database import open_corpus


@click.command()
@click.option("--source", help="Of this outlet alone.", shell_complete=complete_outlet)
@click.option("--since", type=Moment(), help="Only what lasted beyond this time.")
@click.option("--all", "show_all", is_flag=True, help="Also gaps in which nothing was lost.")
@json_option
@click.pass_obj
def gaps(
    config: Path, source: str | None, since: datetime | None, show_all: bool, as_json: bool
) -> None:
    """List the holes in what was watched, with cause and cost, so that counts can be published.

    Causes: not polled (no daemon ran), failed, blocked, window overflow (no entry of the poll
    before was left), source silent and topic silent (too few against the own rhythm, by days of the
    week). Nothing was lost where the next poll still showed an entry of the one before.

    Example: drawdown gaps --since 2026-11-01
    """
    with open_corpus(configuration.load(config).store) as connection:
        found = find_gaps(connection, datetime.now(UTC), since=since, source=source)
    shown = [gap for gap in found if show_all or gap.loss == "possible" or "silent" in gap.cause]
    if as_json:
        for gap in shown:
            print_json(gap)
        return
    print_table(
        "Gaps",
        ("Source", "From", "Until", "Cause", "Loss", "Detail"),
        ((g.source or "(all)", g.start, g.end or "goes on", g.cause, g.loss, g.detail)
         for g in shown),
    )  # fmt: skip
    if hidden := len(found) - len(shown):
        click.echo(f"{hidden} more in which nothing was lost: --all")
