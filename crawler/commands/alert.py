"""The command `drawdown alert`, with `alert list` and `alert test`."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

import click

from crawler import config as configuration
from crawler.alerts.addresses import Address, addresses
from crawler.alerts.items import lines
from crawler.alerts.message import Line, Message, compose
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.layout import Column
from crawler.commands.render.names import complete_alert, named
from crawler.commands.render.prose import say
from crawler.commands.render.text import ahead, plain
from crawler.config import Alert, Config
from crawler.text.counting import counted
from storage.errors import StoreMissing
from storage.monitoring import alerts, left_out
from storage.monitoring.alerts import Item, Target
from storage.monitoring.left_out import LeftOut
from storage.search.find import find
from storage.sqlite.database import open_corpus

_HEADINGS = (
    Column("Alert"),
    Column("To"),
    Column("Waiting", 2, is_number=True),
    Column("Next", 3),
    Column("Failed"),
)


@click.group()
def alert() -> None:
    """Show alerts and test them. Alerts are configured as `[[alert]]` in sources.toml.

    Example: drawdown alert test "Withdrawal"
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressState:
    """The state of one address of an alert: what waits, the next delivery, the last failure."""

    alert: str
    to: str
    waiting: int
    next_at: datetime | None = None
    attempts: int = 0
    detail: str | None = None
    left_out: tuple[str, ...] = ()  # items that it refuses for good, the newest first


@alert.command(name="list")
@json_option
@click.pass_obj
def list_(config: Path, as_json: bool) -> None:
    """Show the addresses of each alert: what waits, the next delivery, and the last failure.

    Example: drawdown alert list
    """
    loaded = configuration.load(config)
    found = _address_states(loaded)
    if as_json:
        for one in found:
            print_json(one)
        return
    now = datetime.now(UTC)
    print_table(
        "Alerts",
        _HEADINGS,
        (_cells(one, now) for one in found),
        empty=f"no alert is configured: write [[alert]] in {plain(config)}",
    )
    for one in found:
        for item in one.left_out:
            say(plain(f"{one.alert}: {one.to}: left out {item}"), hanging=2)


def _cells(state: AddressState, now: datetime) -> Iterable[object]:
    return (
        state.alert,
        state.to,
        state.waiting,
        ahead(state.next_at, now) if state.next_at else "",
        f"{counted(state.attempts, 'time')}: {state.detail}" if state.attempts else "",
    )


def _address_states(config: Config) -> list[AddressState]:
    """Return the state of every address, also of those that no daemon has seen yet."""
    known: dict[tuple[str, str], tuple[Target, int]] = {}
    missing: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    with suppress(StoreMissing), open_corpus(config.store) as connection:
        for item in left_out.newest(connection):
            missing[item.alert, item.target].append(_described(item))
        for target in alerts.targets(connection):
            count = alerts.waiting(connection, target, 1).count
            known[target.alert, target.target] = target, count

    states = []
    for name, listed in addresses(config).items():
        for address in listed:
            key = (name, address.digest)
            state = _address_state(name, address, *known.get(key, (None, 0)))
            states.append(replace(state, left_out=tuple(missing[key])))
    return states


def _described(item: LeftOut) -> str:
    what = "a notice" if item.article_id is None else f"article {item.article_id}"
    return f"{what} ({item.at:%Y-%m-%d %H:%M} UTC): {item.detail}"


def _address_state(
    name: str, address: Address, target: Target | None, waiting: int
) -> AddressState:
    if target is None:
        return AddressState(
            alert=name,
            to=address.shown,
            waiting=waiting,
        )
    return AddressState(
        alert=name,
        to=address.shown,
        waiting=waiting,
        next_at=target.next_at,
        attempts=target.attempts,
        detail=target.detail,
    )


@alert.command()
@click.argument("name", shell_complete=complete_alert)
@json_option
@click.pass_obj
def test(config: Path, name: str, as_json: bool) -> None:
    """Send a sample message of the alert NAME to all its addresses.

    Nothing is stored, and what waits is sent as before. Exits with 1 if an address refused it.

    Example: drawdown alert test "Withdrawal"
    """
    loaded = configuration.load(config)
    chosen = _alert_of(loaded, name)
    has_refused = False
    for address in addresses(loaded)[chosen.name]:
        message = _sample(loaded, chosen, address)
        refused = address.send(message.title, message.body)
        has_refused = has_refused or refused is not None
        _print_sent(address, refused, as_json=as_json)
    if has_refused:
        raise click.exceptions.Exit(1)


def _alert_of(config: Config, name: str) -> Alert:
    by_name = {one.name: one for one in config.alert}
    return by_name[named(name, by_name, "alert")]


def _print_sent(
    address: Address,
    refused: str | None,
    *,
    as_json: bool,
) -> None:
    """Print whether an address accepted the message, or why it refused it."""
    if not as_json:
        say(plain(f"{address.shown}: {refused or 'taken'}"), hanging=2)
        return
    print_json(
        {
            "to": address.shown,
            "taken": refused is None,
            "detail": refused,
        }
    )


def _sample(config: Config, chosen: Alert, address: Address) -> Message:
    """Return a message about the newest article that the query finds, or about nothing yet."""
    found = [Line(number=0, headline="nothing to report yet: this is a test")]
    if chosen.query is not None:
        with suppress(StoreMissing), open_corpus(config.store) as connection:
            found = _newest(connection, chosen.query) or found
    title = f"Test of {chosen.name}"
    return compose(
        title,
        found,
        len(found),
        0,
        most=address.most,
        is_repeated=False,
    )


def _newest(connection: Connection, query: str) -> list[Line]:
    found = find(
        connection,
        query,
        order="newest",
        limit=1,
    )
    items = [(0, Item(key="", at="", article_id=one.id)) for one in found]
    return lines(connection, items)
