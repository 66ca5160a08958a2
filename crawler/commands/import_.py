"""`drawdown import`: pages of archives become articles."""

from collections import Counter
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.progress import shown_progress
from crawler.commands.render.text import plain
from crawler.config import Config
from crawler.daemon import indexing
from crawler.errors import WarcUnreadable
from crawler.maintenance.importing import import_pages
from crawler.maintenance.warc import read_pages
from crawler.pipeline.assembly import open_crawler
from crawler.pipeline.context import Run
from crawler.runtime import eventloop


@click.command("import")
@click.argument("files", nargs=-1, required=True,
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--relevant", is_flag=True, help="Keep only what is on topic.")
@json_option
@click.pass_obj
def import_(config: Path, files: tuple[Path, ...], relevant: bool, as_json: bool) -> None:
    """Import the pages of WARC files: ours, CC-NEWS, or any other's.

    They pass the same pipeline as fetched pages, with the time of their fetch. A page belongs to
    the outlet of sources.toml on whose site it stands, else to its host. Pages that are in the
    store are passed over, so a stopped import goes on where it was. Needs the store to itself:
    stop the daemon first. Exits with 1 where a file is damaged.

    Example: drawdown import CC-NEWS-20241209-00001.warc.gz --relevant
    """
    mistakes = eventloop.run(_import_all(configuration.load(config), files, relevant, as_json))
    for mistake in mistakes:
        click.echo(plain(mistake), err=True)
    raise click.exceptions.Exit(1 if mistakes else 0)


async def _import_all(
    config: Config, files: tuple[Path, ...], relevant: bool, as_json: bool
) -> list[str]:
    """Import file by file; return what is wrong with those that are damaged."""
    mistakes = []
    async with open_crawler(config) as crawler:
        for file in files:
            counts: Counter[str] = Counter()
            try:
                await _import(crawler.run, file, counts, relevant)
            except WarcUnreadable as error:
                mistakes.append(str(error))
            if as_json:
                print_json({"file": str(file), "pages": counts.total(), "outcomes": counts})
            else:
                click.echo(f"{file}: {_summed(counts)}")
        await indexing.catch_up(crawler.run.database)
    return mistakes


async def _import(run: Run, file: Path, counts: Counter[str], relevant: bool) -> None:
    pages = read_pages(file, run.config.drawdown.limits.article_bytes)
    with shown_progress(f"pages of {file.name}") as show:
        async for done in import_pages(run, pages, counts, only_relevant=relevant):
            show(done, None)


def _summed(counts: Counter[str]) -> str:
    parts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items()) if n)
    return f"{counts.total()} pages" + (f": {parts}" if parts else "")
