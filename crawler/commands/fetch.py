"""The command `drawdown fetch`."""

from pathlib import Path
from typing import Any

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.config import Config
from crawler.runtime import eventloop
from crawler.scouting.session import fetch_all
from crawler.text.counting import counted


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@json_option
@click.pass_obj
def fetch(config: Path, urls: tuple[str, ...], as_json: bool) -> None:
    """Fetch each address once, politely, and report the result; nothing is stored.

    Exits with 1 if an address could not be fetched.

    Example: drawdown fetch --json https://www.example.org/feed
    """
    failed = eventloop.run(_print_fetched(configuration.load(config), urls, as_json))
    raise click.exceptions.Exit(1 if failed else 0)


async def _print_fetched(
    config: Config,
    urls: tuple[str, ...],
    as_json: bool,
) -> bool:
    """Print the results as they come; return whether any failed."""
    failed = False
    async for result in fetch_all(config, urls):
        failed = failed or "error" in result
        if as_json:
            print_json(result)
        else:
            _print_result(result)
    return failed


def _print_result(result: dict[str, Any]) -> None:
    """Print a result as one line. Any: JSON values."""
    status = result.get("status") or "-"
    address = result.get("final_url") or result["url"]
    parts = [f"{result['outcome']:>16}", str(status)]
    milliseconds = result.get("phases", {}).get("total")
    if milliseconds is not None:
        parts.append(f"{milliseconds:.0f} ms  {counted(result.get('size') or 0, 'byte')}")
    parts.append(plain(address))
    if "error" in result:
        parts.append(plain(result["error"]))
    say("  ".join(parts), hanging=18)
