"""The command `drawdown opml`, with `opml export` and `opml import`."""

import sys
from collections.abc import Iterator, Sequence, Set
from itertools import chain
from pathlib import Path

import click

from crawler import config as configuration
from crawler import urls
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.config import Config, Outlet, writing
from crawler.config import opml as lists
from crawler.config.opml import Table
from crawler.text.counting import counted
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

    Users and passwords of addresses are not written, and the outlets that have one are named.

    Example: drawdown opml export --out outlets.opml
    """
    outlets = configuration.load(config).source
    for outlet in outlets:
        if _has_credentials(outlet):
            name = plain(outlet.name)
            say(f"{name}: user and password of an address are not written", err=True)
    data = lists.write(outlets)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        with whole(out) as partial:
            partial.write_bytes(data)


def _has_credentials(outlet: Outlet) -> bool:
    credentials = [getattr(url, "credentials", None) for url in _addresses_of(outlet)]
    return any(credentials)


def _addresses_of(outlet: Outlet) -> list[str]:
    """Return all addresses of an outlet."""
    addresses: list[str] = []
    for kind in SourceKind:
        addresses += getattr(outlet, kind.value)
    return addresses


@opml.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@json_option
@click.pass_obj
def import_(config: Path, file: Path, dry_run: bool, as_json: bool) -> None:
    """Append the outlets of an OPML file to the configuration.

    Addresses that are already configured are skipped. Folders become groups. Entries and attributes
    that cannot be used are named; nothing else in the configuration changes.

    Example: drawdown opml import subscriptions.opml
    """
    loaded = configuration.load(config)
    listed = lists.read(file.read_bytes())
    for refused in listed.refused:
        say(f"not taken: {plain(refused)}", hanging=2, err=True)
    for left_out in listed.left_out:
        say(plain(left_out), hanging=2, err=True)
    new = list(_new_outlets(loaded, listed.outlets))
    if new and dry_run:
        configuration.parse(
            writing.with_outlets(config.read_text("utf-8"), new),
            config,
        )
        if not as_json:
            click.echo(plain(writing.with_outlets("", _shown(new)).strip()))
    elif new:
        writing.append_outlets(config, new)
    if as_json:
        record = {
            "outlets": _shown(new),
            "refused": listed.refused,
            "left_out": listed.left_out,
            "written": not dry_run,
        }
        print_json(record)
        return
    say(
        f"{counted(len(new), 'outlet')} {'would be ' if dry_run else ''}added, "
        f"{len(listed.outlets) - len(new)} there already, {len(listed.refused)} not usable",
        err=True,
    )


def _new_outlets(
    config: Config,
    outlets: Sequence[Table],
) -> Iterator[Table]:
    """Yield outlets with their new addresses, under names that no other outlet has."""
    names = {outlet.name for outlet in config.source}
    known: set[str] = set()
    for configured in config.source:
        known.update(_addresses_of(configured))

    for outlet in outlets:
        addresses = _new_addresses(outlet, known)
        if not addresses:
            continue
        listed = list(chain.from_iterable(addresses.values()))
        known.update(map(_normal, listed))
        name = _free_name(outlet["name"], listed[0], names)
        names.add(name)
        yield outlet | {"name": name} | addresses


def _free_name(name: str, url: str, names: Set[str]) -> str:
    """Return a name that no outlet has: its own, or with the host of its address."""
    possible = lists.names_of(name, url)  # it does not end
    return next(candidate for candidate in possible if candidate not in names)


def _shown(outlets: Sequence[Table]) -> list[Table]:
    """Return outlets without the users and passwords of their addresses."""
    shown: list[Table] = []
    for outlet in outlets:
        addresses = {
            kind.value: [urls.without_credentials(url) for url in outlet[kind.value]]
            for kind in SourceKind
            if outlet.get(kind.value)
        }
        shown.append(outlet | addresses)
    return shown


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
