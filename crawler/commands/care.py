"""`drawdown backup` and `forget`: a copy of the store, and what has to leave it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.render.console import json_option, plain, print_json
from crawler.commands.render.names import complete_outlet
from crawler.commands.render.progress import shown_progress
from crawler.commands.show import find_article
from crawler.maintenance import labels
from crawler.runtime import eventloop
from crawler.runtime.resources import patience
from storage import forgetting
from storage.archive import archive, copying
from storage.archive.archive import folder_for
from storage.errors import StorageError, StoreCorrupt
from storage.forgetting import Forgotten, What
from storage.sqlite.atomic import whole
from storage.sqlite.database import Database, find_damage, open_corpus

_STEP = 10_000  # pages of 4 KiB between two moves of the bar


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def backup(config: Path, path: Path, as_json: bool) -> None:
    """Copy the store to PATH with its archive and labels, also while a daemon writes it.

    The copy is checked and takes its name only when everything is complete. Of an archive that was
    copied to this place before, only what is new is copied again.

    Example: drawdown backup /mnt/backup/corpus.db
    """
    store = configuration.load(config).store
    try:
        with whole(path) as partial:
            pages = _copy(store, partial, folder_for(path))
            said = labels.file_for(store)
            if said.is_file():
                labels.copy(said, labels.file_for(path))
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error}") from error
    size = path.stat().st_size
    if as_json:
        print_json({"store": str(store), "copy": str(path), "bytes": size, "archive_bytes": pages})
        return
    click.echo(f"{store} copied to {path}: {size} bytes, sound; {pages} bytes of its archive")


def _copy(store: Path, file: Path, folder: Path) -> int:
    """Copy a store, and the archive that the copy names; return the bytes of the archive."""
    with open_corpus(store) as source, closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        with shown_progress("pages of the store") as show:
            source.backup(
                connection, pages=_STEP, progress=lambda _, left, total: show(total - left, total)
            )
        damage = find_damage(connection)
        if damage is not None:
            raise StoreCorrupt(f"{store}: the copy is damaged: {damage}")
        return copying.copy(connection, folder_for(store), folder)


@click.command()
@click.argument("texts", nargs=-1, metavar="[ID|URL]...")
@click.option("--source", help="Every article of the outlet with this name.",
              shell_complete=complete_outlet)  # fmt: skip
@click.option("--author", help="Every article that this person signed.")
@click.option("--reason", required=True, help="Your words, kept without what was removed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def forget(
    config: Path,
    texts: tuple[str, ...],
    source: str | None,
    author: str | None,
    reason: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Remove articles: text, revisions, verdicts, index, sightings and labels.

    What stays is a hash of each address, so that it is never fetched again, and a row that says
    when, how many and why. Needs the store to itself: stop the daemon first. Backups and exports
    made before are yours to find. Exits with 1 where there is nothing to forget.

    Example: drawdown forget https://www.example.org/article --reason "court order 12/2026"
    """
    loaded = configuration.load(config)
    what: What = "source" if source else "author" if author else "article"
    with open_corpus(loaded.store) as connection:
        ids = [find_article(connection, text) for text in texts]
        ids += forgetting.of_source(connection, source) if source else []
        ids += forgetting.of_author(connection, author) if author else []
    chosen = sorted(set(ids))
    if not chosen:
        click.echo("nothing to forget", err=True)
        raise click.exceptions.Exit(1)
    if not yes:
        click.confirm(f"remove {len(chosen)} articles from {plain(loaded.store)}?", abort=True)
    done = eventloop.run(_forget(loaded.store, chosen, what, reason))
    labels.drop(labels.file_for(loaded.store), set(done.canonical_urls))
    if as_json:
        print_json({"articles": done.articles, "orphans": done.orphans})
        return
    click.echo(f"{done.articles} articles removed")
    if done.orphans:
        click.echo(f"{done.orphans} lost their original: `drawdown reprocess --dedupe`")


async def _forget(store: Path, ids: list[int], what: What, reason: str) -> Forgotten:
    old: list[Path] = []

    def change(connection: sqlite3.Connection) -> Forgotten:
        addresses = forgetting.addresses_of(connection, ids)
        old.extend(archive.remove(connection, folder_for(store), ids, addresses))
        return forgetting.forget(connection, ids, what, reason)

    async with Database.open(store, patience()) as database:
        done = await database.write(change)
        for file in old:
            file.unlink(missing_ok=True)
            archive.orphan_of(file).unlink(missing_ok=True)
        await database.vacuum()
    return done
