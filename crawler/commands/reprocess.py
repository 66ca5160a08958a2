"""`drawdown reprocess`: decide anew what is stored."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import click
from rich.progress import Progress

from crawler import config as configuration
from crawler import eventloop
from crawler.reprocess import find_copies_again, judge_again
from crawler.topic.file import load
from storage.database import Database


@click.command()
@click.option("--topic", is_flag=True, help="Judge every article by the topic of today.")
@click.option("--dedupe", is_flag=True, help="Find copies, clusters and groups anew.")
@click.pass_obj
def reprocess(config: Path, topic: bool, dedupe: bool) -> None:
    """Run the methods of today over everything stored; the texts stay as they are.

    Needs the store to itself: stop the daemon first. May be stopped, and goes on where it was.

    Example: drawdown reprocess --topic --dedupe
    """
    if not (topic or dedupe):
        raise click.UsageError("say what to decide anew: --topic, --dedupe")
    loaded = configuration.load(config)
    if topic:
        compiled = load(loaded.topic_file)
        done = eventloop.run(_run(loaded.store, partial(judge_again, topic=compiled)))
        click.echo(f"{done} articles judged anew by {compiled.version}")
    if dedupe:
        done = eventloop.run(_run(loaded.store, find_copies_again))
        click.echo(f"{done} articles compared anew")


async def _run(store: Path, work: Callable[..., Awaitable[int]]) -> int:
    async with Database.open(store) as database:
        with Progress(transient=True) as bar:
            task = bar.add_task("articles", total=None)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            return await work(database, progress=show)
