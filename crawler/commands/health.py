"""The command `drawdown health`."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.config.partial import load_for_reading
from crawler.daemon.health import examine
from crawler.daemon.state import JobState
from crawler.text.counting import counted


@click.command()
@json_option
@click.pass_obj
def health(config: Path, as_json: bool) -> None:
    """Report whether the crawler is healthy; exit with 1 if not.

    It is unhealthy if no daemon writes to the store, if sources have been due for more than half an
    hour, if the disk is nearly full, or if the store cannot be read. The jobs of the daemon are
    listed with their last and next run, at most half a minute old.

    Example: drawdown health --json
    """
    loaded, mistakes = load_for_reading(config)
    found = examine(loaded, datetime.now(UTC))
    if mistakes:
        found = replace(found, problems=(*found.problems, *mistakes))
    if as_json:
        print_json(found)
    elif found.problems:
        for problem in found.problems:
            say(plain(problem), hanging=2)
    else:
        say(
            f"well: process {found.writer}, {counted(found.sources, 'source')}, last poll "
            f"{plain(found.last_poll_at) or 'never'}, {counted(found.not_indexed, 'text')} "
            "not indexed yet"
        )
    if not as_json:
        for job in found.jobs:
            say(plain(_line(job)), indent=2, hanging=2)
    if found.problems:
        raise SystemExit(1)


def _line(job: JobState) -> str:
    """Return a job of the daemon on one line."""
    last_run = _time(job.last_run_at) or "none yet"
    next_run = _time(job.next_run_at) or "none"
    line = f"{job.name}: last run {last_run}, next {next_run}"
    if job.last_error:
        line += f", failed {counted(job.failures, 'time')}: {job.last_error}"
    return line


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"
