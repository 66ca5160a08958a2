"""`drawdown topic`: try a topic before it goes live."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import MOST_ROWS, json_option
from crawler.commands.explain import marked
from crawler.commands.render.console import print_json
from crawler.commands.render.text import plain
from crawler.maintenance import labels
from crawler.maintenance.labels import Label
from crawler.topic.file import Topic, load
from crawler.topic.quality import Score, score, telling_words
from crawler.topic.rules import judge_article
from storage.articles import corpus
from storage.records.model import CorpusArticle
from storage.records.verdict import Verdict
from storage.sqlite.database import open_corpus

_SHOWN = 10  # mistakes and changes that are printed


@click.group()
def topic() -> None:
    """Test a topic before it goes live.

    Example: drawdown topic test my-topic.toml
    """


@topic.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--labels", "label_file", type=click.Path(path_type=Path), help="Other labels.")
@click.option("--sample", type=click.IntRange(0, MOST_ROWS), default=20_000, show_default=True,
              help="Stored articles, the newest first, that are judged anew.")  # fmt: skip
@json_option
@click.pass_obj
def test(
    config: Path, file: Path | None, label_file: Path | None, sample: int, as_json: bool
) -> None:
    """Measure a topic file on the labels, and tell what it would change in the corpus.

    Without FILE the topic of the configuration is measured. Nothing is written; a topic that is
    better goes into sources.toml under [topic], and `drawdown reprocess --topic` applies it.

    Example: drawdown topic test my-topic.toml
    """
    loaded = configuration.load(config)
    compiled = load(file or loaded.topic_file)
    labelled = labels.read(label_file or labels.file_for(loaded.store))
    trial = _try(compiled, labelled)
    changes: list[Change] = []
    judged = 0
    if loaded.store.is_file():
        with open_corpus(loaded.store) as connection:
            for article in islice(corpus.newest(connection), sample):
                judged += 1
                changes += _change(compiled, article)
    if as_json:
        print_json({"topic": compiled.version, "labels": len(labelled), "score": trial.score,
                    "words": trial.words, "judged": judged, "changes": changes})  # fmt: skip
    else:
        _print_trial(compiled, trial, len(labelled))
        _print_changes(changes, judged)


@dataclass(frozen=True, slots=True)
class Trial:
    """A topic measured on labels."""

    score: Score
    wrong: list[tuple[Label, Verdict]]
    missed: list[tuple[Label, Verdict]]
    words: list[str]


def _try(topic: Topic, labelled: Sequence[Label]) -> Trial:
    judged = [(label, judge_article(topic, label)) for label in labelled]
    missed = [(label, v) for label, v in judged if label.relevant and not v.relevant]
    refused = [label for label, v in judged if not label.relevant and not v.relevant]
    return Trial(
        score((label.relevant, v.relevant) for label, v in judged),
        [(label, v) for label, v in judged if v.relevant and not label.relevant],
        missed,
        telling_words((_text(label) for label, _ in missed), map(_text, refused)),
    )


def _text(label: Label) -> str:
    return " ".join((label.headline, label.standfirst or "", *label.body))


@dataclass(frozen=True, slots=True)
class Change:
    """A stored article that would be judged otherwise."""

    id: int
    headline: str
    before: float
    after: float
    relevant: bool


def _change(topic: Topic, article: CorpusArticle) -> Iterator[Change]:
    found = judge_article(topic, article)
    if found.relevant != article.relevant:
        yield Change(article.id, article.headline, article.score, found.score, found.relevant)


def _print_trial(topic: Topic, trial: Trial, count: int) -> None:
    click.secho(f"{topic.version}, {count} labels", bold=True)
    if not count:
        click.echo("no labels yet: `drawdown review` makes them")
        return
    click.echo(str(trial.score))
    for title, mistakes in (("wrongly found", trial.wrong), ("missed", trial.missed)):
        for label, verdict in mistakes[:_SHOWN]:
            click.echo(f"{title}: {verdict.score:g} {plain(label.headline)}")
            for evidence in verdict.evidence[:2]:
                click.echo(f"    {evidence.weight:g} {evidence.place}: {marked(evidence)}")
    if trial.words:
        click.echo(f"words that the missed have and the refused have not: {', '.join(trial.words)}")


def _print_changes(changes: Sequence[Change], judged: int) -> None:
    come = sum(change.relevant for change in changes)
    click.echo(
        f"of {judged} stored articles {come} would come to the topic, "
        f"{len(changes) - come} would leave it"
    )
    for change in changes[:_SHOWN]:
        sign = "+" if change.relevant else "-"
        click.echo(
            f"  {sign} {change.id} {change.before:g} -> {change.after:g} {plain(change.headline)}"
        )
