"""Judging statements: is the speaker right? `drawdown review --quotes` calls it."""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.quotes import print_quote
from crawler.commands.render.text import plain
from crawler.text.counting import counted
from storage.sqlite import schema
from storage.sqlite.database import open_corpus
from storage.sqlite.errors import translated
from storage.statements import finding, opinions
from storage.statements.finding import Asked, Quote
from storage.statements.opinions import Judged, Opinion, Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """What the options of the command say of statements, each named by its key."""

    right: Sequence[str]
    wrong: Sequence[str]
    better: str | None  # who speaks, of the one that is wrong


def review_quotes(
    store: Path,
    ids: list[int] | None,
    limit: int,
    *,
    as_json: bool,
) -> None:
    """Show statements that nobody has judged; in a terminal, ask for a judgement of each."""
    is_asking = sys.stdin.isatty() and not as_json
    shown = 0
    with open_corpus(store) as connection:
        waiting = list(_unjudged(connection, ids, limit))
    for quote in waiting:
        shown += 1
        if as_json:
            print_json(quote)
            continue
        click.echo()
        print_quote(quote)
        say(f"key {quote.key}", indent=4)
        if is_asking and not _ask(store, quote):
            return
    if not shown and not as_json:
        say("no statements without a judgement")


def _unjudged(
    connection: sqlite3.Connection,
    ids: list[int] | None,
    limit: int,
) -> Iterator[Quote]:
    judged = opinions.keys(connection, "statement")
    asked = Asked(ids=ids, copies=False)
    for quote in finding.quotes(connection, asked):
        if quote.name is None or quote.key in judged:
            continue
        if not limit:
            return
        limit -= 1
        yield quote


def _ask(store: Path, quote: Quote) -> bool:
    """Ask whether the speaker is right, and store the answer; False where the reader stops."""
    answer = click.prompt(
        f"    does {plain(quote.name)} say this?",
        type=click.Choice(["y", "n", "skip", "quit"]),
    )
    if answer == "quit":
        return False
    if answer == "skip":
        return True
    better = None
    if answer == "n":
        better = click.prompt("    who does (empty: unknown)?", default="", show_default=False)
    store_opinions(
        store, [_opinion(quote.key, "right" if answer == "y" else "wrong", better or None)]
    )
    return True


def judge_quotes(store: Path, given: Judgements) -> None:
    """Store the judgements that the options name. Exits with 1 where a key names no statement."""
    store_judgements(store, given, "statement", finding.has, _opinion)


def _opinion(key: str, verdict: Judged, better: str | None) -> Opinion:
    return Opinion(
        subject="statement",
        key=key,
        article_id=int(key.partition(":")[0]),
        verdict=verdict,
        better=better,
    )


def store_judgements(
    store: Path,
    given: Judgements,
    what: str,
    has: Callable[[sqlite3.Connection, str], bool],
    opinion_on: Callable[[str, Judged, str | None], Opinion],
) -> None:
    """Store the judgements that the options name. Exits with 1 where a key names nothing.

    `what` is the noun of the message; `has` finds a key, and `opinion_on` makes the row of one.
    """
    with open_corpus(store) as connection:
        for key in (*given.right, *given.wrong):
            if not has(connection, key):
                say(f"no {what} {plain(key)} in this corpus", err=True)
                raise click.exceptions.Exit(1)
    store_opinions(
        store,
        [
            *(opinion_on(key, "right", None) for key in given.right),
            *(opinion_on(key, "wrong", given.better) for key in given.wrong),
        ],
    )
    say(f"{counted(len(given.right) + len(given.wrong), 'judgement')} stored")


def store_opinions(store: Path, given: Sequence[Opinion]) -> None:
    """Store judgements, also beside a running daemon: each is one short transaction."""
    with translated(store), closing(schema.connect(store)) as connection:
        for opinion in given:
            opinions.add(connection, opinion)


def print_quality(store: Path, *, as_json: bool) -> None:
    """Print how often speakers are right by the judgements of this corpus, with n and interval."""
    with open_corpus(store) as connection:
        shares = opinions.quality_of_statements(connection)
    print_shares(shares, "speakers", as_json=as_json)


def print_shares(shares: Sequence[Share], what: str, *, as_json: bool) -> None:
    """Print shares of right ones, each with n and interval; `what` is the plural of them."""
    if as_json:
        for share in shares:
            facts = msgspec.to_builtins(share)
            print_json({**facts, "share": share.share, "interval": share.interval})
        return
    if not shares:
        option = "--claims" if what == "claims" else "--quotes"
        say(f"no judgements yet: `drawdown review {option}` asks for them")
    for share in shares:
        low, high = share.interval
        say(
            f"{share.group}: {share.right} of {share.judged} {what} right, "
            f"{share.share:.0%} (95 % interval {low:.0%} to {high:.0%})"
        )
