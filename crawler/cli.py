"""The command `drawdown`: parse arguments, call, print.

Exit codes: 0 ok, 1 something failed, 2 configuration.
"""

import os
import sys
from io import StringIO, TextIOWrapper
from pathlib import Path

import click

from crawler import __version__, log
from crawler.commands.render.text import plain
from crawler.commands.sections import Sections
from crawler.errors import ConfigError, CrawlerError, TopicError
from storage.errors import StorageError


@click.group(
    cls=Sections,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="drawdown")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("sources.toml"),
    show_default=True,
    help="The configuration: outlets, topic, limits.",
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
    if isinstance(sys.stdout, TextIOWrapper):  # a terminal may know fewer letters than a text has
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        _show(error)
        sys.exit(2)
    except (ConfigError, TopicError) as error:
        click.echo(plain(error), err=True)
        sys.exit(2)
    except (CrawlerError, StorageError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # the reader of a pipe has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        click.echo(plain(error), err=True)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _show(error: click.ClickException) -> None:
    """Print usage and message; what the message quotes cannot command a terminal."""
    shown = StringIO()
    error.show(shown)
    click.echo(plain(shown.getvalue()), err=True, nl=False)
