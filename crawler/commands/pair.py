"""`drawdown explain A B`: why two articles are, or are not, of one story."""

from pathlib import Path
from sqlite3 import Connection

from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.commands.show import find_article
from crawler.daemon.grouping import remembered, report_of
from crawler.stories.grouping import SIZE
from crawler.stories.likeness import probability, shipped
from crawler.stories.reason import Reason, in_words
from storage.sqlite.database import open_corpus
from storage.stories import keeping, waiting


def print_pair(
    config: Path,
    one: str,
    other: str,
    *,
    as_json: bool,
) -> None:
    """Print what two articles share, how likely they tell one event, and their stories.

    Exits with 1 if the corpus lacks one.
    """
    with open_corpus(read_config(config).store) as connection:
        first, second = find_article(connection, one), find_article(connection, other)
        reason = _compared(connection, first, second)
        stories = [keeping.story_of(connection, article) for article in (first, second)]
    if as_json:
        likely = round(probability(reason.log_odds), 4)
        print_json({"stories": stories, "probability": likely, **reason.facts()})
        return
    say(plain(f"{first} and {second}: {in_words(reason.facts())}"))
    fits = reason.log_odds >= shipped().join
    say("These two fit one story." if fits else "These two do not fit one story.")
    say(_where(first, second, stories))


def _compared(connection: Connection, first: int, second: int) -> Reason:
    """Compare two articles, with the rarity of words in the articles placed last."""
    grouping = remembered(waiting.placed(connection, most=SIZE))
    for candidate in waiting.chosen(connection, [first, second]):
        if not grouping.has(candidate.article_id):
            grouping.put(candidate.article_id, report_of(candidate), candidate.founds)
    return grouping.explain(first, second)


def _where(first: int, second: int, stories: list[int | None]) -> str:
    one, other = stories
    if one is not None and one == other:
        return f"Both are in story {one}."
    places = [
        f"article {article} is in {'no story' if story is None else f'story {story}'}"
        for article, story in ((first, one), (second, other))
    ]
    sentence = "; ".join(places)
    return f"{sentence[0].upper()}{sentence[1:]}."
