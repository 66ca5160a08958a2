"""The command `drawdown statements`."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from crawler import text
from crawler.commands.arguments import json_option
from crawler.commands.render.rows import lines_argument, print_rows
from crawler.scouting.json_lines import BadLine, StatementLine, read_lines
from crawler.statements.claims import ClaimReader, Readable
from crawler.statements.reading import find_statements
from crawler.topic.file import load
from crawler.topic.language import language_of
from storage.records.claim import Claim
from storage.records.claims import instant
from storage.records.statement import HEADLINE, Span, Statement


@click.command()
@lines_argument
@click.option("--topic", type=click.Path(path_type=Path), help="A topic file of your own.")
@json_option
def statements(file: Path, topic: Path | None, as_json: bool) -> None:
    """Find who said what: lines {id, text, title?, lang?, date?} to {id, quotes, claims}.

    Paragraphs are divided by line ends. A quotation is {start, end, kind, cue, speaker, name, …},
    where text[start:end] is what was said; of a title it has in_title. A claim is {start, end,
    force, stance, speaker, conditional, condition, certainty, …}: who says whose forces leave or
    stay, and the sentence that says it. A line {id, sentence} is read alone. A line that cannot be
    used becomes {line, id, error}, and the exit code 1.

    Example: drawdown statements --json articles.jsonl
    """
    reader = ClaimReader(load(topic))
    rows = (
        line.facts() if isinstance(line, BadLine) else _read(line, reader)
        for line in read_lines(file, StatementLine)
    )
    raise click.exceptions.Exit(print_rows(rows, as_json=as_json))


def _read(line: StatementLine, reader: ClaimReader) -> dict[str, Any]:
    """Return the statements and claims of a text. Any: `id` may be of any type."""
    if line.written is None:
        return BadLine(line.number, "no `text` and no `sentence`", line.id).facts()
    paragraphs = line.written.split("\n")
    claimed = text.primary_language(line.lang)
    language = language_of((line.headline, *paragraphs), claimed) or claimed
    found = find_statements(line.headline, paragraphs, language)
    article = Readable(
        line.headline,
        paragraphs,
        language,
        published=_day(line.published or line.date),
        is_of_place=line.sentence is not None,
    )
    offsets = _offsets(paragraphs)
    return {
        "id": line.id,
        "quotes": [_quote(statement, offsets) for statement in found],
        "claims": [_claim(claim, offsets) for claim in reader.find(article, found)],
    }


def _day(value: str | None) -> date | None:
    moment = instant(value)
    return moment.date() if moment else None


def _offsets(paragraphs: list[str]) -> list[int]:
    """Return where each paragraph begins in the text."""
    offsets, at = [], 0
    for paragraph in paragraphs:
        offsets.append(at)
        at += len(paragraph) + 1
    return offsets


def _quote(found: Statement, offsets: list[int]) -> dict[str, Any]:
    """Return a statement in characters of the text, or of the title. Any: JSON values."""
    is_in_title = found.paragraph == HEADLINE
    offset = 0 if is_in_title else offsets[found.paragraph]
    quote: dict[str, Any] = {
        "start": offset + found.start,
        "end": offset + found.end,
        "kind": found.kind.value,
        "cue": _place(found.cue, offsets),
        "speaker": _place(found.speaker, offsets),
        "name": found.name,
        "how": found.how.value if found.how is not None else None,
        "via": found.via,
        "rule": found.rule,
        "group": found.group,
        "certainty": found.certainty,
    }
    return {**quote, "in_title": True} if is_in_title else quote


def _claim(found: Claim, offsets: list[int]) -> dict[str, Any]:
    """Return a claim, its sentence in characters of the text. Any: JSON values."""
    is_in_title = found.paragraph == HEADLINE
    offset = 0 if is_in_title else offsets[found.paragraph]
    claim: dict[str, Any] = {
        "start": offset + found.start,
        "end": offset + found.end,
        "force": found.force,
        "stance": found.stance.value,
        "speaker": found.speaker,
        "speaker_country": found.speaker_country,
        "conditional": found.is_conditional,
        "condition": found.condition,
        "decision": found.is_decision,
        "via": found.via,
        "said_on": found.said_on,
        "rule": found.rule,
        "certainty": found.certainty,
    }
    return {**claim, "in_title": True} if is_in_title else claim


def _place(span: Span | None, offsets: list[int]) -> list[int] | None:
    if span is None:
        return None
    offset = 0 if span.paragraph == HEADLINE else offsets[span.paragraph]
    return [offset + span.start, offset + span.end]
