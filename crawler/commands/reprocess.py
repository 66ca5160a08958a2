"""`drawdown reprocess`: decide anew what is stored."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.progress import shown_progress
from crawler.config import Config
from crawler.maintenance.reextract import ArchiveReader, read_again
from crawler.maintenance.reprocess import find_copies_again, judge_again
from crawler.pipeline.assembly import open_workers
from crawler.pipeline.copies import Copies
from crawler.runtime import eventloop
from crawler.runtime.resources import patience
from crawler.topic.file import load
from storage.archive.archive import folder_for
from storage.articles.sketches import open_index
from storage.sqlite.database import Database


@click.command()
@click.option("--extract", is_flag=True, help="Read every archived page by the extractor of today.")
@click.option("--topic", is_flag=True, help="Judge every article by the topic of today.")
@click.option("--dedupe", is_flag=True, help="Find copies, clusters and groups anew.")
@json_option
@click.pass_obj
def reprocess(config: Path, extract: bool, topic: bool, dedupe: bool, as_json: bool) -> None:
    """Run the methods of today over everything stored; what was stored stays.

    A page that reads differently becomes a revision, a judgement a verdict, each with its version.
    Needs the store to itself: stop the daemon first. May be stopped, and goes on where it was.

    Example: drawdown reprocess --extract --topic --dedupe
    """
    if not (extract or topic or dedupe):
        raise click.UsageError("say what to decide anew: --extract, --topic, --dedupe")
    loaded = configuration.load(config)
    done: dict[str, dict[str, int]] = {}
    if extract:
        done["extract"] = eventloop.run(_read_again(loaded))
    if topic:
        judge = partial(judge_again, topic=load(loaded.topic_file))
        done["topic"] = {"articles": eventloop.run(_run(loaded.store, judge))}
    if dedupe:
        done["dedupe"] = {"articles": eventloop.run(_run(loaded.store, find_copies_again))}
    if as_json:
        print_json(done)
    else:
        _print(done)


def _print(done: dict[str, dict[str, int]]) -> None:
    if "extract" in done:
        ended = ", ".join(f"{n} {outcome}" for outcome, n in sorted(done["extract"].items()))
        click.echo(
            f"{sum(done['extract'].values())} pages read anew" + (f": {ended}" * bool(ended))
        )
    if "topic" in done:
        click.echo(f"{done['topic']['articles']} articles judged anew")
    if "dedupe" in done:
        click.echo(f"{done['dedupe']['articles']} articles compared anew")


async def _read_again(config: Config) -> dict[str, int]:
    in_memory = config.drawdown.limits.copies_index == "memory"
    by_name = {source.name: source for source in config.sources()}
    async with Database.open(config.store, patience()) as database, open_workers(config) as workers:
        copies = Copies(await database.write(open_index, in_memory=in_memory))
        reader = ArchiveReader(workers, folder_for(config.store))
        with shown_progress("pages") as show:
            counts = await read_again(database, reader, by_name, copies, show)
    return {str(outcome): number for outcome, number in counts.items()}


async def _run(store: Path, work: Callable[..., Awaitable[int]]) -> int:
    async with Database.open(store, patience()) as database:
        with shown_progress("articles") as show:
            return await work(database, progress=show)
