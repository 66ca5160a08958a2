"""The command `drawdown run`."""

from pathlib import Path

import click

from crawler import config as configuration
from crawler.daemon import daemon
from crawler.runtime import eventloop


@click.command()
@click.pass_obj
def run(config: Path) -> None:
    """Run as a daemon: poll, fetch, judge and store until stopped.

    SIGTERM or Ctrl-C lets fetches in progress finish; a second signal cancels them. Nothing is
    lost either way. Changed outlets take effect when the configuration file changes, or at SIGHUP.

    Example: drawdown --config sources.toml run
    """
    eventloop.run(daemon.run(configuration.load(config)))
