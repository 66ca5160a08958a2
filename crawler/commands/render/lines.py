"""Lines of a timeline: who says what of a force, its sentence, and what is said against it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import click

from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.statements.wordbook import called
from crawler.text.counting import counted
from storage.statements.timeline import Line, Other

Facts = dict[str, Any]  # a line as JSON. Any: JSON values
_INDENT: Final = 7  # columns of what belongs to a line
_TITLES: Final = {"foreign": "All foreign forces", "coalition": "Coalition"}


def line_facts(line: Line) -> Facts:
    """Return a line as JSON."""
    first = line.first
    return {
        "number": line.number,
        "force": line.force,
        "day": line.day,
        "stance": line.stance.value,
        "speaker": line.speaker,
        "country": line.country,
        "condition": line.condition,
        "sure": line.is_sure,
        "houses": line.houses,
        "texts": line.texts,
        "articles": line.articles,
        "sentence": first.sentence,
        "article": first.article_id,
        "source": first.source,
        "url": first.url,
        "via": first.via,
        "against": [_pointer(other) for other in line.against],
        "changed": None if line.changed is None else _pointer(line.changed),
    }


def _pointer(other: Other) -> Facts:
    return {
        "number": other.number,
        "day": other.day,
        "stance": other.stance.value,
        "speaker": other.speaker,
    }


def print_lines(lines: Sequence[Facts]) -> None:
    """Print lines by force, each with its sentence and its article, and count them."""
    for force, group in groupby(lines, key=lambda line: str(line["force"])):
        click.echo()
        say(title_of(force), bold=True)
        for line in group:
            _print_line(line)
    click.echo()
    pairs = {
        tuple(sorted((line["number"], other["number"])))
        for line in lines
        for other in line["against"]
    }
    say(f"{counted(len(lines), 'line')}, {counted(len(pairs), 'contradiction')}")


def title_of(force: str) -> str:
    """Return what a force is called.

    >>> title_of("us")
    'United States'
    """
    return _TITLES.get(force) or called(force)


def _print_line(line: Facts) -> None:
    """Print what is said, its sentence and its article, and what is said against it."""
    mark = "" if line["sure"] else " ?"
    who = plain(line["speaker"]) if line["speaker"] else "the article"
    carried = f"{counted(line['houses'], 'house')}, {counted(line['texts'], 'text')}"
    condition = f" [{plain(line['condition'])}]" if line["condition"] else ""
    said = f"{who}: {_worded(line)}{condition}{mark}"
    say(f"{line['number']:>3}  {line['day']}  {said}  ({carried})", indent=2)
    say(plain(line["sentence"]), indent=_INDENT)
    via = f", citing {plain(line['via'])}" if line["via"] else ""
    say(f"article {line['article']}, {plain(line['source'])}{via}", indent=_INDENT)
    before = line["changed"]
    if before is not None:
        said = f"{_worded(before)} on {before['day']} (line {before['number']})"
        say(f"changed: {said}", indent=_INDENT)
    for other in line["against"]:
        said = f"{plain(other['speaker'])}, {other['day']}: {_worded(other)}"
        say(f"against line {other['number']}: {said}", indent=_INDENT)


def _worded(line: Facts) -> str:
    return str(line["stance"]).replace("_", " ")
