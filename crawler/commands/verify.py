"""`drawdown verify`: is the corpus what it says, page by page."""

from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

import click

from crawler import config as configuration
from crawler import eventloop
from crawler.assembly import open_workers
from crawler.commands.console import json_option, plain, print_json
from crawler.commands.progress import shown_progress
from crawler.config import Config
from crawler.extract.article import VERSION
from crawler.proving import prove
from crawler.rereading import ArchiveReader
from storage import rereading
from storage.archive import verify as archive
from storage.archive.archive import folder_for
from storage.archive.verify import Broken
from storage.database import find_damage, open_corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a check brought to light."""

    damage: str | None
    broken: list[Broken]
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
    place and article. Exits with 1 where there is one. Pages that the store does not name, and
    texts without a page, are counted and no error.

    Example: drawdown verify
    """
    loaded = configuration.load(config)
    folder = folder_for(loaded.store)
    with open_corpus(loaded.store) as connection:
        damage = find_damage(connection)
        broken = list(archive.broken(connection, folder))
        proved = 0 if quick else eventloop.run(_prove(connection, loaded, broken))
        found = _Found(
            damage=damage,
            broken=broken,
            pages=archive.count(connection),
            proved=proved,
            unnamed=dict(archive.unnamed(connection, folder)),
            not_archived=archive.not_archived(connection),
        )
    if as_json:
        print_json(found)
    else:
        _print(loaded.store, found)
    raise click.exceptions.Exit(1 if damage is not None or broken else 0)


async def _prove(connection: Connection, config: Config, broken: list[Broken]) -> int:
    """Add the texts that their pages do not give; return how many they do."""
    texts = list(rereading.read_by(connection, VERSION))
    failed = 0
    async with open_workers(config) as workers:
        reader = ArchiveReader(workers, folder_for(config.store))
        with shown_progress("texts") as show:
            async for text, reason in prove(connection, reader, texts, show):
                failed += 1
                broken.append(Broken(text.place.file, text.place.offset, text.article_id, reason))
    return len(texts) - failed


def _print(store: Path, found: _Found) -> None:
    if found.damage is not None:
        click.echo(f"{store}: damaged: {found.damage}; restore a back-up", err=True)
    for record in found.broken:
        whose = f" (article {record.article_id})" if record.article_id else ""
        click.echo(f"{record.file} at {record.offset}{whose}: {plain(record.reason)}", err=True)
    click.echo(
        f"{found.pages} pages, {len(found.broken)} broken; {found.proved} texts proved by their "
        f"pages; {found.not_archived} texts on topic without a page"
    )
    for name, size in found.unnamed.items():
        click.echo(f"{name}: {size} bytes that no article names")
