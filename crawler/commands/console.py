"""How commands print: JSON lines for machines, tables for people."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_json(value: object) -> None:
    """Print a record as one line of JSON."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def print_table(title: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print rows for people; text is shown as it is, never as markup or control characters."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    Console().print(table)


def plain(value: object) -> str:
    """Return a value as text that cannot command a terminal."""
    shown = value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value
    text = "" if shown is None else str(shown)
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    """Return a character as it may be shown: joiners stay, since Persian words need them."""
    if character.isprintable() or character in "\n\u200c\u200d":
        return character
    return " " if character.isspace() else "\ufffd"


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one record a line.")


class Moment(click.ParamType[datetime]):
    """A time, or a day at its beginning, in UTC where no zone is written."""

    name = "time"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read ISO 8601."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time: write 2026-11-25 or 2026-11-25T12:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


as_of_option = click.option("--as-of", type=Moment(), help="The corpus as it was known then.")
