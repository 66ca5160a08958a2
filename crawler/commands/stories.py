"""The command `drawdown stories`."""

from datetime import datetime
from pathlib import Path

import click

from crawler.commands.arguments import Moment, as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.stories import facts, print_story
from crawler.commands.search import explained
from storage.search import find
from storage.sqlite.database import open_corpus
from storage.stories import reading


@click.command()
@click.argument("query", nargs=-1)
@click.option("--since", type=Moment(), help="Only with a report on this day or later.")
@click.option("--lang", help="Only with an article in this language: ar.")
@click.option("--growing", is_flag=True, help="Those with the most houses first.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@as_of_option
@json_option
@click.pass_obj
def stories(
    config: Path,
    query: tuple[str, ...],
    since: datetime | None,
    lang: str | None,
    growing: bool,
    limit: int,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """List stories: events, with how many houses and independent texts tell each.

    A story is named by the headline of its most central article. With a QUERY (`drawdown search
    --help`) only stories of which an article matches. Those with the newest reports are first.

    Example: drawdown stories --since 2026-11-01 'base OR outpost'
    """
    with open_corpus(read_config(config).store) as connection:
        words, ids = " ".join(query), None
        if words:
            with explained(words) as checked:
                ids = find.ids(connection, checked, as_of=as_of)
        found = reading.stories(
            connection,
            ids=ids,
            since=since.date().isoformat() if since else None,
            language=lang,
            as_of=as_of,
            most=-1 if growing else limit,
        )
    if growing:
        found = sorted(found, key=lambda story: (-story.families, -story.texts))[:limit]
    for story in found:
        if as_json:
            print_json(facts(story))
        else:
            print_story(story)
    if not found and not as_json:
        say("no stories found")
