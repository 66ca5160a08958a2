"""A verdict as people read it: how likely, in which sentences, and why."""

from typing import Protocol

import click

from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from storage.records.verdict import Evidence

_LEAST_SHOWN = 0.001


class Judged(Protocol):
    """A verdict, or an article with its verdict."""

    @property
    def probability(self) -> float | None: ...
    @property
    def score(self) -> float: ...


def measured(judged: Judged) -> str:
    """Return probability and score as they are shown; an older verdict has a score alone."""
    score = f"score {judged.score:g}"
    if judged.probability is None:
        return score
    return f"{percent(judged.probability)}, {score}"


def percent(probability: float) -> str:
    """Return a probability as it is shown.

    >>> percent(0.7349), percent(0.004)
    ('73 %', '0.4 %')
    """
    if 0.01 <= probability <= 0.99:
        return f"{100 * probability:.0f} %"
    # Never 100 %, and never 0: no text is certain.
    held = min(max(probability, _LEAST_SHOWN), 1 - _LEAST_SHOWN)
    return f"{100 * held:.1f} %"


def explained_by(evidence: Evidence) -> str:
    """Return a sentence of a verdict on one line: how likely, where, what it says."""
    said = [evidence.movement, evidence.mover]
    if evidence.is_asked:
        said.append("asked for")
    if evidence.is_denied:
        said.append("denied")
    chance = evidence.probability
    shown = f"{evidence.weight:g}" if chance is None else percent(chance)
    return f"{shown} {evidence.place} ({', '.join(filter(None, said))}): {marked(evidence)}"


def say_evidence(evidence: Evidence, *, indent: int) -> None:
    """Print a sentence of a verdict, and under it the reasons for its weight."""
    say(explained_by(evidence), indent=indent, hanging=4)
    if evidence.reasons:
        say(plain("; ".join(evidence.reasons)), indent=indent + 4)


def marked(evidence: Evidence) -> str:
    """Return a sentence with the deciding words in brackets.

    >>> from storage.records.verdict import Mark
    >>> marked(Evidence(terms=(), place="", sentence="They leave.", weight=1.0,
    ...                 marks=(Mark("leave", 5, 10),)))
    'They [leave].'
    """
    parts, end = [], 0
    for mark in sorted(evidence.marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.start < end:  # inside a longer one
            continue
        word = plain(evidence.sentence[mark.start : mark.end])
        parts += [plain(evidence.sentence[end : mark.start]), click.style(f"[{word}]", fg="yellow")]
        end = mark.end
    return "".join((*parts, plain(evidence.sentence[end:])))
