"""The command `drawdown timeline`."""

from datetime import datetime
from pathlib import Path

import click

from crawler.commands.arguments import Chosen, Moment, as_of_option, json_option
from crawler.commands.reading import read_config
from crawler.commands.render.console import print_json
from crawler.commands.render.lines import line_facts, print_lines
from crawler.commands.render.prose import say
from crawler.text.counting import counted
from storage.records.claim import FORCES
from storage.sqlite.database import open_corpus
from storage.statements.claims import ClaimsWanted, read
from storage.statements.timeline import Line, spoken
from storage.statements.timeline import timeline as lines_of


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
            print_json(line_facts(line))
        return
    if not shown:
        say("no claims yet")
    else:
        print_lines([line_facts(line) for line in shown])
    hidden = sum(not claim.is_sure for claim in found) if not show_all else 0
    if hidden:
        say(f"{counted(hidden, 'unsure claim')} more: --all")


def _is_of(line: Line, speaker: str) -> bool:
    """Whether each word of a name is in the speaker's, as written, or by its sound elsewhere."""
    if line.speaker is None:
        return False
    known = [spoken(word) for word in line.speaker.split()]
    return all(any(spoken(word).is_same(one) for one in known) for word in speaker.split())
