"""`drawdown reprocess`: decide anew what is stored."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crawler import config as configuration
from crawler import eventloop
from crawler.assembly import open_workers
from crawler.config import Config
from crawler.reprocess import find_copies_again, judge_again
from crawler.rereading import ArchiveReader, read_again
from crawler.steps.copies import Copies
from crawler.topic.file import load
from storage.archive.archive import folder_for
from storage.database import Database
from storage.rereading import Outcome
from storage.sketches import open_index


@click.command()
@click.option("--extract", is_flag=True, help="Read every archived page by the extractor of today.")
@click.option("--topic", is_flag=True, help="Judge every article by the topic of today.")
@click.option("--dedupe", is_flag=True, help="Find copies, clusters and groups anew.")
@click.pass_obj
def reprocess(config: Path, extract: bool, topic: bool, dedupe: bool) -> None:
    """Run the methods of today over everything stored; what was stored stays.

    A page that reads differently becomes a revision, a judgement a verdict, each with its version.
    Needs the store to itself: stop the daemon first. May be stopped, and goes on where it was.

    Example: drawdown reprocess --extract --topic --dedupe
    """
    if not (extract or topic or dedupe):
        raise click.UsageError("say what to decide anew: --extract, --topic, --dedupe")
    loaded = configuration.load(config)
    if extract:
        counts = eventloop.run(_read_again(loaded))
        ended = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items()))
        click.echo(f"{counts.total()} pages read anew" + (f": {ended}" if ended else ""))
    if topic:
        compiled = load(loaded.topic_file)
        done = eventloop.run(_run(loaded.store, partial(judge_again, topic=compiled)))
        click.echo(f"{done} articles judged anew by {compiled.version}")
    if dedupe:
        done = eventloop.run(_run(loaded.store, find_copies_again))
        click.echo(f"{done} articles compared anew")


async def _read_again(config: Config) -> Counter[Outcome]:
    in_memory = config.drawdown.limits.copies_index == "memory"
    by_name = {source.name: source for source in config.sources()}
    async with Database.open(config.store) as database, open_workers(config) as workers:
        copies = Copies(await database.write(partial(open_index, in_memory=in_memory)))
        reader = ArchiveReader(workers, folder_for(config.store))
        with shown_progress("pages") as show:
            return await read_again(database, reader, by_name, copies, show)


async def _run(store: Path, work: Callable[..., Awaitable[int]]) -> int:
    async with Database.open(store) as database:
        with shown_progress("articles") as show:
            return await work(database, progress=show)


@contextmanager
def shown_progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with an estimate while the block runs; hand out how it is moved."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
