"""A claim as lines: who says it of whom, and its sentence."""

from collections.abc import Sequence

import click

from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from storage.records.claim import Stance
from storage.statements.claims import StoredClaim


def print_claims(claims: Sequence[StoredClaim]) -> None:
    """Print who says whose forces leave or stay, each with its sentence; unsure ones last."""
    if not claims:
        return
    click.echo()
    say("Claims", bold=True)
    for claim in sorted(claims, key=lambda claim: not claim.is_sure):
        say(claimed(claim), indent=2, hanging=2)
        say(marked(claim), indent=4)


def claimed(claim: StoredClaim) -> str:
    """Return a claim in one line; an unsure one has a question mark."""
    who = plain(claim.name) if claim.name else "the article"
    condition = f" [{plain(claim.condition)}]" if claim.condition else ""
    mark = "" if claim.is_sure else " ?"
    return f"{who}: {claim.force} {worded(claim.stance)}{condition}{mark}"


def worded(stance: Stance) -> str:
    """Return a stance in words.

    >>> worded(Stance.WILL_LEAVE)
    'will leave'
    """
    return stance.value.replace("_", " ")


def marked(claim: StoredClaim) -> str:
    """Return the sentence of a claim, the words that decided in square brackets."""
    shown, at = "", 0
    for _, start, end in claim.marks:
        if start < at:
            continue
        shown += f"{plain(claim.sentence[at:start])}[{plain(claim.sentence[start:end])}]"
        at = end
    return shown + plain(claim.sentence[at:])
