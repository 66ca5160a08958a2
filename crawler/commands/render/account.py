"""The state of a source as sentences: `drawdown explain SOURCE`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection

from crawler.commands.render.console import print_table
from crawler.commands.render.layout import Column
from crawler.commands.render.prose import say
from crawler.commands.render.text import moment, plain, span
from crawler.config import Outlet
from crawler.text.counting import counted
from storage.crawl import health, polls, sources
from storage.crawl.health import Standing
from storage.crawl.polls import PollRecord
from storage.records.model import PollState, Source

_SHOWN_POLLS = 10
_OVERDUE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A source, its stored state, and its last polls, the newest first."""

    source: str
    url: str
    interval: float | None  # seconds, as set in sources.toml
    health: Standing
    state: PollState
    polls: Sequence[PollRecord]


def accounts(
    connection: Connection,
    outlet: Outlet,
    now: datetime,
) -> Iterator[Account]:
    """Yield the state of each source of an outlet that a daemon has polled."""
    for source in outlet.sources():
        if sources.is_known(connection, source.url):
            yield _account(connection, source, now)


def _account(
    connection: Connection,
    source: Source,
    now: datetime,
) -> Account:
    number = sources.id_of(connection, source.url)
    return Account(
        source=source.name,
        url=source.url,
        interval=source.interval_seconds,
        health=health.standings(connection, now, only=number)[number],
        state=polls.state(connection, number),
        polls=polls.log(connection, number, _SHOWN_POLLS),
    )


def print_account(account: Account, now: datetime) -> None:
    """Print the state of a source: its last polls, the next one and the reason."""
    state = account.state
    say(f"{plain(account.source)}  {plain(account.url)}", bold=True)
    for line in _sentences(account, now):
        say(plain(line), indent=2, hanging=2)
    print_table(
        "Its last polls",
        _HEADINGS,
        map(_cells, account.polls),
        empty="  no poll is stored",
    )
    has_validators = bool(state.etag or state.last_modified)
    if has_validators and state.validators_off is None:
        say("asked with validators: a poll that finds nothing new costs little", indent=2)


_HEADINGS = (
    Column("At"),
    Column("Outcome"),
    Column("New", 2, is_number=True),
    Column("Known", 5, is_number=True),
    Column("Skipped", 6, is_number=True),
    Column("ms", 7, is_number=True),
    Column("Next after", 4),
    Column("Why", 3),
)


def _cells(poll: PollRecord) -> Iterable[object]:
    outcome = f"{poll.outcome} {poll.status or ''}"
    until_next = None
    if poll.next_at is not None:
        until_next = (poll.next_at - poll.at).total_seconds()
    return (
        poll.at,
        outcome.strip(),
        poll.new,
        poll.known,
        poll.over_cap + poll.unusable,
        round(poll.duration_ms),
        span(until_next),
        _why(poll),
    )


def _why(poll: PollRecord) -> str:
    """Return the reason for the time of the next poll, and what was wrong."""
    loss = "no entry of the poll before was left" if poll.possible_loss else ""
    undated = f"{counted(poll.undated, 'date')} cannot be read" if poll.undated else ""
    future = f"{counted(poll.future, 'date')} in the future" if poll.future else ""
    reasons = (poll.detail or loss, undated, future, poll.reason)
    return "; ".join(dict.fromkeys(filter(None, reasons)))


def _sentences(account: Account, now: datetime) -> Iterator[str]:
    """Yield the state of a source, sentence by sentence."""
    state = account.state
    when = span((state.next_poll_at - now).total_seconds())
    if state.next_poll_at + _OVERDUE < now:
        yield f"due since {moment(state.next_poll_at)}: does a daemon run?"
    else:
        yield f"next poll in {when}: {state.reason}"
    if account.interval is None:
        yield f"polled every {span(state.interval_seconds)}, by its own rhythm"
    yield f"{account.health.state}: {account.health.reason}".removesuffix(": ")
    if state.last_poll_at is None and state.failing_since is not None:
        yield "has never answered"
    if state.new_per_hour is not None and state.window:
        yield f"{_rate(24 * state.new_per_hour)} a day; it shows {state.window} at once"


def _rate(per_day: float) -> str:
    """Return a number of entries, as exact as an estimate can be.

    >>> _rate(5724.3), _rate(2.44), _rate(0.0)
    ('about 5,720 new entries', 'about 2.4 new entries', 'no new entries')
    """
    if per_day < 0.024:  # less than one in forty days
        return "no new entries"
    if per_day < 10:
        return f"about {per_day:.2g} new entries"
    digits = 3 - len(f"{per_day:.0f}")  # three figures: an hour differs from the next by more
    return f"about {round(per_day, min(digits, 0)):,.0f} new entries"
