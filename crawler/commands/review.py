"""`drawdown review`: near misses, and what a reader says of them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection

import click

from crawler import config as configuration
from crawler.commands.arguments import MOST_ROWS, json_option
from crawler.commands.explain import marked
from crawler.commands.render.console import print_json
from crawler.commands.render.text import plain
from crawler.commands.search import explained
from crawler.commands.show import find_article
from crawler.maintenance import labels
from crawler.topic.file import load
from storage.articles import corpus
from storage.records.model import CorpusArticle
from storage.search import find
from storage.sqlite.database import open_corpus


@click.command()
@click.argument("query", nargs=-1)
@click.option("--yes", "on_topic", multiple=True, metavar="ID|URL", help="It is on topic.")
@click.option("--no", "off_topic", multiple=True, metavar="ID|URL", help="It is not.")
@click.option("--limit", type=click.IntRange(1, MOST_ROWS), default=20, show_default=True)
@json_option
@click.pass_obj
def review(
    config: Path,
    query: tuple[str, ...],
    on_topic: tuple[str, ...],
    off_topic: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """List articles that the topic nearly found, and keep what you say of them as labels.

    With a QUERY (`drawdown search --help`) only those that it finds.

    In a terminal each is shown and asked about. Any article may be labelled with --yes and --no.
    Labels stand in a file beside the store; `drawdown topic test` measures a topic on them.

    Example: drawdown review --yes 17 --no https://www.example.org/article
    """
    loaded = configuration.load(config)
    file = labels.file_for(loaded.store)
    with open_corpus(loaded.store) as connection:
        for texts, relevant in ((on_topic, True), (off_topic, False)):
            for text in texts:
                found = corpus.get(connection, find_article(connection, text))
                labels.append(file, labels.label(found, relevant=relevant))
        if on_topic or off_topic:
            click.echo(f"{len(on_topic) + len(off_topic)} labels written to {file}")
            return
        thresholds = load(loaded.topic_file).thresholds
        known = {label.canonical_url for label in labels.read(file)}
        near = _near_misses(connection, thresholds, known, limit)
        if query:
            with explained(" ".join(query)) as asked:
                wanted = set(find.ids(connection, asked))
            near = (article for article in near if article.id in wanted)
        if as_json:
            for article in near:
                names = ("id", "url", "headline", "score", "evidence")
                print_json({name: getattr(article, name) for name in names})
        else:
            _ask(near, file)


def _near_misses(
    connection: Connection, thresholds: dict[str, float], known: set[str], limit: int
) -> Iterator[CorpusArticle]:
    """Yield the articles of the review band that nobody has labelled, the nearest first."""
    for article in corpus.between(connection, thresholds["review"], thresholds["relevant"]):
        if limit and article.canonical_url not in known:
            limit -= 1
            yield article


def _ask(near: Iterator[CorpusArticle], file: Path) -> None:
    is_terminal = sys.stdin.isatty()
    shown = 0
    for article in near:
        shown += 1
        click.secho(f"\n{article.id}  {plain(article.headline)}", bold=True)
        click.echo(f"    {plain(article.source)}, {plain(article.published)}, {plain(article.url)}")
        for evidence in article.evidence[:3]:
            click.echo(f"    {evidence.weight:g} {evidence.place}: {marked(evidence)}")
        if not is_terminal:
            continue
        answer = click.prompt("    on topic?", type=click.Choice(["y", "n", "skip", "quit"]))
        if answer == "quit":
            return
        if answer != "skip":
            labels.append(file, labels.label(article, relevant=answer == "y"))
    if not shown:
        click.echo("no near misses without a label")
