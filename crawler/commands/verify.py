"""`drawdown verify`: is the corpus what it says, page by page."""

from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.progress import shown_progress
from crawler.commands.render.text import plain
from crawler.config import Config
from crawler.extract.article import VERSION
from crawler.maintenance.reextract import ArchiveReader
from crawler.maintenance.verify import prove
from crawler.pipeline.assembly import open_workers
from crawler.runtime import eventloop
from storage.archive import verify as archive
from storage.archive.archive import folder_for
from storage.archive.verify import Broken
from storage.articles import rereading
from storage.sqlite.database import find_damage, open_corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a check brought to light."""

    damage: str | None
    broken: list[Broken]
    not_tried: list[Broken]  # pages whose parser was lost: nothing is known of their texts
    pages: int
    proved: int
    unnamed: dict[str, int]  # bytes, by file
    not_archived: int


@click.command()
@click.option("--quick", is_flag=True, help="Digests only: read no page again.")
@json_option
@click.pass_obj
def verify(config: Path, quick: bool, as_json: bool) -> None:
    """Check the store and its archive: the database, every page by its digest, every text.

    A text is proved by its page: read as it was read when it came, it has to give that text again;
    texts of earlier extractors are counted and left out. Each broken record is named with file,
    place and article. A text whose page could not be read again, because the parser was lost or
    took too long, is named as not tried: it is neither proved nor broken. Exits with 1 where a
    record is broken or a text was not tried. Pages that the store does not name, and texts without
    a page, are counted and no error.

    Example: drawdown verify
    """
    loaded = configuration.load(config)
    folder = folder_for(loaded.store)
    with open_corpus(loaded.store) as connection:
        damage = find_damage(connection)
        broken = list(archive.broken(connection, folder))
        not_tried: list[Broken] = []
        proved = 0
        if not quick:
            proved = eventloop.run(_prove(connection, loaded, broken, not_tried))
        found = _Found(
            damage=damage,
            broken=broken,
            not_tried=not_tried,
            pages=archive.count(connection),
            proved=proved,
            unnamed=dict(archive.unnamed(connection, folder)),
            not_archived=archive.not_archived(connection),
        )
    if as_json:
        print_json(found)
    else:
        _print(loaded.store, found)
    is_sound = damage is None and not broken and not not_tried
    raise click.exceptions.Exit(0 if is_sound else 1)


async def _prove(
    connection: Connection, config: Config, broken: list[Broken], not_tried: list[Broken]
) -> int:
    """Add the texts that their pages do not give, or that were not tried; return how many do."""
    texts = list(rereading.read_by(connection, VERSION))
    failed = 0
    async with open_workers(config) as workers:
        reader = ArchiveReader(workers, folder_for(config.store))
        with shown_progress("texts") as show:
            async for one in prove(connection, reader, texts, show):
                failed += 1
                place = one.text.place
                record = Broken(place.file, place.offset, one.text.article_id, one.reason)
                (broken if one.is_tried else not_tried).append(record)
    return len(texts) - failed


def _print(store: Path, found: _Found) -> None:
    if found.damage is not None:
        click.echo(f"{store}: damaged: {found.damage}; restore a back-up", err=True)
    for record in (*found.broken, *found.not_tried):
        whose = f" (article {record.article_id})" if record.article_id else ""
        click.echo(f"{record.file} at {record.offset}{whose}: {plain(record.reason)}", err=True)
    click.echo(
        f"{found.pages} pages, {len(found.broken)} broken; {found.proved} texts proved by their "
        f"pages, {len(found.not_tried)} not tried; {found.not_archived} texts on topic without a "
        "page"
    )
    for name, size in found.unnamed.items():
        click.echo(f"{name}: {size} bytes that no article names")
