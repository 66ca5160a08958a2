"""The command `drawdown backfill`."""

from datetime import datetime
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import Moment, json_option
from crawler.commands.render.names import complete_outlet, named
from crawler.commands.render.tally import print_tally
from crawler.commands.render.text import plain
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
    loaded = configuration.load(config)
    outlets = {one.name: one for one in loaded.source}
    chosen = outlets[named(outlet, outlets, "source")]
    if not chosen.enabled:
        raise click.UsageError(f"source {chosen.name!r} is not enabled in {plain(config)}")
    tally = eventloop.run(fill(loaded, chosen.name, since))
    print_tally(tally.outcomes, as_json=as_json)
