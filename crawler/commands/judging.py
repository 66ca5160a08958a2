"""Judging claims: are force, stance and speaker right? `drawdown review --claims` calls it."""

import sys
from pathlib import Path

import click

from crawler.commands.render.claims import claimed, marked
from crawler.commands.render.console import print_json
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.commands.reviewing import (
    Judgements,
    print_shares,
    store_judgements,
    store_opinions,
)
from storage.export.tables import claim_facts
from storage.records.claim import STANCES
from storage.sqlite.database import open_corpus
from storage.statements import judged
from storage.statements.claims import StoredClaim


def review_claims(
    store: Path,
    ids: list[int] | None,
    limit: int,
    *,
    as_json: bool,
) -> None:
    """Show claims that nobody has judged; in a terminal, ask for a judgement of each."""
    is_asking = sys.stdin.isatty() and not as_json
    with open_corpus(store) as connection:
        waiting = list(judged.waiting(connection, ids, limit))
    for claim in waiting:
        if as_json:
            print_json({**claim_facts(claim), "key": claim.key})
            continue
        click.echo()
        say(claimed(claim), bold=True)
        say(marked(claim), indent=4)
        say(f"article {claim.article_id}, {plain(claim.source)}, {claim.day}", indent=4)
        say(f"key {claim.key}", indent=4)
        if is_asking and not _ask(store, claim):
            return
    if not waiting and not as_json:
        say("no claims without a judgement")


def _ask(store: Path, claim: StoredClaim) -> bool:
    """Ask whether a claim is right, and store the answer; False where the reader stops."""
    answer = click.prompt("    right?", type=click.Choice(["y", "n", "skip", "quit"]))
    if answer == "quit":
        return False
    if answer == "y":
        store_opinions(store, [judged.opinion_on(claim.key, "right")])
    if answer == "n":
        asked = click.Choice([*STANCES, "none"])
        better = click.prompt("    which stance is right?", type=asked, default="none")
        stance = None if better == "none" else str(better)
        store_opinions(store, [judged.opinion_on(claim.key, "wrong", stance)])
    return True


def judge_claims(store: Path, given: Judgements) -> None:
    """Store the judgements that the options name. Exits with 1 where a key names no claim."""
    if given.better is not None and given.better not in STANCES:
        raise click.UsageError(f"--better is one of {', '.join(STANCES)}")
    store_judgements(store, given, "claim", judged.has, judged.opinion_on)


def print_quality_of_claims(store: Path, *, as_json: bool) -> None:
    """Print how often claims are right by the judgements of this corpus, with n and interval."""
    with open_corpus(store) as connection:
        shares = judged.quality(connection)
    print_shares(shares, "claims", as_json=as_json)
