"""All commands in sections. A command is loaded only when it is called.

Loading all of them takes most of a second, and shell completion runs at every press of a key.
"""

from importlib import import_module
from keyword import iskeyword

import click

from crawler.commands.arguments import check_texts, take_config
from crawler.commands.render.names import suggestion

# A command is the function of its name, in the file of its name, in crawler.commands.
SECTIONS: dict[str, tuple[str, ...]] = {
    "Run": ("run", "once", "status", "health", "gaps", "alert", "web", "demo"),
    "Sources": ("init", "add", "sources", "check", "config", "opml", "backfill"),
    "Corpus": (
        "search",
        "queries",
        "show",
        "changes",
        "stories",
        "story",
        "timeline",
        "quotes",
        "export",
        "import",
        "verify",
        "backup",
        "forget",
    ),
    "Topic": ("explain", "review", "topic", "reprocess"),
    "Single stages, on files and addresses": (
        "fetch",
        "extract",
        "judge",
        "duplicates",
        "statements",
        "group",
        "urls",
    ),
    "Help": ("help", "completion"),
}
COMMANDS = tuple(name for names in SECTIONS.values() for name in names)
_SUMMARY_CHARACTERS = 300  # the first sentence of a help text is wrapped, not cut


def module_name(command: str) -> str:
    """Return the file, without its ending, and the function of a command.

    >>> module_name("export"), module_name("import")
    ('export', 'import_')
    """
    return f"{command}_" if iskeyword(command) else command


class Sections(click.Group):
    """A group that loads a command when it is called, and lists all by section."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help page."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,
        cmd_name: str,
    ) -> click.Command | None:
        """Load a command; None if there is no command of this name."""
        if cmd_name not in COMMANDS:
            return None
        name = module_name(cmd_name)
        command: click.Command = getattr(
            import_module(f"crawler.commands.{name}"),
            name,
        )
        check_texts(command)
        take_config(command)
        return command

    def resolve_command(
        self,
        ctx: click.Context,
        args: list[str],
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a call. Raises UsageError, which suggests the nearest names."""
        asked = args[0]
        is_option = asked.startswith("-")
        if asked.lower() in COMMANDS or is_option or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        raise click.UsageError(f"no command {asked!r}{suggestion(asked, COMMANDS)}", ctx)

    def format_commands(
        self,
        ctx: click.Context,
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the commands section by section."""
        for title, names in SECTIONS.items():
            rows = []
            for name in names:
                command = self.get_command(ctx, name)
                assert command is not None  # noqa: S101 - the table lists it
                rows.append((name, command.get_short_help_str(_SUMMARY_CHARACTERS)))
            with formatter.section(title):
                formatter.write_dl(rows)
