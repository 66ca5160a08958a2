"""The command `drawdown explain`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.arguments import TEXT, json_option
from crawler.commands.pair import print_pair
from crawler.commands.reading import read_config
from crawler.commands.render.account import accounts, print_account
from crawler.commands.render.console import print_json
from crawler.commands.render.names import complete_outlet, find_name, suggestion
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.commands.render.verdict import measured, percent, say_evidence
from crawler.commands.show import find_article, is_article
from crawler.config import Config, Outlet
from crawler.extract.article import UNKNOWN_URL, extract
from crawler.topic.file import Topic, load
from crawler.topic.rules import Readable, judge_article
from storage.articles import corpus
from storage.records.article import Article
from storage.records.verdict import Verdict
from storage.sqlite.database import open_corpus


@click.command()
@click.argument(
    "text", metavar="ID|URL|FILE|SOURCE", shell_complete=complete_outlet, type=click.UNPROCESSED
)
@click.argument("other", metavar="[ID]", required=False)
@click.option("--topic", type=click.Path(path_type=Path), help="Use this topic file.")
@json_option
@click.pass_obj
def explain(
    config: Path,
    text: str,
    other: str | None,
    topic: Path | None,
    as_json: bool,
) -> None:
    """Explain the verdict on a stored article, an HTML page or a text file; or a source's state.

    With a second article, explain why the two are, or are not, of one story.

    SOURCE is an outlet's name: when each of its sources is polled next and why, what is wrong with
    it, and the outcome of its last polls.

    The first line of a text file is its headline. Each sentence that is evidence for the topic is
    shown with its weight, the movement, and the words that decided.

    Example: drawdown explain page.html; drawdown explain "Enab Baladi"
    """
    article: Readable
    if other is not None:
        print_pair(config, text, other, as_json=as_json)
        return
    if _is_file(text):
        compiled = load(topic)
        article = _read_file(Path(text))
    else:
        loaded = read_config(config)
        text = TEXT.convert(text, None, None)
        if outlet := _outlet_of(loaded, text):
            _explain_source(loaded, outlet, as_json)
            return
        compiled = load(topic or loaded.topic_file)
        with open_corpus(loaded.store) as connection:
            stored = corpus.get(
                connection,
                find_article(connection, text),
            )
        article = stored
        if stored.topic_version != compiled.version and not as_json:
            word = "on topic" if stored.relevant else "off topic"
            say(f"stored as {word}, {measured(stored)}, by {stored.topic_version}")
    verdict = judge_article(compiled, article)
    if as_json:
        print_json(verdict)
    else:
        say(plain(article.headline), bold=True)
        print_verdict(verdict, compiled)


def _outlet_of(config: Config, text: str) -> Outlet | None:
    """Return the outlet that a text names; None if it is an id or an address.

    Raises UsageError, which suggests the nearest names.
    """
    outlets = {outlet.name: outlet for outlet in config.source}
    name = find_name(text, outlets)
    if name is not None:
        return outlets[name]
    if is_article(text):
        return None
    raise click.UsageError(
        f"{text!r} is no id, no URL and no file, and no source has this name"
        f"{suggestion(text, list(outlets))}"
    )


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # the name is too long: an address may be longer than a file's name
        return False


def _explain_source(config: Config, outlet: Outlet, as_json: bool) -> None:
    now = datetime.now(UTC)
    with open_corpus(config.store) as connection:
        found = list(accounts(connection, outlet, now))
    for account in found:
        if as_json:
            print_json(account)
        else:
            print_account(account, now)
    if not found:
        why = "no daemon has polled it yet" if outlet.enabled else "it is not enabled"
        note = f": {outlet.note}" if outlet.note else ""
        say(plain(f"{outlet.name}: {why}{note}"))


def _read_file(file: Path) -> Article:
    data = file.read_bytes()
    if b"<" in data[:1000] and b"</" in data:
        return extract(data, url=UNKNOWN_URL)
    lines = data.decode("utf-8", "replace").splitlines()
    return Article(
        headline=lines[0] if lines else "",
        body=tuple(filter(str.strip, lines[1:])),
    )


def print_verdict(verdict: Verdict, topic: Topic) -> None:
    """Print a verdict with its sentences, the strongest first."""
    relevant, review = topic.thresholds["relevant"], topic.thresholds["review"]
    word = "off topic"
    if verdict.relevant:
        word = "on topic"
    elif (verdict.probability or 0.0) >= review:
        word = "off topic, a near miss"
    say(
        f"{word}: {measured(verdict)}, on topic from {percent(relevant)} ({verdict.topic_version})",
        bold=True,
    )
    for evidence in verdict.evidence:
        say_evidence(evidence, indent=2)
