"""The command `drawdown opml`, with `opml export` and `opml import`."""

import sys
from collections.abc import Iterator, Sequence, Set
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
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write to this file; else to standard output."
)
@click.pass_obj
def export_(config: Path, out: Path | None) -> None:
    """Write all outlets as OPML; `opml import` restores them as they were.

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
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@json_option
@click.pass_obj
def import_(config: Path, file: Path, dry_run: bool, as_json: bool) -> None:
    """Append the outlets of an OPML file to the configuration.

    Addresses that are already configured are skipped. Folders become groups. Entries that cannot
    be used are named; nothing else in the configuration changes.

    Example: drawdown opml import subscriptions.opml
    """
    loaded = configuration.load(config)
    listed = lists.read(file.read_bytes())
    for refused in listed.refused:
        click.echo(f"not taken: {plain(refused)}", err=True)
    new = list(_new_outlets(loaded, listed.outlets))
    if new and dry_run:
        configuration.parse(
            writing.with_outlets(config.read_text("utf-8"), new),
            config,
        )
        if not as_json:
            click.echo(plain(writing.with_outlets("", new).strip()))
    elif new:
        writing.append_outlets(config, new)
    if as_json:
        print_json({"outlets": new, "refused": listed.refused, "written": not dry_run})
        return
    click.echo(
        f"{len(new)} outlets {'would be ' if dry_run else ''}added, "
        f"{len(listed.outlets) - len(new)} there already, {len(listed.refused)} not usable",
        err=True,
    )


def _new_outlets(
    config: Config,
    outlets: Sequence[Table],
) -> Iterator[Table]:
    """Yield outlets with those of their addresses that are new, under names that are free."""
    names = {outlet.name for outlet in config.source}
    known = {
        url
        for outlet in config.source
        for kind in SourceKind
        for url in getattr(outlet, kind.value)
    }
    for outlet in outlets:
        addresses = _new_addresses(outlet, known)
        if not addresses:
            continue
        known.update(_normal(url) for listed in addresses.values() for url in listed)
        name = outlet["name"]
        if name in names:
            first = next(iter(addresses.values()))[0]
            name = f"{name} ({urls.host_of(first)})"
        names.add(name)
        yield outlet | {"name": name} | addresses


def _new_addresses(outlet: Table, known: Set[str]) -> dict[str, list[str]]:
    """Return the addresses of an outlet that are not configured, by kind of source."""
    found = {}
    for kind in SourceKind:
        new = [url for url in outlet.get(kind.value, []) if _normal(url) not in known]
        if new:
            found[kind.value] = new
    return found


def _normal(url: str) -> str:
    try:
        return urls.normal(url)
    except ValueError:  # the check of the whole configuration reports it
        return url
