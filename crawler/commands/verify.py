"""The command `drawdown verify`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

import click

from crawler.commands.arguments import json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.progress import shown_progress, watched
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.config import Config
from crawler.extract.article import VERSION
from crawler.maintenance.reextract import ArchiveReader
from crawler.maintenance.verify import Mismatch, verify_texts
from crawler.pipeline.assembly import open_workers
from crawler.runtime import eventloop
from crawler.text.counting import counted
from storage.archive import verify as archive
from storage.archive.places import folder_for
from storage.archive.verify import Broken
from storage.articles import rereading
from storage.sqlite.database import find_damage, open_corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What verification found."""

    damage: str | None
    broken: list[Broken]
    not_tried: list[Broken]  # pages whose parser was lost: nothing is known of their texts
    pages: int
    proved: int
    unnamed: dict[str, int]  # bytes, by file
    not_archived: int

    @property
    def is_sound(self) -> bool:
        """Whether nothing is broken and nothing was left untried."""
        return self.damage is None and not self.broken and not self.not_tried


@click.command()
@click.option("--quick", is_flag=True, help="Check digests only; skip re-extraction.")
@json_option
@click.pass_obj
def verify(config: Path, quick: bool, as_json: bool) -> None:
    """Check the store and its archive: the database, every page by its digest, every text.

    Each page is extracted again with its original inputs, and must give the stored text; texts of
    earlier extractors are counted and skipped. Each broken record is named with its file, offset
    and article. A text whose page could not be extracted, because the parser was lost or took too
    long, is named as not tried: it is neither proved nor broken. Exits with 1 if a record is
    broken or a text was not tried. Pages that the store does not reference, and texts without a
    page, are counted; they are no errors.

    Example: drawdown verify
    """
    loaded = read_config(config)
    with open_corpus(loaded.store) as connection:
        found = _verify(connection, loaded, quick=quick)
    if as_json:
        print_json(found)
    else:
        _print(loaded.store, found)
    raise click.exceptions.Exit(0 if found.is_sound else 1)


def _verify(
    connection: Connection,
    config: Config,
    *,
    quick: bool,
) -> Findings:
    folder = folder_for(config.store)
    damage = find_damage(connection)
    pages = archive.count(connection)
    with shown_progress("digests of pages") as show:
        broken = list(archive.broken(connection, folder, lambda rows: watched(rows, pages, show)))
    texts = [] if quick else list(rereading.read_by(connection, VERSION))
    mismatches = eventloop.run(_verify_texts(connection, config, texts)) if texts else []
    return Findings(
        damage=damage,
        broken=broken + [_broken(one) for one in mismatches if one.is_tried],
        not_tried=[_broken(one) for one in mismatches if not one.is_tried],
        pages=pages,
        proved=len(texts) - len(mismatches),
        unnamed=dict(archive.unnamed(connection, folder)),
        not_archived=archive.not_archived(connection),
    )


async def _verify_texts(
    connection: Connection, config: Config, texts: Sequence[rereading.Archived]
) -> list[Mismatch]:
    async with open_workers(config) as workers:
        reader = ArchiveReader(workers, folder_for(config.store))
        with shown_progress("texts of pages") as show:
            return [one async for one in verify_texts(connection, reader, texts, show)]


def _broken(mismatch: Mismatch) -> Broken:
    place = mismatch.text.place
    return Broken(
        place.file,
        place.offset,
        mismatch.text.article_id,
        mismatch.reason,
    )


def _print(store: Path, found: Findings) -> None:
    if found.damage is not None:
        say(
            f"{plain(store)}: damaged: {found.damage}; restore a back-up",
            err=True,
        )
    for record in (*found.broken, *found.not_tried):
        article = f" (article {record.article_id})" if record.article_id else ""
        place = f"{plain(record.file)} at {record.offset}{article}"
        say(f"{place}: {plain(record.reason)}", hanging=2, err=True)
    pages, proved = counted(found.pages, "page"), counted(found.proved, "text")
    say(
        f"{pages}, {len(found.broken)} broken; {proved} proved by their pages, "
        f"{len(found.not_tried)} not tried; {counted(found.not_archived, 'text')} on topic "
        "without a page"
    )
    for name, size in found.unnamed.items():
        say(f"{plain(name)}: {counted(size, 'byte')} that no article references", hanging=2)
