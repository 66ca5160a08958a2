"""The command `drawdown forget`."""

from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.names import complete_outlet, named
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.commands.show import find_article
from crawler.daemon import live_feeds
from crawler.maintenance.forget import finish_interrupted
from crawler.maintenance.forget import forget as remove_articles
from crawler.maintenance.forget import forget_speaker as remove_statements
from crawler.runtime import eventloop
from crawler.text.counting import counted
from storage import forgetting
from storage.crawl import sources
from storage.forgetting import What
from storage.sqlite.database import open_corpus


@click.command()
@click.argument("texts", nargs=-1, metavar="[ID|URL]...")
@click.option(
    "--source",
    help="Every article of the outlet with this name.",
    shell_complete=complete_outlet,
)
@click.option("--author", help="Every article signed by this person.")
@click.option(
    "--speaker",
    help="What this person is said to have said, in all articles; their texts stay.",
)
@click.option("--reason", required=True, help="Why; recorded, without the removed content.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@click.pass_obj
def forget(
    config: Path,
    texts: tuple[str, ...],
    source: str | None,
    author: str | None,
    speaker: str | None,
    reason: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Remove articles: text, revisions, verdicts, index, sightings, labels, feeds of queries.

    The store keeps only a hash of each address, so that it is never fetched again, and a row with
    the time, the number of articles and the reason. With --speaker the articles stay, and what the
    person is said to have said is removed, by the name as it is stored, and never found again.
    Needs the store to itself: stop the daemon first. A removal that was interrupted is finished by
    the next call, or by `once` or `run`. You have to find and delete earlier backups and exports
    yourself. Exits with 1 if no article matches.

    Example: drawdown forget https://www.example.org/article --reason "court order 12/2026"
    """
    loaded = configuration.load(config)
    if eventloop.run(finish_interrupted(loaded.store)):
        say(
            "an earlier removal was interrupted; it is complete now",
            err=True,
        )
    if speaker is not None:
        if texts or source or author:
            raise click.UsageError("--speaker removes statements, not articles: call it alone")
        _forget_speaker(loaded.store, speaker, reason, is_confirmed=yes, as_json=as_json)
        return
    chosen = _find_articles(loaded.store, texts, source, author)
    if not chosen:
        say("nothing to forget", err=True)
        raise click.exceptions.Exit(1)
    if not yes:
        click.confirm(
            f"remove {counted(len(chosen), 'article')} from {plain(loaded.store)}?",
            abort=True,
        )

    what: What = "source" if source else "author" if author else "article"
    done = eventloop.run(remove_articles(loaded.store, chosen, what, reason))
    with open_corpus(loaded.store) as connection:
        live_feeds.refresh(connection, loaded)

    if as_json:
        print_json({"articles": done.articles, "orphans": done.orphans})
        return
    say(f"{counted(done.articles, 'article')} removed")
    if done.orphans:
        say(f"{counted(done.orphans, 'article')} lost an original: `drawdown reprocess --dedupe`")


def _forget_speaker(
    store: Path,
    name: str,
    reason: str,
    *,
    is_confirmed: bool,
    as_json: bool,
) -> None:
    """Remove the statements and claims of a person, and report how many there were."""
    if not is_confirmed:
        click.confirm(f"remove all statements of {plain(name)}?", abort=True)
    removed = eventloop.run(remove_statements(store, name, reason))
    if as_json:
        print_json({"statements": removed})
        return
    noun = "statement or claim" if removed == 1 else "statements and claims"
    say(f"{removed} {noun} removed; none of {plain(name)} will be kept")


def _find_articles(
    store: Path, texts: tuple[str, ...], source: str | None, author: str | None
) -> list[int]:
    """Return the ids of the articles to remove, in order and each once."""
    with open_corpus(store) as connection:
        ids = {find_article(connection, text) for text in texts}
        if source:
            name = named(source, sources.names(connection), "source")
            ids.update(forgetting.of_source(connection, name))
        if author:
            ids.update(forgetting.of_author(connection, author))
    return sorted(ids)
