"""The commands `drawdown opml export` and `opml import`."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from crawler import config as configuration
from crawler import urls
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.text import plain
from crawler.config import Config, writing
from crawler.config import opml as lists
from crawler.config.opml import Table
from storage.records.model import SourceKind
from storage.sqlite.atomic import whole


@click.group()
def opml() -> None:
    """Exchange outlets with other feed readers.

    Example: drawdown opml export --out outlets.opml
    """


@opml.command(name="export")
@click.option("--out", type=click.Path(path_type=Path), help="A file; else standard output.")
@click.pass_obj
def export_(config: Path, out: Path | None) -> None:
    """Write all outlets as OPML. Read by `opml import`, they are as they were.

    Example: drawdown opml export --out outlets.opml
    """
    data = lists.write(configuration.load(config).source)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        with whole(out) as partial:
            partial.write_bytes(data)


@opml.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@json_option
@click.pass_obj
def import_(config: Path, file: Path, dry_run: bool, as_json: bool) -> None:
    """Append the outlets of an OPML file to the configuration.

    Addresses that are there already are left out. Folders become groups. Entries that cannot be
    used are named; nothing else in the configuration changes.

    Example: drawdown opml import subscriptions.opml
    """
    loaded = configuration.load(config)
    listed = lists.read(file.read_bytes())
    for refused in listed.refused:
        click.echo(f"not taken: {plain(refused)}", err=True)
    fresh = list(_fresh(loaded, listed.outlets))
    if fresh and dry_run:
        configuration.parse(writing.with_outlets(config.read_text("utf-8"), fresh), config)
        if not as_json:
            click.echo(plain(writing.with_outlets("", fresh).strip()))
    elif fresh:
        writing.append_outlets(config, fresh)
    if as_json:
        print_json({"outlets": fresh, "refused": listed.refused, "written": not dry_run})
        return
    click.echo(
        f"{len(fresh)} outlets {'would be ' if dry_run else ''}added, "
        f"{len(listed.outlets) - len(fresh)} there already, {len(listed.refused)} not usable",
        err=True,
    )


def _fresh(config: Config, outlets: Sequence[Table]) -> Iterator[Table]:
    """Yield what is new of some outlets: addresses, and names that nobody has."""
    names = {outlet.name for outlet in config.source}
    known = {url for o in config.source for kind in SourceKind for url in getattr(o, kind.value)}
    for outlet in outlets:
        addresses = {
            kind.value: [url for url in outlet.get(kind.value, []) if _normal(url) not in known]
            for kind in SourceKind
        }
        if not any(addresses.values()):
            continue
        first = next(found[0] for found in addresses.values() if found)
        name = outlet["name"]
        if name in names:
            name = f"{name} ({urls.host_of(first)})"
        names.add(name)
        known.update(_normal(url) for found in addresses.values() for url in found)
        yield outlet | {"name": name} | {kind: found for kind, found in addresses.items() if found}


def _normal(url: str) -> str:
    try:
        return urls.normal(url)
    except ValueError:  # told by the check of the whole file
        return url
