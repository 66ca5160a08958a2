"""The command `drawdown judge`."""

from pathlib import Path
from typing import Any

import click
import msgspec

from crawler import text
from crawler.commands.arguments import json_option
from crawler.commands.render.rows import Row, lines_argument, print_rows
from crawler.commands.render.verdict import percent
from crawler.scouting.json_lines import BadLine, TextLine, read_lines
from crawler.topic import rules
from crawler.topic.language import language_of


@click.command()
@lines_argument
@click.option("--topic", type=click.Path(path_type=Path), help="A topic file of your own.")
@json_option
def judge(file: Path, topic: Path | None, as_json: bool) -> None:
    """Judge texts: lines {id, title, text, lang?} to {id, relevant, probability, …}.

    A line that cannot be used becomes {line, id, error}, and the exit code 1.

    Example: drawdown judge --json articles.jsonl
    """
    compiled = rules.load(topic)
    rows = (
        line.facts() if isinstance(line, BadLine) else _judge(line, compiled)
        for line in read_lines(file, TextLine)
    )
    raise click.exceptions.Exit(print_rows(rows, _sentence, as_json=as_json))


def _judge(line: TextLine, topic: rules.Topic) -> dict[str, Any]:
    """Return the verdict on a text. Any: `id` may be of any type."""
    body = line.paragraphs
    claimed = text.primary_language(line.lang)
    language = language_of((line.headline, *body), claimed) or line.lang
    verdict = rules.judge(
        topic,
        headline=line.headline,
        body=body,
        language=language,
    )
    return {
        "id": line.id,
        "relevant": verdict.relevant,
        "probability": verdict.probability,
        "score": verdict.score,
        "evidence": msgspec.to_builtins(verdict.evidence),
        "language": language,
        "topic_version": verdict.topic_version,
    }


def _sentence(row: Row) -> str:
    side = "on topic" if row["relevant"] else "off topic"
    language = row["language"] or "language unknown"
    chance = percent(row["probability"])
    return f"{side}, {chance}, score {row['score']:g} ({language}, {row['topic_version']})"
