"""The command `drawdown import`."""

import asyncio
from collections import Counter
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.progress import shown_progress
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.config import Config
from crawler.daemon import indexing
from crawler.errors import WarcUnreadable
from crawler.maintenance.importing import import_pages
from crawler.maintenance.warc import read_pages
from crawler.pipeline.assembly import Crawler, open_crawler
from crawler.runtime import eventloop
from crawler.text.counting import counted


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--relevant", is_flag=True, help="Store only articles on topic.")
@json_option
@click.pass_obj
def import_(
    config: Path,
    files: tuple[Path, ...],
    relevant: bool,
    as_json: bool,
) -> None:
    """Import the pages of WARC files: our own, CC-NEWS, or any other.

    Pages go through the same pipeline as fetched ones, with the time of their fetch. A page belongs
    to the outlet of sources.toml whose site it is on, else to its host. Pages that are already in
    the store are skipped, so a stopped import resumes. Needs the store to itself: stop the daemon
    first. Exits with 1 if a file is damaged, or if a page was not tried because its parser was
    lost; importing the file again tries it again.

    Example: drawdown import CC-NEWS-20241209-00001.warc.gz --relevant
    """
    mistakes = eventloop.run(_import_all(configuration.load(config), files, relevant, as_json))
    for mistake in mistakes:
        say(plain(mistake), err=True)
    raise click.exceptions.Exit(1 if mistakes else 0)


async def _import_all(
    config: Config, files: tuple[Path, ...], relevant: bool, as_json: bool
) -> list[str]:
    """Import file by file; return what went wrong."""
    mistakes = []
    async with open_crawler(config) as crawler:
        for file in files:
            counts: Counter[str] = Counter()
            try:
                await _import_file(crawler, file, counts, relevant)
            except WarcUnreadable as error:
                mistakes.append(str(error))
            _print(file, counts, as_json=as_json)
            if not_tried := counts["not_tried"]:
                mistakes.append(f"{file}: {counted(not_tried, 'page')} not tried; import it again")
        await indexing.catch_up(crawler.database)
    return mistakes


async def _import_file(
    crawler: Crawler,
    file: Path,
    counts: Counter[str],
    relevant: bool,
) -> None:
    size = await asyncio.to_thread(lambda: file.stat().st_size)
    with shown_progress(plain(file.name), in_bytes=True) as show:
        show(0, size)
        pages = read_pages(
            file,
            crawler.config.drawdown.limits.article_bytes,
            lambda place: show(place, size),
        )
        async for _ in import_pages(crawler, pages, counts, only_relevant=relevant):
            pass  # the bar moves with the file


def _print(file: Path, counts: Counter[str], *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(file), "pages": counts.total(), "outcomes": counts})
        return
    parts = [f"{n} {outcome}" for outcome, n in sorted(counts.items()) if n]
    outcomes = f": {', '.join(parts)}" if parts else ""
    say(f"{plain(file)}: {counted(counts.total(), 'page')}{outcomes}", hanging=2)
