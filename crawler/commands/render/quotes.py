"""Statements for people: who says what, never without the words around it."""

from collections.abc import Sequence

import click

from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from storage.statements.finding import Quote


def print_quote(quote: Quote) -> None:
    """Print a statement: who, the words with those around them, and where it is from."""
    say(who_says(quote), bold=True)
    say(f"{plain(quote.before)}{plain(quote.text)}{plain(quote.after)}", indent=4)
    day = f"{quote.published:%Y-%m-%d}" if quote.published else "undated"
    say(f"{plain(quote.source)}, {day}, {quote.language or '?'}, article {quote.article_id}: "
        f"{plain(quote.headline)}", indent=4)  # fmt: skip


def who_says(quote: Quote) -> str:
    """Return the speaker, with ? where he is unsure, and how his name was found."""
    if quote.name is None:
        return "nobody is named" if quote.speaker is None else f"{plain(quote.speaker)} (?)"
    name = plain(quote.name) if quote.sure else f"{plain(quote.name)}?"
    written = "" if quote.speaker in (None, quote.name) else f" (“{plain(quote.speaker)}”)"
    via = f", via {plain(quote.via)}" if quote.via else ""
    return f"{name}{written}{via}"


def print_quotes_of(quotes: Sequence[Quote]) -> None:
    """Print the statements of one article, in the order of its text."""
    if not quotes:
        return
    click.echo()
    say("Who says what", bold=True)
    for quote in quotes:
        words = f"“{plain(quote.text)}”" if quote.kind != "indirect" else plain(quote.text)
        say(f"{who_says(quote)}: {words}", indent=2, hanging=2)
