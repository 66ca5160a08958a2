"""Whether a crawler is well: what its operator would want to be woken for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection

from crawler.config import Config
from crawler.guards import free_bytes
from storage import alerts, polls
from storage.database import open_corpus
from storage.errors import StorageError
from storage.lock import writer_of
from storage.search import index

LATE = timedelta(minutes=30)  # a source waits longer only where nobody polls


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found; without problems a crawler is well."""

    problems: tuple[str, ...]
    writer: str | None  # the process that writes to the store
    sources: int = 0
    late_sources: int = 0
    last_poll_at: datetime | None = None
    not_indexed: int = 0
    free_bytes: int = 0


def examine(config: Config, now: datetime) -> Health:
    """Look at the store from outside, while a daemon may be writing to it."""
    store = config.store
    writer = writer_of(store)
    problems = [] if writer else [f"no daemon writes to {store}: start `drawdown run`"]
    try:
        with open_corpus(store) as connection:
            return _examine(config, connection, now, writer, problems)
    except StorageError as error:
        return Health(problems=(*problems, str(error)), writer=writer)


def _examine(
    config: Config, connection: Connection, now: datetime, writer: str | None, problems: list[str]
) -> Health:
    late = polls.overdue(connection, now - LATE)
    if late:
        problems.append(
            f"{late} sources have been due for more than {LATE.total_seconds() / 60:g} minutes: "
            "`drawdown status` names them"
        )
    if refusing := alerts.refusing(connection):
        problems.append(f"{refusing} addresses refuse alerts: `drawdown alert list` says why")
    free = free_bytes(config.store)
    least = config.drawdown.limits.least_free_bytes
    if free < least:
        problems.append(f"{free:,} bytes are free on the disk of {config.store}, {least:,} needed")
    return Health(
        problems=tuple(problems),
        writer=writer,
        sources=len(config.sources()),
        late_sources=late,
        last_poll_at=polls.newest(connection),
        not_indexed=index.lag(connection),
        free_bytes=free,
    )
