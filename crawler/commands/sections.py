"""All commands by what they are for, each loaded where it is called.

Loading all of them takes most of a second; shell completion asks at every press of a key.
"""

from importlib import import_module

import click

# Section, then command: module and name of the function in crawler.commands.
SECTIONS: dict[str, dict[str, str]] = {
    "Run": {
        "run": "running:run",
        "once": "running:once",
        "status": "running:status",
        "health": "health:health",
        "gaps": "gaps:gaps",
        "alert": "alert:alert",
        "demo": "demo:demo",
    },
    "Sources": {
        "add": "add:add",
        "check": "check:check",
        "config": "config:config_",
        "opml": "opml:opml",
        "backfill": "backfill:backfill",
    },
    "Corpus": {
        "search": "search:search",
        "show": "show:show",
        "export": "export:export",
        "import": "import_:import_",
        "verify": "verify:verify",
        "backup": "care:backup",
        "forget": "care:forget",
    },
    "Topic": {
        "explain": "explain:explain",
        "review": "review:review",
        "topic": "topic:topic",
        "reprocess": "reprocess:reprocess",
    },
    "Single stages, on files and addresses": {
        "fetch": "stages:fetch",
        "extract": "stages:extract",
        "judge": "stages:judge",
        "duplicates": "stages:duplicates",
    },
    "Help": {
        "help": "help:help_",
        "completion": "completion:completion",
    },
}
_WHOLE = 300  # characters: the first sentence, wrapped and not cut
COMMANDS = {name: place for section in SECTIONS.values() for name, place in section.items()}


class Sections(click.Group):
    """A group that knows its commands by name and loads the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"crawler.commands.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands section by section."""
        for title, names in SECTIONS.items():
            rows = []
            for name in names:
                command = self.get_command(ctx, name)
                assert command is not None  # noqa: S101 - it stands in the table
                rows.append((name, command.get_short_help_str(_WHOLE)))
            with formatter.section(title):
                formatter.write_dl(rows)
