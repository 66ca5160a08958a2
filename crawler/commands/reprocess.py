"""The command `drawdown reprocess`."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.progress import shown_progress
from crawler.commands.render.prose import say
from crawler.config import Config
from crawler.maintenance.reextract import ArchiveReader, reextract
from crawler.maintenance.regroup import regroup
from crawler.maintenance.reprocess import read_statements, recompute_copies, rejudge
from crawler.pipeline.assembly import open_workers
from crawler.pipeline.copies import Copies
from crawler.runtime import eventloop
from crawler.runtime.resources import patience
from crawler.text.counting import counted
from crawler.topic.file import load
from storage.archive.places import folder_for
from storage.articles.sketches import open_index
from storage.sqlite.database import Database

Counts = dict[str, dict[str, int]]  # by method, then by outcome


@click.command()
@click.option(
    "--extract", is_flag=True, help="Extract every archived page with the current extractor."
)
@click.option("--topic", is_flag=True, help="Judge every article with the current topic.")
@click.option("--dedupe", is_flag=True, help="Recompute copies, clusters and groups.")
@click.option("--statements", is_flag=True, help="Find again who says what.")
@click.option("--stories", is_flag=True, help="Find again which articles tell one event.")
@json_option
@click.pass_obj
def reprocess(
    config: Path,
    extract: bool,
    topic: bool,
    dedupe: bool,
    statements: bool,
    stories: bool,
    as_json: bool,
) -> None:
    """Reprocess the stored corpus with the current extractor, topic, rules or copy detection.

    Nothing is deleted: a page that is extracted differently becomes a revision, a judgement a
    verdict, statements become rows, each with its version. Needs the store to itself: stop the
    daemon first. It may be stopped, and resumes. Exits with 1 if a page was not tried because its
    parser was lost; the next call tries it again.

    Example: drawdown reprocess --extract --topic --dedupe
    """
    if not (extract or topic or dedupe or statements or stories):
        options = "--extract, --topic, --dedupe, --statements, --stories"
        raise click.UsageError(f"say what to reprocess: {options}")
    loaded = configuration.load(config)
    counts: Counts = {}
    if extract:
        counts["extract"] = eventloop.run(_reextract(loaded))
    if topic:
        method = partial(rejudge, topic=load(loaded.topic_file))
        counts["topic"] = {"articles": eventloop.run(_reprocess(loaded.store, method))}
    if statements:
        method = partial(read_statements, topic=load(loaded.topic_file))
        counts["statements"] = {"texts": eventloop.run(_reprocess(loaded.store, method))}
    if dedupe:
        counts["dedupe"] = {"articles": eventloop.run(_reprocess(loaded.store, recompute_copies))}
    if stories:
        method = partial(regroup, near=load(loaded.topic_file).thresholds["review"])
        counts["stories"] = {"articles": eventloop.run(_reprocess(loaded.store, method))}

    if as_json:
        print_json(counts)
    else:
        _print(counts)
    if not_tried := counts.get("extract", {}).get("not_tried"):
        say(
            f"{counted(not_tried, 'page')} not tried: their parser was lost; call again",
            err=True,
        )
        raise click.exceptions.Exit(1)


def _print(counts: Counts) -> None:
    if "extract" in counts:
        by_outcome = sorted(counts["extract"].items())
        parts = ", ".join(f"{n} {outcome}" for outcome, n in by_outcome)
        total = sum(counts["extract"].values())
        say(f"{counted(total, 'page')} extracted again" + (f": {parts}" if parts else ""))
    if "topic" in counts:
        say(f"{counted(counts['topic']['articles'], 'article')} judged again")
    if "statements" in counts:
        say(f"{counted(counts['statements']['texts'], 'text')} read again for statements")
    if "dedupe" in counts:
        say(f"{counted(counts['dedupe']['articles'], 'article')} compared again")
    if "stories" in counts:
        say(f"{counted(counts['stories']['articles'], 'article')} grouped into stories again")


async def _reextract(config: Config) -> dict[str, int]:
    """Extract all pages again; return how many ended with each outcome."""
    in_memory = config.drawdown.limits.copies_index == "memory"
    by_name = {source.name: source for source in config.sources()}
    async with (
        Database.open(config.store, patience(), may_create=False) as database,
        open_workers(config) as workers,
    ):
        copies = Copies(await database.write(open_index, in_memory=in_memory))
        reader = ArchiveReader(workers, folder_for(config.store))
        with shown_progress("pages") as show:
            counts = await reextract(
                database,
                reader,
                by_name,
                copies,
                show,
            )
    return {str(outcome): number for outcome, number in counts.items()}


async def _reprocess(
    store: Path,
    method: Callable[..., Awaitable[int]],
) -> int:
    """Run a method over a store; return how many articles it reprocessed."""
    async with Database.open(store, patience(), may_create=False) as database:
        with shown_progress("articles") as show:
            return await method(database, progress=show)
