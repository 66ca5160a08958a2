"""Shell completion: the names of configured outlets and alerts."""

from pathlib import Path

import click

from crawler.errors import ConfigError


def complete_outlet(
    context: click.Context,
    _parameter: object,
    begun: str,
) -> list[str]:
    """Return the outlets whose names begin with a text."""
    return _names(context, "source", begun)


def complete_alert(
    context: click.Context,
    _parameter: object,
    begun: str,
) -> list[str]:
    """Return the alerts whose names begin with a text."""
    return _names(context, "alert", begun)


def _names(context: click.Context, table: str, begun: str) -> list[str]:
    from crawler import config as configuration

    file = context.find_root().params.get("config") or Path("sources.toml")
    try:
        listed = getattr(configuration.load(file), table)
    except ConfigError:  # the command itself reports it
        return []
    return [one.name for one in listed if one.name.lower().startswith(begun.lower())]
