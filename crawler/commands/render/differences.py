"""How differences are printed: signs, colours, and marks around the words that were edited."""

import click

from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.comparison.differences import Difference, Differences
from crawler.dedupe.diff import Edit

_SIGNS = {"added": "+", "removed": "-", "edited": "~"}
_MARKS = {"added": "{+%s+}", "removed": "[-%s-]"}  # of words in an edited sentence
_COLOURS = {"added": "green", "removed": "red"}


def print_differences(differences: Differences) -> None:
    """Print what each revision and each copy changed."""
    for difference in (*differences.revisions, *differences.copies):
        print_difference(difference)


def print_difference(difference: Difference) -> None:
    """Print what changed, with the words marked where they were edited."""
    click.echo()
    say(plain(difference.title), bold=True)
    before, after = difference.headline
    if before != after:
        _print_edit(Edit("edited", before, after))
    for edit in difference.edits:
        _print_edit(edit)
    if before == after and not difference.edits:
        say("the same sentences", indent=2)


def _print_edit(edit: Edit) -> None:
    sign = _SIGNS[edit.kind]
    if edit.kind != "edited":
        text = plain(edit.before or edit.after)
        say(f"{sign} {text}", hanging=2, colour=_COLOURS[edit.kind])
        return
    words = []
    for span in edit.spans():
        mark = _MARKS.get(span.kind, "%s")
        marked = mark % plain(span.text)
        words.append(click.style(marked, fg=_COLOURS.get(span.kind)))
    say(f"{sign} {' '.join(words)}", hanging=2)
