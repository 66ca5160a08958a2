"""How many targets of a round ended with which outcome."""

from collections.abc import Mapping

from crawler.commands.render.console import print_json, print_table
from storage.records.outcome import Outcome


def print_tally(tally: Mapping[tuple[str, Outcome], int], *, as_json: bool) -> None:
    """Print the counts of a round by kind of target and outcome."""
    rows = sorted((kind, outcome.value, count) for (kind, outcome), count in tally.items())
    if as_json:
        print_json([{"kind": kind, "outcome": value, "count": n} for kind, value, n in rows])
    else:
        print_table("This round", ("What", "Outcome", "Count"), rows)
