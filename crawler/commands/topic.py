"""The commands `drawdown topic test` and `drawdown topic fit`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click

from crawler import config as configuration
from crawler.commands.arguments import MOST_ROWS, json_option
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.commands.render.verdict import percent, say_evidence
from crawler.text.counting import counted
from crawler.topic import fit
from crawler.topic.assessment import assess
from crawler.topic.file import Topic, load, read_text
from crawler.topic.quality import Score, score, telling_words
from crawler.topic.rules import judge_article
from crawler.topic.writing import with_numbers
from storage.articles import corpus, labels
from storage.articles.labels import Label
from storage.records.model import CorpusArticle
from storage.records.verdict import Verdict
from storage.sqlite.atomic import whole
from storage.sqlite.database import open_corpus

_SHOWN_MISTAKES = 10
_SHOWN_CHANGES = 10
_SHOWN_EVIDENCE = 2  # sentences of a mistake


@click.group()
def topic() -> None:
    """Test a topic before it goes live, and learn its weights.

    Example: drawdown topic test my-topic.toml
    """


_topic_file = click.argument("file", type=click.Path(path_type=Path), required=False)
_label_file = click.option(
    "--labels",
    "label_file",
    type=click.Path(path_type=Path),
    help="A file of labels; default: those of the store.",
)


@topic.command()
@_topic_file
@_label_file
@click.option(
    "--sample",
    type=click.IntRange(0, MOST_ROWS),
    default=20_000,
    show_default=True,
    help="Judge so many stored articles again, the newest first.",
)
@json_option
@click.pass_obj
def test(
    config: Path, file: Path | None, label_file: Path | None, sample: int, as_json: bool
) -> None:
    """Measure a topic file on the labels, and show which stored verdicts it would change.

    Without FILE the topic of the configuration is measured. Nothing is written; name a better topic
    in sources.toml under [topic], and apply it with `drawdown reprocess --topic`.

    Example: drawdown topic test my-topic.toml
    """
    loaded = configuration.load(config)
    compiled = load(file or loaded.topic_file)
    labelled = labels.read(label_file or labels.file_for(loaded.store))
    trial = _try(compiled, labelled)
    judged, changes = _judge_stored(loaded.store, compiled, sample)
    if as_json:
        facts = {
            "topic": compiled.version,
            "labels": len(labelled),
            "score": trial.score,
            "words": trial.words,
            "judged": judged,
            "changes": changes,
        }
        print_json(facts)
    else:
        _print_trial(compiled, trial, len(labelled))
        _print_changes(changes, judged)


@topic.command("fit")
@_topic_file
@_label_file
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="How many of your stream are on topic, 0 to 1; default: as many as of the labels.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write this topic file: the terms of FILE with the new weights.",
)
@json_option
@click.pass_obj
def fit_command(
    config: Path,
    file: Path | None,
    label_file: Path | None,
    share: float | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Learn the weights of a topic from the labels, and say how good they are.

    Whole outlets are left out in turn: the figures are those of texts that nothing was learnt
    from. Without --out nothing is written. Exits with 1 where the labels are too few to tell.

    Example: drawdown topic fit my-topic.toml --out my-topic-2.toml
    """
    loaded = configuration.load(config)
    path = file or loaded.topic_file
    compiled = load(path)
    labelled = labels.read(label_file or labels.file_for(loaded.store))
    examples = [_example(compiled, label) for label in labelled]
    learnt = fit.fit(
        examples,
        compiled.model.weights,
        compiled.model.calibration["base"],
        share=share,
    )
    before = score((label.relevant, judge_article(compiled, label).relevant) for label in labelled)
    tables = learnt.tables(datetime.now(UTC).date(), counted(len(labelled), "label"))
    if out is not None:
        with whole(out) as partial:
            partial.write_text(with_numbers(read_text(path), tables), "utf-8")
    if as_json:
        facts = {
            "topic": compiled.version,
            "labels": len(labelled),
            "score": before,
            "learnt": learnt.score,
            "tables": tables,
        }
        print_json(facts)
        return
    say(f"{compiled.version}: {before}")
    say(f"learnt, outlets left out: {learnt.score}")
    if out is not None:
        name = plain(out)
        say(f"written to {name}; `drawdown topic test {name}` compares verdicts")


