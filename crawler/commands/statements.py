"""The command `drawdown statements`."""

from pathlib import Path
from typing import Any

import click

from crawler import text
from crawler.commands.arguments import json_option
from crawler.commands.render.rows import lines_argument, print_rows
from crawler.scouting.json_lines import BadLine, StatementLine, read_lines
from crawler.statements.reading import find_statements
from crawler.topic.language import language_of
from storage.records.statement import HEADLINE, Span, Statement


@click.command()
@lines_argument
@json_option
def statements(file: Path, as_json: bool) -> None:
    """Find who said what: lines {id, text, title?, lang?} to {id, quotes}.

    Paragraphs are divided by line ends. A quotation is {start, end, kind, cue, speaker, name, …},
    where text[start:end] is what was said; of a title it has in_title. A line {id, sentence} is
    read alone. A line that cannot be used becomes {line, id, error}, and the exit code 1.

    Example: drawdown statements --json articles.jsonl
    """
    rows = (
        line.facts() if isinstance(line, BadLine) else _read(line)
        for line in read_lines(file, StatementLine)
    )
    raise click.exceptions.Exit(print_rows(rows, as_json=as_json))


def _read(line: StatementLine) -> dict[str, Any]:
    """Return the statements of a text. Any: `id` may be of any type."""
    if line.written is None:
        return BadLine(line.number, "no `text` and no `sentence`", line.id).facts()
    paragraphs = line.written.split("\n")
    claimed = text.primary_language(line.lang)
    language = language_of((line.headline, *paragraphs), claimed) or claimed
    found = find_statements(line.headline, paragraphs, language)
    return {"id": line.id, "quotes": [_quote(s, _offsets(paragraphs)) for s in found]}


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


def _place(span: Span | None, offsets: list[int]) -> list[int] | None:
    if span is None:
        return None
    offset = 0 if span.paragraph == HEADLINE else offsets[span.paragraph]
    return [offset + span.start, offset + span.end]
