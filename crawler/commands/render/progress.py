"""A progress bar with an estimate, in terminals only."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from crawler.commands.render import terminal

Show = Callable[[int, int | None], None]  # called with how many are done, of how many
T = TypeVar("T")


@contextmanager
def shown_progress(what: str, *, in_bytes: bool = False) -> Iterator[Show]:
    """Show a bar while the block runs; yield a function that moves it.

    It appears with the first call, which has the total: a bar without one says nothing.
    """
    console = Console(stderr=True)
    if terminal.width(console.file) is None:
        yield lambda _done, _total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn() if in_bytes else MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns,
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)


def watched(rows: Iterable[T], total: int, show: Show) -> Iterator[T]:
    """Yield rows, and show after each how many of `total` are done."""
    show(0, total)
    for done, row in enumerate(rows, 1):
        yield row
        show(done, total)
