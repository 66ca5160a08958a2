"""`drawdown reprocess`: decide anew what is stored."""

from pathlib import Path

import click
from rich.progress import Progress

from crawler import config as configuration
from crawler import eventloop
from crawler.reprocess import find_copies_again
from storage.database import Database


@click.command()
@click.option("--dedupe", is_flag=True, help="Find copies, clusters and groups anew.")
@click.pass_obj
def reprocess(config: Path, dedupe: bool) -> None:
    """Run the methods of today over everything stored; the texts stay as they are.

    Needs the store to itself: stop the daemon first. May be stopped, and goes on where it was.

    Example: drawdown reprocess --dedupe
    """
    if not dedupe:
        raise click.UsageError("say what to decide anew: --dedupe")
    done = eventloop.run(_find_copies_again(configuration.load(config).store))
    click.echo(f"{done} articles compared anew")


async def _find_copies_again(store: Path) -> int:
    async with Database.open(store) as database:
        with Progress(transient=True) as bar:
            task = bar.add_task("copies", total=None)
            return await find_copies_again(
                database,
                lambda done, total: bar.update(task, completed=done, total=total),
            )
