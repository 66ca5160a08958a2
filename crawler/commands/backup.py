"""The command `drawdown backup`."""

from pathlib import Path

import click

from crawler.commands.arguments import json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.progress import shown_progress
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.maintenance.backup import copy_store
from crawler.text.counting import counted


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def backup(config: Path, path: Path, as_json: bool) -> None:
    """Copy the store to PATH with its archive and labels, even while a daemon writes to it.

    The copy is checked, and gets its name only when everything is complete. If the archive was
    copied to this place before, only new pages are copied again. A store of an earlier version is
    copied as it is. Exits with 1 if files of the archive are missing or cut short: all that is left
    of them is copied.

    Example: drawdown backup /mnt/backup/corpus.db
    """
    store = read_config(config).store
    with shown_progress("pages of the store") as show:
        copied = copy_store(store, path, show)
    size = path.stat().st_size

    if as_json:
        facts = {
            "store": str(store),
            "copy": str(path),
            "bytes": size,
            "archive_bytes": copied.size_bytes,
            "archive_incomplete": copied.incomplete,
        }
        print_json(facts)
    else:
        say(
            f"{plain(store)} copied to {plain(path)}: {counted(size, 'byte')}, no damage found; "
            f"{counted(copied.size_bytes, 'byte')} of its archive"
        )
    if copied.incomplete:
        verb = "is" if len(copied.incomplete) == 1 else "are"
        say(
            f"{counted(len(copied.incomplete), 'file')} of the archive {verb} missing or cut "
            f"short ({plain(copied.incomplete[0])} first): `drawdown verify` names their pages",
            err=True,
        )
        raise click.exceptions.Exit(1)
