"""What revisions changed and what copies cut and added, sentence by sentence."""

from dataclasses import dataclass
from itertools import pairwise
from sqlite3 import Connection
from typing import Any

import click

from crawler.commands.console import plain
from crawler.dedupe.diff import Edit, diff
from storage import relations, revisions

_SIGNS = {"added": "+", "removed": "-", "edited": "~"}
_COLOURS = {"added": "green", "removed": "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two texts, and the sentences in which they differ."""

    title: str
    headline: tuple[str, str]  # before and after
    edits: list[Edit]

    def plain(self) -> dict[str, Any]:
        """Return it as values ready for JSON. Any: of the mixed types of its fields."""
        return {
            "title": self.title,
            "headline": list(self.headline),
            "edits": [{"kind": e.kind, "before": e.before, "after": e.after} for e in self.edits],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """The revisions of an article against one another, and the article against its original."""

    revisions: list[Difference]
    copies: list[Difference]

    def plain(self) -> dict[str, Any]:
        """Return them as values ready for JSON. Any: as above."""
        return {
            "revisions": [difference.plain() for difference in self.revisions],
            "copies": [difference.plain() for difference in self.copies],
        }


def read_differences(connection: Connection, article_id: int) -> Differences:
    """Compare the revisions of an article, and the article with what it repeats."""
    history = revisions.history(connection, article_id)
    changed = [
        Difference(
            title=f"revision {after.number}, {after.fetched_at:%Y-%m-%d %H:%M} UTC: "
            + (", ".join(after.changes) or after.change),
            headline=(before.headline, after.headline),
            edits=_changed(before.body, after.body),
        )
        for before, after in pairwise(history)
    ]
    own = history[-1]
    copies = []
    for edge in relations.of_article(connection, article_id):
        original = revisions.newest(connection, edge.of)
        copies.append(
            Difference(
                title=f"{edge.kind.value} of article {edge.of}: {edge.forward:.0%} of this text, "
                f"{edge.backward:.0%} of that one; what it cut (-) and added (+)",
                headline=(original.headline, own.headline),
                edits=_changed(original.body, own.body),
            )
        )
    return Differences(revisions=changed, copies=copies)


def _changed(before: tuple[str, ...], after: tuple[str, ...]) -> list[Edit]:
    return [edit for edit in diff(before, after) if edit.kind != "same"]


def print_differences(differences: Differences) -> None:
    """Print what changed, with the words marked where they were edited."""
    for difference in (*differences.revisions, *differences.copies):
        click.secho(f"\n{plain(difference.title)}", bold=True)
        before, after = difference.headline
        if before != after:
            _print_edit(Edit("edited", before, after))
        for edit in difference.edits:
            _print_edit(edit)
        if before == after and not difference.edits:
            click.echo("  the same sentences")


def _print_edit(edit: Edit) -> None:
    click.echo(f"{_SIGNS[edit.kind]} ", nl=False)
    if edit.kind != "edited":
        click.secho(plain(edit.before or edit.after), fg=_COLOURS[edit.kind])
        return
    words = []
    for span in edit.spans():
        marked = {"added": "{+%s+}", "removed": "[-%s-]"}.get(span.kind, "%s") % plain(span.text)
        words.append(click.style(marked, fg=_COLOURS.get(span.kind)))
    click.echo(" ".join(words))
