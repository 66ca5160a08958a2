"""Every stored fact about an article, by its name: `drawdown show --all`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import click

from crawler.commands.render.prose import say
from crawler.commands.render.text import moment, plain

_NOT_SHOWN = {"headers"}  # of a response: --json has them


def print_facts(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Print records, each with its facts on lines of their own."""
    if not rows:
        return
    click.echo()
    say(title, bold=True)
    for number, row in enumerate(rows, 1):
        if len(rows) > 1:
            say(f"{number}.", indent=2)
        for name, value in row.items():
            if name not in _NOT_SHOWN:
                for line in _lines(name, value):
                    say(line, indent=4, hanging=4)


def _lines(name: str, value: object) -> Iterator[str]:
    """Yield a fact as lines; a list and a table have a line for each of theirs."""
    if value in (None, "", [], {}):
        return
    match value:
        case Mapping():
            yield f"{name}:"
            for key, inner in value.items():
                yield f"  {plain(key)}: {written(inner)}"
        case list() | tuple():
            yield f"{name}: {', '.join(map(written, value))}"
        case _:
            yield f"{name}: {written(value)}"


def written(value: object) -> str:
    """Return a value as people write it.

    >>> written(0.39565599996649325), written(16.0), written("2026-11-28T17:27:18.017Z")
    ('0.396', '16', '2026-11-28 17:27:18 UTC')
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
        case str():
            return plain(_with_zone(value))
        case datetime():
            return moment(value)
    return plain(value)


def _with_zone(text: str) -> str:
    """Return a time of the store with its zone in words; any other text as it is."""
    stamp = _STAMP.fullmatch(text)
    return f"{stamp[1]} {stamp[2]} UTC" if stamp else text


# As the store writes it: 2026-11-28T17:27:18.017Z.
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z")
