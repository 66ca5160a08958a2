"""The command `drawdown show`."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import click
import msgspec

from crawler import urls
from crawler.commands.arguments import as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.article import print_article
from crawler.commands.render.claims import print_claims
from crawler.commands.render.console import print_json
from crawler.commands.render.differences import print_differences
from crawler.commands.render.facts import print_facts
from crawler.commands.render.prose import say
from crawler.commands.render.quotes import print_quotes_of
from crawler.commands.render.stories import print_story_of
from crawler.commands.render.text import plain
from crawler.comparison.differences import read_differences
from storage.articles import articles, corpus, provenance
from storage.records.claims import number
from storage.records.model import CorpusArticle
from storage.search.headlines import same_headline
from storage.sqlite.database import open_corpus
from storage.statements import finding
from storage.statements.claims import ClaimsWanted, read
from storage.statements.finding import Asked
from storage.stories import reading

_ON_THE_PAGE = {"body", "evidence", "inserts", "quotes", "claims"}  # whole, or in --json


@click.command()
@click.argument("article", metavar="ID|URL")
@click.option("--diff", is_flag=True, help="Show what each revision, and each copy, cut and added.")
@click.option("--all", "everything", is_flag=True, help="Also list every stored fact by its name.")
@as_of_option
@json_option
@click.pass_obj
def show(
    config: Path,
    article: str,
    diff: bool,
    everything: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Show an article: its text, verdict with evidence, copies, who says what in it, provenance.

    Any address of the article works: with tracking parameters, AMP, mobile. With --as-of the text,
    verdict and copies are those known at that time; the records below them are all that exist.
    --diff compares the revisions with each other, and the article with those that it repeats and
    with those that repeat it.

    Example: drawdown show --diff https://www.example.org/article
    """
    with open_corpus(read_config(config).store) as connection:
        found = get_article(connection, article, as_of)
        trace = provenance.trace(connection, found.id)
        trace["same_headline"] = list(map(asdict, same_headline(connection, found.id)))
        differences = read_differences(connection, found) if diff else None
        claims = read(connection, ClaimsWanted(ids=[found.id], as_of=as_of))
        asked = Asked(ids=[found.id], as_of=as_of, in_text_order=True)
        said = list(finding.quotes(connection, asked))
        story = reading.story_of(connection, found.id, as_of)
    if as_json:
        fields = {name: getattr(found, name) for name in corpus.CORPUS_FIELDS}
        fields["quotes"] = msgspec.to_builtins(said)
        fields["story"] = None if story is None else asdict(story)
        print_json(fields | trace | ({"differences": differences.plain()} if differences else {}))
    else:
        _print_article(found, trace, everything=everything)
        print_story_of(story)
        print_quotes_of(said)
        print_claims(claims)
        if differences is not None:
            print_differences(differences)


def find_article(connection: Connection, article: str) -> int:
    """Return the id of an article from its id or any of its addresses.

    Exits with 1 if the corpus has no such article.
    """
    found: int | None
    if article.isascii() and article.isdigit():
        found = number(article)
        if found is not None and not articles.has(connection, found):
            found = None
    else:
        try:
            found = articles.find(
                connection,
                urls.canonicalize(article),
            )
        except ValueError as error:
            raise click.UsageError(f"{article!r} is neither an id nor a URL: {error}") from error
    if found is None:
        say(f"no article {plain(article)} in this corpus", err=True)
        raise click.exceptions.Exit(1)
    return found


def is_article(text: str) -> bool:
    """Whether a text can name an article: it is a number or an address."""
    if text.isascii() and text.isdigit():
        return True
    try:
        urls.canonicalize(text)
    except ValueError:
        return False
    return True


def get_article(
    connection: Connection, article: str, as_of: datetime | None = None
) -> CorpusArticle:
    """Return an article as it was known at a time; exit with 1 if it was not."""
    number = find_article(connection, article)
    try:
        return corpus.get(connection, number, as_of)
    except KeyError as error:
        if error.args != (number,):
            raise
        say(f"article {plain(article)} was not known then", err=True)
        raise click.exceptions.Exit(1) from None


def _print_article(
    found: CorpusArticle,
    trace: dict[str, Any],
    *,
    everything: bool,
) -> None:
    """Print an article for people. Any: each list of the trace has the columns of its table."""
    print_article(found, trace)
    if everything:
        names = [name for name in corpus.CORPUS_FIELDS if name not in _ON_THE_PAGE]
        print_facts("article", [{name: getattr(found, name) for name in names}])
        for title, rows in trace.items():
            print_facts(title, rows)
