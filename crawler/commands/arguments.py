"""Arguments and options that several commands have, and what their values are checked for."""

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.render.names import nearest

json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON, one record a line.",
)

# A number of rows: more than a store has, and far less than 64 bits, which SQLite cannot exceed.
MOST_ROWS = 1_000_000_000


class Text(click.ParamType[str]):
    """Text that can be stored and compared: valid UTF-8.

    A shell hands over any bytes. Python keeps those that are not UTF-8 as lone surrogates
    (PEP 383), which neither SQLite nor JSON can write.
    """

    name = "text"

    def convert(
        self,
        value: str,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Return the text as it is."""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(f"{value!a} is not UTF-8", param, ctx)
        return value


TEXT = Text()


_METAVAR_CHARACTERS = 40  # of the names of an option: more do not fit 60 columns


class Chosen(click.Choice[str]):
    """One of several names, in any case; a wrong one is answered with the nearest."""

    @property
    def is_long(self) -> bool:
        """Whether its names are too many for the line of an option: its help lists them."""
        return len("|".join(self.choices)) > _METAVAR_CHARACTERS

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Return the names as the help page shows them, or a word for them."""
        return "NAME" if self.is_long else super().get_metavar(param, ctx)

    def get_invalid_choice_message(self, value: str, ctx: click.Context | None) -> str:
        """Return the message about a name that is none."""
        near = nearest(value, self.choices)
        meant = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        return f"{super().get_invalid_choice_message(value, ctx).rstrip('.')}{meant}"


class Moment(click.ParamType[datetime]):
    """A time, or a day at its beginning, in UTC where no zone is written."""

    name = "time"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read ISO 8601, to UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!a} is no time: write 2026-11-25 or 2026-11-25T12:00:00Z",
                param,
                ctx,
            )
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        try:
            return moment.astimezone(UTC)
        except OverflowError:  # 0001-01-01T00:00+12:00 is a time of the year 0
            self.fail(
                f"{value!a} is no time between the years 1 and 9999 of UTC",
                param,
                ctx,
            )


as_of_option = click.option(
    "--as-of",
    type=Moment(),
    help="The corpus as it was known then.",
)


def _list_names(option: click.Option) -> None:
    """Add the names that an option may have to its help, if its line has no room for them."""
    kind = option.type
    if not isinstance(kind, Chosen) or not kind.is_long:
        return
    listed = f"One of {', '.join(kind.choices)}."
    if listed not in (option.help or ""):
        option.help = " ".join(filter(None, (option.help, listed)))


def check_texts(command: click.Command) -> None:
    """Let every text that a command takes be checked; `click.UNPROCESSED` stays as it is."""
    for parameter in command.params:
        if parameter.type is click.STRING:
            parameter.type = TEXT
        if isinstance(parameter, click.Option):
            _list_names(parameter)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            check_texts(inner)


def take_config(command: click.Command) -> None:
    """Let `--config PATH` be written behind a command too, where people expect it."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            take_config(inner)
        return
    if any("--config" in parameter.opts for parameter in command.params):
        return
    command.params.append(
        click.Option(
            ["--config"],
            type=click.Path(path_type=Path),
            expose_value=False,
            hidden=True,
            callback=_set_config,
        )
    )


def _set_config(
    context: click.Context,
    _parameter: click.Parameter,
    value: Path | None,
) -> None:
    if value is not None:
        context.obj = value
        context.find_root().params["config"] = value
