"""The command `drawdown backup`."""

from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.progress import shown_progress
from crawler.commands.render.text import plain
from crawler.maintenance.backup import copy_store


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def backup(config: Path, path: Path, as_json: bool) -> None:
    """Copy the store to PATH with its archive and labels, even while a daemon writes to it.

    The copy is checked, and gets its name only when everything is complete. If the archive was
    copied to this place before, only new pages are copied again.

    Example: drawdown backup /mnt/backup/corpus.db
    """
    store = configuration.load(config).store
    with shown_progress("pages of the store") as show:
        archive_bytes = copy_store(store, path, show)
    size = path.stat().st_size

    if as_json:
        facts = {
            "store": str(store),
            "copy": str(path),
            "bytes": size,
            "archive_bytes": archive_bytes,
        }
        print_json(facts)
        return
    click.echo(
        f"{plain(store)} copied to {plain(path)}: {size} bytes, no damage found; "
        f"{archive_bytes} bytes of its archive"
    )
