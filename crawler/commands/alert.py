"""The commands `drawdown alert list` and `drawdown alert test`."""

from contextlib import suppress
from dataclasses import dataclass
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
from crawler.commands.render.names import complete_alert
from crawler.commands.render.text import ahead, plain
from crawler.config import Alert, Config
from storage.errors import StoreMissing
from storage.monitoring import alerts
from storage.monitoring.alerts import Item, Target
from storage.search.find import find
from storage.sqlite.database import open_corpus


@click.group()
def alert() -> None:
    """Show alerts and try them; they are written as `[[alert]]` into the configuration.

    Example: drawdown alert test "Withdrawal"
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An address of an alert: what it has not been told, when it is told next, what is wrong."""

    alert: str
    to: str
    waiting: int
    next_at: datetime | None
    attempts: int
    detail: str | None


@alert.command(name="list")
@json_option
@click.pass_obj
def list_(config: Path, as_json: bool) -> None:
    """Show each alert's addresses: what waits, when it is told, and why the last try failed.

    Example: drawdown alert list
    """
    loaded = configuration.load(config)
    found = _standings(loaded)
    if as_json:
        for one in found:
            print_json(one)
        return
    now = datetime.now(UTC)
    print_table(
        "Alerts",
        ("Alert", "To", "Waiting", "Next", "Failed"),
        ((one.alert, one.to, one.waiting, ahead(one.next_at, now) if one.next_at else "",
          f"{one.attempts} times: {one.detail}" if one.attempts else "")
         for one in found),
    )  # fmt: skip


def _standings(config: Config) -> list[Standing]:
    """Return how every address stands; a daemon that has not seen it yet knows nothing of it."""
    known: dict[tuple[str, str], tuple[Target, int]] = {}
    with suppress(StoreMissing), open_corpus(config.store) as connection:
        for target in alerts.targets(connection):
            count = alerts.waiting(connection, target, 1).count
            known[target.alert, target.target] = target, count
    return [
        _standing(name, address, *known.get((name, address.digest), (None, 0)))
        for name, listed in addresses(config).items()
        for address in listed
    ]


def _standing(name: str, address: Address, target: Target | None, waiting: int) -> Standing:
    return Standing(
        alert=name,
        to=address.shown,
        waiting=waiting,
        next_at=target.next_at if target else None,
        attempts=target.attempts if target else 0,
        detail=target.detail if target else None,
    )


@alert.command()
@click.argument("name", shell_complete=complete_alert)
@json_option
@click.pass_obj
def test(config: Path, name: str, as_json: bool) -> None:
    """Send a message of the alert NAME to all its addresses: how it would look today.

    Nothing of it is kept: what waits is told as before. Exits with 1 where an address did not take
    it.

    Example: drawdown alert test "Withdrawal"
    """
    loaded = configuration.load(config)
    chosen = next((one for one in loaded.alert if one.name == name), None)
    if chosen is None:
        known = ", ".join(one.name for one in loaded.alert)
        raise click.UsageError(f"no such alert: {name} (known: {known or 'none'})")
    is_good = True
    for address in addresses(loaded)[name]:
        message = _sample(loaded, chosen, address)
        refused = address.send(message.title, message.body)
        if as_json:
            print_json({"to": address.shown, "taken": refused is None, "detail": refused})
        else:
            click.echo(plain(f"{address.shown}: {refused or 'taken'}"))
        is_good = is_good and refused is None
    if not is_good:
        raise click.exceptions.Exit(1)


def _sample(config: Config, chosen: Alert, address: Address) -> Message:
    """Make a message of the newest article that the query finds, or of what it waits for."""
    found = [Line(number=0, headline="nothing to tell yet: this is a test")]
    if chosen.query is not None:
        with suppress(StoreMissing), open_corpus(config.store) as connection:
            found = _newest(connection, chosen.query) or found
    title = f"Test of {chosen.name}"
    return compose(title, found, len(found), 0, most=address.most, is_repeated=False)


def _newest(connection: Connection, query: str) -> list[Line]:
    ids = [one.id for one in find(connection, query, order="newest", limit=1)]
    return lines(connection, [(0, Item(key="", at="", article_id=number)) for number in ids])
