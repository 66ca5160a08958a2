"""How commands print: JSON lines for machines, tables for people."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

_SHORT, _LEAST = 16, 8  # characters: what is no longer stays in one line; the least of the rest


def print_json(value: object) -> None:
    """Print a record as one line of JSON."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def print_table(title: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print rows for people; text is shown as it is, never as markup or control characters."""
    cells = [[_cell(plain(cell)) for cell in row] for row in rows]
    table = Table(title=title, title_justify="left", header_style="bold", box=SIMPLE_HEAD,
                  pad_edge=False, padding=(0, 1, 0, 0))  # fmt: skip
    for place, heading in enumerate(headings):
        is_short = max((row[place].cell_len for row in cells), default=0) <= _SHORT
        table.add_column(
            heading, overflow="fold", no_wrap=is_short, min_width=None if is_short else _LEAST
        )
    for row in cells:
        table.add_row(*row)
    Console().print(table)


# Words that say how something stands, the same in every table.
_COLOURS = {
    **dict.fromkeys(("ok", "readable", "taken"), "green"),
    **dict.fromkeys(("silent", "moved", "layout changed", "empty extractions", "slow by robots",
                     "possible"), "yellow"),
    **dict.fromkeys(("failing", "denied", "gone"), "red"),
}  # fmt: skip


def _cell(text: str) -> Text:
    return Text(text, style=_COLOURS.get(text, ""))


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


def span(seconds: float | None) -> str:
    """Return a time as people say it; nothing of none.

    >>> span(5400)
    '90 min'
    """
    if seconds is None:
        return ""
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago a time was; nothing of none."""
    return f"{span((now - moment).total_seconds())} ago" if moment else ""


def ahead(moment: datetime, now: datetime) -> str:
    """Return in how long a time comes."""
    return f"in {span((moment - now).total_seconds())}" if moment > now else "due"


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
