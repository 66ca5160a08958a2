"""The command `drawdown extract`."""

from pathlib import Path
from typing import Any

import click

from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.runtime import eventloop
from crawler.scouting.pages import read_pages

_PLACE_CHARACTERS = 60
_TEXT_CHARACTERS = 100


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|URL...", type=click.UNPROCESSED)
@click.option("--url", help="The address that a file was fetched from.")
@click.option(
    "--explain",
    is_flag=True,
    help="Show each block, accepted or not, with the signal that decided.",
)
@json_option
@click.pass_obj
def extract(
    config: Path, inputs: tuple[str, ...], url: str | None, explain: bool, as_json: bool
) -> None:
    """Extract the article from pages on disk (plain or gzipped) or on the web.

    Exits with 1 if a page contains no article or cannot be read.

    Example: drawdown extract --explain --url https://www.example.org/a page.html
    """
    failed = eventloop.run(_print_extracted(config, inputs, url, explain, as_json))
    raise click.exceptions.Exit(1 if failed else 0)


async def _print_extracted(
    config: Path, inputs: tuple[str, ...], url: str | None, explain: bool, as_json: bool
) -> bool:
    """Print the results as they come; return whether any failed."""
    failed = False
    async for result in read_pages(config, inputs, url, explain=explain):
        failed = failed or "error" in result
        if as_json:
            print_json(result)
        else:
            _print_result(result, explain=explain)
    return failed


def _print_result(result: dict[str, Any], *, explain: bool) -> None:
    """Print an article or an error for people. Any: JSON values."""
    if "error" in result:
        say(
            f"{plain(result['input'])}: {plain(result['error'])}",
            err=True,
        )
    else:
        say(plain(result["headline"]), bold=True)
        say(f"{plain(', '.join(result['byline']))} {plain(result['published'])}\n")

    if explain:
        _print_signals(result)
    elif "body" in result:
        say("\n\n".join(map(plain, result["body"])) + "\n")


def _print_signals(result: dict[str, Any]) -> None:
    """Show the provenance of each field, and each block with the signal that decided.

    Any: as above.
    """
    for field, origin in result.get("origins", {}).items():
        say(f"{field:>14}: {plain(origin)}", indent=2, hanging=16)
    for block in result.get("blocks", ()):
        mark = "+" if block["is_taken"] else "-"
        place = plain(block["place"])[:_PLACE_CHARACTERS]
        text = plain(block["text"])[:_TEXT_CHARACTERS]
        signal = click.style(f"{mark} {plain(block['signal'])}", bold=block["is_taken"])
        say(f"{signal}  <{place}>  {text}", hanging=4)
