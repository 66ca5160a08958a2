"""The command `drawdown review`."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

import click

from crawler import config as configuration
from crawler.commands.arguments import MOST_ROWS, json_option
from crawler.commands.judging import judge_claims, print_quality_of_claims, review_claims
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.commands.render.verdict import percent, say_evidence
from crawler.commands.reviewing import Judgements, judge_quotes, print_quality, review_quotes
from crawler.commands.search import explained
from crawler.commands.show import find_article
from crawler.config import Config
from crawler.text.counting import counted
from crawler.topic.file import load
from storage.articles import corpus, labels
from storage.records.model import CorpusArticle
from storage.search import find
from storage.sqlite.database import open_corpus

_SHOWN_EVIDENCE = 3  # sentences of an article
_JSON_FIELDS = ("id", "url", "headline", "probability", "score", "evidence")


@click.command()
@click.argument("query", nargs=-1)
@click.option(
    "--yes",
    "on_topic",
    multiple=True,
    metavar="ID|URL",
    help="Label these articles on topic.",
)
@click.option(
    "--no",
    "off_topic",
    multiple=True,
    metavar="ID|URL",
    help="Label these articles off topic.",
)
@click.option("--quotes", is_flag=True, help="Judge who says what, in place of the topic.")
@click.option("--claims", is_flag=True, help="Judge whose forces leave or stay, likewise.")
@click.option("--better", metavar="NAME|STANCE",
              help="Who says it, or the right stance, with one --no.")  # fmt: skip
@click.option("--quality", is_flag=True,
              help="Print how often they are right, with --quotes or --claims.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1, MOST_ROWS), default=20, show_default=True)
@json_option
@click.pass_obj
def review(
    config: Path,
    query: tuple[str, ...],
    on_topic: tuple[str, ...],
    off_topic: tuple[str, ...],
    quotes: bool,
    claims: bool,
    better: str | None,
    quality: bool,
    limit: int,
    as_json: bool,
) -> None:
    """List near misses of the topic, and store your decisions as labels.

    With a QUERY (`drawdown search --help`) only those that match it.

    In a terminal each article is shown and asked about. Any article can be labelled with --yes and
    --no. Labels are stored in a file next to the store; `drawdown topic test` measures a topic on
    them.

    With --quotes statements are judged: is the speaker right? With --claims, who says whose forces
    leave or stay. --yes and --no take their keys. The judgements are rows of the store; --quality
    counts them, with a 95 % interval.

    Example: drawdown review --yes 17 --no https://www.example.org/article
    """
    loaded = configuration.load(config)
    if quotes and claims:
        raise click.UsageError("--quotes and --claims are judged one after the other")
    if quotes or claims:
        given = Judgements(right=on_topic, wrong=off_topic, better=better)
        judging = _OF_CLAIMS if claims else _OF_QUOTES
        _judge(loaded, judging, query, given, is_quality=quality, limit=limit, as_json=as_json)
        return
    if quality or better is not None:
        raise click.UsageError("--quality and --better need --quotes or --claims")
    file = labels.file_for(loaded.store)
    with open_corpus(loaded.store) as connection:
        if on_topic or off_topic:
            _label(connection, file, on_topic, relevant=True)
            _label(connection, file, off_topic, relevant=False)
            written = counted(len(on_topic) + len(off_topic), "label")
            say(f"{written} written to {plain(file)}")
            return
        near = _near_misses(
            connection,
            loaded,
            file,
            " ".join(query),
            limit,
        )
        if not as_json:
            _ask(near, file)
            _print_without(connection)
            return
        for article in near:
            print_json({name: getattr(article, name) for name in _JSON_FIELDS})


@dataclass(frozen=True, slots=True)
class _Judging:
    """What judges one kind of suggestion."""

    review: Callable[..., None]  # (store, ids, limit, as_json)
    judge: Callable[[Path, Judgements], None]
    print_quality: Callable[..., None]  # (store, as_json)


_OF_QUOTES = _Judging(review_quotes, judge_quotes, print_quality)
_OF_CLAIMS = _Judging(review_claims, judge_claims, print_quality_of_claims)


def _judge(
    config: Config,
    judging: _Judging,
    query: tuple[str, ...],
    given: Judgements,
    *,
    is_quality: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Judge suggestions, list those without a judgement, or count the judgements."""
    if given.better is not None and len(given.wrong) != 1:
        raise click.UsageError("--better needs one --no KEY")
    if is_quality:
        judging.print_quality(config.store, as_json=as_json)
    elif given.right or given.wrong:
        judging.judge(config.store, given)
    else:
        judging.review(config.store, _matching(config, query), limit, as_json=as_json)


def _matching(config: Config, query: tuple[str, ...]) -> list[int] | None:
    """Return the articles that a query finds; None without a query."""
    if not query:
        return None
    with (
        open_corpus(config.store) as connection,
        explained(" ".join(query), config.saved) as checked,
    ):
        return find.ids(connection, checked)


def _label(
    connection: Connection,
    file: Path,
    texts: Iterable[str],
    *,
    relevant: bool,
) -> None:
    """Label articles, each named by its id or an address."""
    for text in texts:
        article = corpus.get(connection, find_article(connection, text))
        labels.append(file, labels.label(article, relevant=relevant))


def _near_misses(
    connection: Connection, config: Config, file: Path, query: str, limit: int
) -> Iterator[CorpusArticle]:
    """Yield the articles of the review band without a label that match, the nearest first."""
    thresholds = load(config.topic_file).thresholds
    labelled = {label.canonical_url for label in labels.read(file)}
    matching: set[int] | None = None
    if query:
        with explained(query, config.saved) as checked:
            matching = set(find.ids(connection, checked))

    for article in corpus.between(connection, thresholds["review"], thresholds["relevant"]):
        if article.url_key in labelled:
            continue
        if matching is not None and article.id not in matching:
            continue
        if not limit:
            return
        limit -= 1
        yield article


def _ask(near: Iterator[CorpusArticle], file: Path) -> None:
    """Show each article; in a terminal, ask for a label and store it."""
    is_terminal = sys.stdin.isatty()
    shown = 0
    for article in near:
        shown += 1
        _print(article)
        if not is_terminal:
            continue
        answer = click.prompt(
            "    on topic?",
            type=click.Choice(["y", "n", "skip", "quit"]),
        )
        if answer == "quit":
            return
        if answer != "skip":
            labels.append(
                file,
                labels.label(article, relevant=answer == "y"),
            )
    if not shown:
        say("no near misses without a label")


def _print_without(connection: Connection) -> None:
    """Say how many articles cannot be near misses, since their verdicts have no probability."""
    count = corpus.count_without_probability(connection)
    if count:
        verb = "was" if count == 1 else "were"
        say(
            f"{counted(count, 'article')} {verb} judged before there was a probability: "
            "`drawdown reprocess --topic` judges them again",
            err=True,
        )


def _print(article: CorpusArticle) -> None:
    click.echo()
    say(f"{article.id}  {plain(article.headline)}", hanging=4, bold=True)
    date = plain(article.published) or "undated"
    say(f"{plain(article.source)}, {date}", indent=4)
    say(plain(article.url), indent=4)
    if article.probability is not None:
        say(f"{percent(article.probability)} on topic", indent=4)
    for evidence in article.evidence[:_SHOWN_EVIDENCE]:
        say_evidence(evidence, indent=4)
