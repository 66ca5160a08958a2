"""The command `drawdown`: parse arguments, call, print.

Exit codes: 0 ok, 1 something failed, 2 configuration.
"""

import os
import sys
from pathlib import Path

import click

from crawler import __version__, log
from crawler.commands.add import add
from crawler.commands.alert import alert
from crawler.commands.backfilling import backfill
from crawler.commands.care import backup, forget
from crawler.commands.check import check
from crawler.commands.demo import demo
from crawler.commands.explain import explain
from crawler.commands.export import export
from crawler.commands.gaps import gaps
from crawler.commands.health import health
from crawler.commands.importing import import_
from crawler.commands.opml import opml
from crawler.commands.reprocess import reprocess
from crawler.commands.review import review
from crawler.commands.running import once, run, status
from crawler.commands.search import search
from crawler.commands.settings import config_
from crawler.commands.show import show
from crawler.commands.stages import duplicates, extract, fetch, judge
from crawler.commands.topic import topic
from crawler.commands.verify import verify
from crawler.errors import ConfigError, CrawlerError, TopicError
from storage.errors import StorageError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="drawdown")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("sources.toml"),
    show_default=True,
    help="The configuration: outlets, topic, limits.",
)
@click.option("--verbose", is_flag=True, help="Log more than one line an article.")
@click.option("--log-json", is_flag=True, help="Log JSON lines, for machines.")
@click.pass_context
def cli(context: click.Context, config: Path, verbose: bool, log_json: bool) -> None:
    """Watch what the press says about the withdrawal of foreign forces from Syria.

    Begin with `drawdown demo`. Then put your contact into sources.toml, `drawdown check` it, and
    let `drawdown run` collect. Exit codes: 0 ok, 1 something failed, 2 wrong configuration or call.
    """
    log.set_up(verbose=verbose, as_json=log_json)
    context.obj = config


for command in (
    run,
    once,
    add,
    alert,
    opml,
    check,
    config_,
    status,
    health,
    gaps,
    search,
    export,
    show,
    fetch,
    extract,
    judge,
    duplicates,
    explain,
    review,
    topic,
    reprocess,
    verify,
    import_,
    backfill,
    backup,
    forget,
    demo,
):
    cli.add_command(command)


def main() -> None:
    """Run the command; an expected error is one clear message, never a traceback."""
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (ConfigError, TopicError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except (CrawlerError, StorageError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # the reader of a pipe has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        click.echo(str(error), err=True)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
