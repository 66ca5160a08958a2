"""The command `drawdown`: parse arguments, call, print.

Exit codes: 0 ok, 1 something failed, 2 configuration.
"""

import os
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path

import click

from crawler import __version__, log
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.commands.sections import Sections
from crawler.errors import ConfigError, CrawlerError, TopicError
from crawler.runtime import output
from storage.errors import StorageError
from storage.sqlite.os_errors import explain


@click.group(
    cls=Sections,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "token_normalize_func": str.lower,  # STATUS, --JSON and --format CSV are meant as well
    },
)
@click.version_option(__version__, prog_name="drawdown")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("sources.toml"),
    show_default=True,
    envvar="DRAWDOWN_CONFIG",
    show_envvar=True,
    help="The configuration: outlets, topic, limits. May be written behind the command, too.",
)
@click.option("--verbose", is_flag=True, help="Log more than one line an article.")
@click.option("--log-json", is_flag=True,
              help="Log JSON lines, for machines. Under systemd that is the default.")  # fmt: skip
@click.pass_context
def cli(context: click.Context, config: Path, verbose: bool, log_json: bool) -> None:
    """Watch what the press says about the withdrawal of foreign forces from Syria.

    Begin with `drawdown demo`. Then put your contact into sources.toml, `drawdown check` it, and
    let `drawdown run` collect. Exit codes: 0 ok, 1 something failed, 2 wrong configuration or call.
    """
    log.set_up(verbose=verbose, as_json=log_json or log.is_journal(sys.stderr, os.environ))
    if os.environ.get("NO_COLOR"):  # no-color.org; else colours are for terminals alone
        context.color = False
    context.obj = config


def main() -> None:
    """Run the command; an expected error is one clear message, never a traceback."""
    output.prepare()
    try:
        code = cli.main(standalone_mode=False)
        output.finish()
    except click.ClickException as error:
        _show(error)
        code = 2
    except (ConfigError, TopicError) as error:
        _say(plain(error))
        code = 2
    except (CrawlerError, StorageError, OSError) as error:
        code = _fail(error)
    except SystemExit as end:
        # The answer of click, and of rich, to a pipe that is closed.
        has_seen_enough = isinstance(end.__context__, BrokenPipeError) or output.is_unread()
        code = 0 if has_seen_enough else end.code
        output.give_up()
    except (click.Abort, KeyboardInterrupt):
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def _fail(error: BaseException) -> int:
    """Say what failed, and return the exit code: 0 where a reader of a pipe has seen enough."""
    is_unread = output.is_unread()
    output.give_up()
    if is_unread and isinstance(error, BrokenPipeError):
        return 0
    _say(plain(explain(error) if isinstance(error, OSError) else error))
    return 1


def _show(error: click.ClickException) -> None:
    """Print usage and message; what the message quotes cannot command a terminal."""
    shown = StringIO()
    error.show(shown)
    _say(plain(shown.getvalue()).rstrip("\n"))


def _say(message: str) -> None:
    """Print a message for people; there may be no place for it."""
    with suppress(OSError):
        say(message, err=True)


if __name__ == "__main__":
    main()
