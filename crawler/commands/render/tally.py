"""The number of targets of a round that ended with each outcome."""

from collections.abc import Mapping

from crawler.commands.render.console import print_json, print_table
from crawler.commands.render.layout import Column
from storage.records.outcome import Outcome


def print_tally(
    tally: Mapping[tuple[str, Outcome], int],
    *,
    as_json: bool,
) -> None:
    """Print the counts of a round by kind of target and outcome."""
    rows = []
    for (kind, outcome), count in tally.items():
        rows.append((kind, outcome.value, count))
    rows.sort()
    if not as_json:
        print_table(
            "This round",
            ("What", "Outcome", Column("Count", is_number=True)),
            rows,
            empty="Nothing was due in this round.",
        )
        return
    names = ("kind", "outcome", "count")
    print_json([dict(zip(names, row, strict=True)) for row in rows])
