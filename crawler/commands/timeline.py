"""The command `drawdown timeline`."""

from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from crawler.commands.arguments import Chosen, Moment, as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.claims import worded
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.statements.wordbook import called
from crawler.text.counting import counted
from storage.records.claim import FORCES
from storage.sqlite.database import open_corpus
from storage.statements import names
from storage.statements.claims import ClaimsWanted, read
from storage.statements.timeline import Line, Other, contradictions
from storage.statements.timeline import timeline as lines_of

_INDENT = 7  # columns of what belongs to a line
_TITLES = {"foreign": "All foreign forces", "coalition": "Coalition"}


@click.command()
@click.argument("force", required=False, type=Chosen(FORCES))
@click.option("--speaker", help="Only what this person or office says; any script, any part of it.")
@click.option("--since", type=Moment(), help="Only what was said on this day or later.")
@click.option("--all", "show_all", is_flag=True, help="Also unsure claims, marked with `?`.")
@as_of_option
@json_option
@click.pass_obj
def timeline(
    config: Path,
    force: str | None,
    speaker: str | None,
    since: datetime | None,
    show_all: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """List who says whose forces leave or stay, by force, the newest last.

    Repeats of one statement are one line, with the houses and the independent texts that carry it.
    Beside a line is what contradicts it: another speaker, the same force, the other direction,
    within 30 days or not answered before. A change of mind is marked. Nothing is netted or scored:
    each line has its sentence.

    Example: drawdown timeline iran --since 2026-11-01
    """
    wanted = ClaimsWanted(
        force=force,
        since=since.date().isoformat() if since else None,
        as_of=as_of,
    )
    with open_corpus(read_config(config).store) as connection:
        found = read(connection, wanted)
    # Contradictions are looked for among all that is shown, before a speaker is chosen.
    lines = lines_of(claim for claim in found if show_all or claim.is_sure)
    shown = [line for line in lines if speaker is None or _is_of(line, speaker)]
    if as_json:
        for line in shown:
            print_json(_facts(line))
        return
    hidden = sum(not claim.is_sure for claim in found) if not show_all else 0
    _print(shown, hidden)


def _is_of(line: Line, speaker: str) -> bool:
    """Whether a name is part of the speaker's, as written or by its sound."""
    if line.speaker is None:
        return False
    written = names.words_of(speaker)
    if written in names.words_of(line.speaker):
        return True
    wanted = set(names.sounds_of(speaker).split())
    return bool(wanted) and wanted <= set(names.sounds_of(line.speaker).split())


def _facts(line: Line) -> dict[str, Any]:
    """Return a line as JSON. Any: JSON values."""
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


def _pointer(other: Other) -> dict[str, Any]:
    return {
        "number": other.number,
        "day": other.day,
        "stance": other.stance.value,
        "speaker": other.speaker,
    }


def _print(lines: list[Line], hidden: int) -> None:
    if not lines:
        say("no claims yet")
    for force, group in groupby(lines, key=lambda line: line.force):
        click.echo()
        say(_title(force), bold=True)
        for line in group:
            _print_line(line)
    if lines:
        pairs = len(contradictions(lines))
        click.echo()
        say(f"{counted(len(lines), 'line')}, {counted(pairs, 'contradiction')}")
    if hidden:
        say(f"{counted(hidden, 'unsure claim')} more: --all")


def _title(force: str) -> str:
    return _TITLES.get(force) or called(force)


def _print_line(line: Line) -> None:
    """Print what is said, its sentence and its article, and what is said against it."""
    first = line.first
    mark = "" if line.is_sure else " ?"
    who = plain(line.speaker) if line.speaker else "the article"
    carried = f"{counted(line.houses, 'house')}, {counted(line.texts, 'text')}"
    condition = f" [{plain(line.condition)}]" if line.condition else ""
    stance = worded(line.stance)
    say(f"{line.number:>3}  {line.day}  {who}: {stance}{condition}{mark}  ({carried})", indent=2)
    say(plain(first.sentence), indent=_INDENT)
    via = f", citing {plain(first.via)}" if first.via else ""
    say(f"article {first.article_id}, {plain(first.source)}{via}", indent=_INDENT)
    if line.changed is not None:
        before = line.changed
        said = f"{worded(before.stance)} on {before.day} (line {before.number})"
        say(f"changed: {said}", indent=_INDENT)
    for other in line.against:
        said = f"{plain(other.speaker)}, {other.day}: {worded(other.stance)}"
        say(f"against line {other.number}: {said}", indent=_INDENT)
