"""The command `drawdown backfill`."""

from datetime import datetime
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import Moment, json_option
from crawler.commands.render.names import complete_outlet
from crawler.commands.render.tally import print_tally
from crawler.maintenance.backfilling import backfill as fill
from crawler.runtime import eventloop


@click.command()
@click.argument("outlet", shell_complete=complete_outlet)
@click.option("--since", type=Moment(), help="Skip entries dated before this.")
@json_option
@click.pass_obj
def backfill(
    config: Path,
    outlet: str,
    since: datetime | None,
    as_json: bool,
) -> None:
    """Fetch past articles of an outlet, by its name in sources.toml.

    Reads its sitemaps completely, including those in robots.txt, and its WordPress feeds page by
    page; then fetches the articles they list at the usual crawl delay: with five seconds between
    two requests, 17,000 articles take a day. If it is stopped, the same call resumes. Needs the
    store to itself: stop the daemon first; `run` also fetches what was found and not yet fetched.

    Example: drawdown backfill "Enab Baladi" --since 2024-12-08
    """
    try:
        tally = eventloop.run(fill(configuration.load(config), outlet, since))
    except KeyError as error:
        raise click.UsageError(
            f"no source is named {outlet!r}; `drawdown status` lists the names"
        ) from error
    print_tally(tally.outcomes, as_json=as_json)
