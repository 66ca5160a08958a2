"""The command `drawdown config`."""

from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.names import complete_outlet, named
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.config import effective
from crawler.text.counting import counted


@click.command(name="config")
@click.argument("source", required=False, shell_complete=complete_outlet)
@json_option
@click.pass_obj
def config(config: Path, source: str | None, as_json: bool) -> None:
    """Show every effective setting, with its value and the line or default it comes from.

    With SOURCE, an outlet's name: the settings of that outlet.

    Example: drawdown config "Enab Baladi"
    """
    loaded = configuration.load(config)
    if source is None:
        found = list(effective.settings(loaded))
    else:
        known = {outlet.name: outlet for outlet in loaded.source}
        outlet = known[named(source, known, "source")]
        found = list(effective.of_outlet(loaded, outlet))
    if as_json:
        for setting in found:
            print_json(setting)
        return
    print_table(
        plain(source or str(config)),
        ("Setting", "Value", "From"),
        ((setting.key, setting.value, setting.origin) for setting in found),
    )
    if source is None:
        enabled = sum(outlet.enabled for outlet in loaded.source)
        say(f"{counted(len(loaded.source), 'outlet')}, {enabled} of them enabled")
