"""`drawdown verify`: is the corpus what it says, page by page."""

from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.console import json_option, plain, print_json
from storage.archive import verify as archive
from storage.archive.archive import folder_for
from storage.database import find_damage, open_corpus


@click.command()
@json_option
@click.pass_obj
def verify(config: Path, as_json: bool) -> None:
    """Check the store and its archive: the database, and every page by its digest.

    Each broken record is named with file, place and article. Exits with 1 where there is one.
    Pages that the store does not name, and texts without a page, are counted and no error.

    Example: drawdown verify
    """
    store = configuration.load(config).store
    folder = folder_for(store)
    with open_corpus(store) as connection:
        damage = find_damage(connection)
        broken = list(archive.broken(connection, folder))
        named = connection.execute("SELECT count(*) FROM archived").fetchone()[0]
        unnamed = dict(archive.unnamed(connection, folder))
        missing = archive.not_archived(connection)
    if as_json:
        print_json({"damage": damage, "broken": broken, "pages": named, "unnamed": unnamed,
                    "not_archived": missing})  # fmt: skip
    else:
        if damage is not None:
            click.echo(f"{store}: damaged: {damage}; restore a back-up", err=True)
        for record in broken:
            whose = f" (article {record.article_id})" if record.article_id else ""
            click.echo(f"{record.file} at {record.offset}{whose}: {plain(record.reason)}", err=True)
        click.echo(f"{named} pages, {len(broken)} broken; {missing} texts on topic without a page")
        for name, size in unnamed.items():
            click.echo(f"{name}: {size} bytes that no article names")
    raise click.exceptions.Exit(1 if damage is not None or broken else 0)