def _example(topic: Topic, label: Label) -> fit.Example:
    assessed = assess(
        topic,
        headline=label.headline,
        standfirst=label.standfirst,
        body=label.body,
        language=label.language,
    )
    return fit.Example(
        label=label.relevant,
        sentences=[one.features for one in assessed],
        group=label.source,
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """A topic measured on labels."""

    score: Score
    wrong: list[tuple[Label, Verdict]]
    missed: list[tuple[Label, Verdict]]
    words: list[str]


def _try(topic: Topic, labelled: Sequence[Label]) -> Trial:
    judged = [(label, judge_article(topic, label)) for label in labelled]
    wrong = []
    missed = []
    refused = []
    for label, verdict in judged:
        if verdict.relevant and not label.relevant:
            wrong.append((label, verdict))
        elif label.relevant and not verdict.relevant:
            missed.append((label, verdict))
        elif not label.relevant:
            refused.append(label)

    texts_missed = [_text(label) for label, _ in missed]
    return Trial(
        score=score((label.relevant, verdict.relevant) for label, verdict in judged),
        wrong=wrong,
        missed=missed,
        words=telling_words(texts_missed, map(_text, refused)),
    )


def _text(label: Label) -> str:
    return " ".join((label.headline, label.standfirst or "", *label.body))


@dataclass(frozen=True, slots=True)
class Change:
    """A stored article whose verdict would change."""

    id: int
    headline: str
    before: float | None  # its probability; None: judged by a version without
    after: float | None
    relevant: bool


def _judge_stored(
    store: Path,
    topic: Topic,
    sample: int,
) -> tuple[int, list[Change]]:
    """Judge the newest stored articles; return how many, and the verdicts that would change."""
    if not store.is_file():
        return 0, []
    judged = 0
    changes = []
    with open_corpus(store) as connection:
        for article in islice(corpus.newest(connection), sample):
            judged += 1
            verdict = judge_article(topic, article)
            if verdict.relevant != article.relevant:
                changes.append(_change(article, verdict))
    return judged, changes


def _change(article: CorpusArticle, verdict: Verdict) -> Change:
    return Change(
        id=article.id,
        headline=article.headline,
        before=article.probability,
        after=verdict.probability,
        relevant=verdict.relevant,
    )


def _print_trial(topic: Topic, trial: Trial, count: int) -> None:
    say(f"{topic.version}, {counted(count, 'label')}", bold=True)
    if not count:
        say("no labels yet: `drawdown review` creates them")
        return
    say(str(trial.score))
    for title, mistakes in (("wrongly found", trial.wrong), ("missed", trial.missed)):
        for label, verdict in mistakes[:_SHOWN_MISTAKES]:
            headline = plain(label.headline)
            say(f"{title}: {_shown(verdict.probability)} {headline}", hanging=4)
            for evidence in verdict.evidence[:_SHOWN_EVIDENCE]:
                say_evidence(evidence, indent=4)
    if trial.words:
        words = plain(", ".join(trial.words))
        say(f"words that the missed have and the refused have not: {words}", hanging=2)


def _print_changes(changes: Sequence[Change], judged: int) -> None:
    to_topic = sum(change.relevant for change in changes)
    say(
        f"of {counted(judged, 'stored article')} {to_topic} would come to the topic, "
        f"{len(changes) - to_topic} would leave it"
    )
    for change in changes[:_SHOWN_CHANGES]:
        sign = "+" if change.relevant else "-"
        say(
            f"{sign} {change.id} {_shown(change.before)} -> {_shown(change.after)}"
            f" {plain(change.headline)}",
            indent=2,
            hanging=4,
        )


def _shown(probability: float | None) -> str:
    return "-" if probability is None else percent(probability)
