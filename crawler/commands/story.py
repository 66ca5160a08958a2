"""The command `drawdown story`."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

import click

from crawler import config as configuration
from crawler.commands.arguments import as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.stories import facts, print_member, print_story, print_suggestion
from crawler.runtime import eventloop
from crawler.runtime.resources import patience
from crawler.text.counting import counted
from storage.sqlite.database import Database, open_corpus
from storage.stories import keeping, reading

_NUMBER = click.IntRange(1, 2**63 - 1)


@click.command()
@click.argument("story_id", metavar="ID", type=_NUMBER)
@click.option("--merge", type=_NUMBER, metavar="STORY", help="Move all its articles to ID.")
@click.option("--move", type=_NUMBER, multiple=True, metavar="ARTICLE", help="Move it to ID.")
@click.option(
    "--split",
    type=_NUMBER,
    multiple=True,
    metavar="ARTICLE",
    help="Take it out of ID, into a story of its own; several go together.",
)
@as_of_option
@json_option
@click.pass_obj
def story(
    config: Path,
    story_id: int,
    merge: int | None,
    move: tuple[int, ...],
    split: tuple[int, ...],
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Show a story: its articles by time, each with the reason why it is there, and suggestions.

    --merge, --move and --split store your decision; later runs respect it, and nothing that was
    known is overwritten. An article with `?` is unsure.

    Example: drawdown story 17 --split 24
    """
    if (merge is not None) + bool(move) + bool(split) > 1:
        raise click.UsageError("use one of --merge, --move and --split")
    if merge is not None or move or split:
        story_id = eventloop.run(_decide(config, story_id, merge, move, split))
    with open_corpus(read_config(config).store) as connection:
        found = reading.story(connection, story_id, as_of)
        members = reading.members(connection, story_id, as_of)
        suggestions = reading.suggestions(connection, story_id)
    if found is None:
        say(f"no story {story_id} in this corpus", err=True)
        raise click.exceptions.Exit(1)
    if as_json:
        rows = {
            "members": [asdict(member) for member in members],
            "suggestions": [asdict(suggestion) for suggestion in suggestions],
        }
        print_json(facts(found) | rows)
        return
    print_story(found)
    for member in members:
        print_member(member)
    for suggestion in suggestions:
        print_suggestion(suggestion)


async def _decide(
    config: Path,
    story_id: int,
    merge: int | None,
    move: Sequence[int],
    split: Sequence[int],
) -> int:
    """Store a decision; return the story to show."""
    store = configuration.load(config).store
    async with Database.open(store, patience(), may_create=False) as database:
        articles, target = await database.read(_decision, story_id, merge, move, split)
        moved = await database.write(keeping.move, articles, target)
    say(f"{counted(moved, 'article')} moved to story {target}", err=True)
    return target


def _decision(
    connection: Connection,
    story_id: int,
    merge: int | None,
    move: Sequence[int],
    split: Sequence[int],
) -> tuple[list[int], int]:
    """Return the articles to move, and the story to which. Raises UsageError."""
    own = keeping.members(connection, story_id)
    if not own:
        raise click.UsageError(f"no story {story_id} in this corpus")
    if merge is not None:
        articles = keeping.members(connection, merge)
        if not articles:
            raise click.UsageError(f"no story {merge} in this corpus")
        return articles, story_id
    if move:
        for article in move:
            if keeping.story_of(connection, article) is None:
                raise click.UsageError(f"article {article} is in no story")
        return list(move), story_id
    others = sorted(set(split) - set(own))
    if others:
        raise click.UsageError(f"article {others[0]} is not in story {story_id}")
    if set(split) == set(own):
        raise click.UsageError(f"story {story_id} would have no article left")
    return list(split), keeping.free_id(connection, split[0])
