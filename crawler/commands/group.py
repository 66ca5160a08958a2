"""The command `drawdown group`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from crawler import text
from crawler.commands.arguments import json_option
from crawler.commands.render.rows import lines_argument, print_rows
from crawler.scouting.json_lines import BadLine, TextLine, read_lines
from crawler.stories.grouping import Grouping, Placement
from crawler.stories.reason import in_words
from crawler.stories.report import Report, read_report
from crawler.topic.language import language_of


@click.command()
@lines_argument
@json_option
def group(file: Path, as_json: bool) -> None:
    """Find which texts tell one event: lines {id, title, text, …} to {id, story, sure, because}.

    A line may also have `lang` and `date`: a day, an instant, a month, a year. Texts are taken in
    the order of the file; `story` is the id of the story's first line. A text joins a story that
    it fits, or founds one; nothing is stored. A line that cannot be used becomes {line, id,
    error}, and the exit code 1.

    Example: drawdown group --json articles.jsonl
    """
    raise click.exceptions.Exit(print_rows(_grouped(file), as_json=as_json))


def _grouped(file: Path) -> Iterator[dict[str, Any]]:
    """Yield a row for each line. Any: `id` may be of any type."""
    lines = [_read(line) for line in read_lines(file, TextLine)]
    grouping = Grouping(size=max(1, len(lines)))
    # All words are counted before the first text is placed: rarity is that of the whole file.
    for number, line in enumerate(lines):
        if not isinstance(line, BadLine):
            grouping.learn(number, line[1])

    ids: dict[int, Any] = {}
    for number, line in enumerate(lines):
        if isinstance(line, BadLine):
            yield line.facts()
            continue
        found, report = line
        ids[number] = found.id
        yield _row(grouping.place(number, report), ids)


def _read(line: TextLine | BadLine) -> tuple[TextLine, Report] | BadLine:
    if isinstance(line, BadLine):
        return line
    if line.text is None and line.title is None:
        return BadLine(line.number, "no `text` and no `title`", line.id)
    claimed = text.primary_language(line.lang)
    language = claimed or language_of((line.headline, *line.paragraphs), None)
    written = line.date or line.published or None
    try:
        return line, read_report(line.headline, line.paragraphs, language, written)
    except ValueError as error:
        return BadLine(line.number, str(error), line.id)


def _row(placed: Placement, ids: dict[int, Any]) -> dict[str, Any]:
    """Return the row of a text. Any: `id` may be of any type."""
    because = "no text before it fits"
    if placed.reason is not None:
        nearest = ids[placed.reason.other]
        because = f"like {nearest}: {in_words(placed.reason.facts())}"
    return {
        "id": ids[placed.article],
        "story": ids[placed.story],
        "sure": placed.is_sure,
        "because": because,
    }
