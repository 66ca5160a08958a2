"""The command `drawdown init`."""

import re
import sys
from importlib import resources
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.text import plain
from storage.sqlite.atomic import whole

_CONTACT = re.compile(r'^# contact = ".*"$', re.M)


@click.command()
@click.argument(
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
)
@click.option("--contact", help="A mail address or URL at which outlets can reach you.")
@json_option
def init(folder: Path, contact: str | None, as_json: bool) -> None:
    """Write a sources.toml with the shipped outlets into FOLDER, by default the current one.

    Refuses where there is one already. Without --contact a terminal is asked for it; else the line
    stays a comment, and nothing is fetched before it is filled in.

    Example: drawdown init ~/syria --contact desk@example.org
    """
    file = folder / "sources.toml"
    if file.exists():
        raise click.UsageError(f"{plain(file)} is there already: nothing was written")
    if contact is None and not as_json and sys.stdin.isatty():
        contact = click.prompt("Contact (a mail address or URL at which outlets can reach you)")

    text = shipped()
    if contact is not None:
        text = _CONTACT.sub(lambda _: f"contact = {_quoted(contact)}", text, count=1)
        configuration.parse(text, file)  # names what is wrong with the contact
    folder.mkdir(parents=True, exist_ok=True)
    with whole(file) as new:
        new.write_text(text, "utf-8")
    _report(file, has_contact=contact is not None, as_json=as_json)


def shipped() -> str:
    """Return the sources.toml that is shipped, from the package or from a checkout."""
    packed = resources.files("crawler") / "docs" / "sources.toml"
    if packed.is_file():
        return packed.read_text("utf-8")
    return (Path(__file__).parents[2] / "sources.toml").read_text("utf-8")


def _quoted(value: str) -> str:
    """Return a text as a basic string of TOML."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _report(file: Path, *, has_contact: bool, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(file), "has_contact": has_contact})
        return
    click.echo(f"{plain(file)} written. Next:")
    if not has_contact:
        click.echo(f"  fill in `contact` in {plain(file)}: nothing is fetched without it")
    where = f" --config {plain(file)}" if file.parent != Path() else ""
    click.echo(f"  drawdown{where} check --live   # is each outlet there, and readable?")
    click.echo(f"  drawdown{where} once           # collect what there is now")
    click.echo(f"  drawdown{where} run            # and go on, until you stop it")
