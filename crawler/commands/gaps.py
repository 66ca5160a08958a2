"""The command `drawdown gaps`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click

from crawler.commands.arguments import Chosen, Moment, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.layout import Column
from crawler.commands.render.names import complete_outlet, named
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from storage.crawl import sources
from storage.monitoring.gaps import Cause, Gap
from storage.monitoring.gaps import gaps as find_gaps
from storage.monitoring.holes import may_be_loss
from storage.sqlite.database import open_corpus

_HEADINGS = (
    Column("Source"),
    Column("From"),
    Column("Until", 2),
    Column("Cause"),
    Column("Loss", 3),
    Column("Detail", 4),
)


@click.command()
@click.option("--source", help="Only this outlet.", shell_complete=complete_outlet)
@click.option("--since", type=Moment(), help="Only gaps that ended after this time.")
@click.option("--cause", type=Chosen(get_args(Cause)), help="Only gaps of this cause.")
@click.option("--all", "show_all", is_flag=True, help="Also gaps in which nothing was lost.")
@json_option
@click.pass_obj
def gaps(
    config: Path,
    source: str | None,
    since: datetime | None,
    cause: Cause | None,
    show_all: bool,
    as_json: bool,
) -> None:
    """List the coverage gaps of each source with cause and loss, so that counts can be published.

    Causes: not polled (no daemon ran), failed, blocked, window overflow (no entry of the previous
    poll was left), source silent and topic silent (fewer entries than usual for the source on that
    day of the week). Nothing was lost if the next poll still had an entry of the previous one.

    Example: drawdown gaps --since 2026-11-01
    """
    loaded = read_config(config)
    with open_corpus(loaded.store) as connection:
        if source is not None:
            known = [*sources.names(connection), *(outlet.name for outlet in loaded.source)]
            source = named(source, known, "source")
        found = find_gaps(
            connection,
            datetime.now(UTC),
            since=since,
            source=source,
        )
    found = [gap for gap in found if cause in (None, gap.cause)]
    shown = [gap for gap in found if show_all or may_be_loss(gap)]
    if as_json:
        for gap in shown:
            print_json(gap)
        return
    of_which = f" of {plain(source)}" if source else ""
    if cause is not None:
        of_which += f" by the cause {cause}"
    print_table(
        "Gaps",
        _HEADINGS,
        map(_cells, shown),
        empty=f"no gaps{of_which}" + ("" if show_all else " in which something may be lost"),
    )
    hidden = len(found) - len(shown)
    if hidden:
        verb = "is" if hidden == 1 else "are"
        say(f"{hidden:,} more {verb} known in which nothing was lost: --all")


def _cells(gap: Gap) -> Iterable[object]:
    return (
        gap.source or "all together",
        gap.start,
        gap.end or "goes on",
        gap.cause,
        gap.loss,
        gap.detail,
    )
