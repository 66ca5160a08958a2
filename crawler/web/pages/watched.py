"""The sources as several pages list them: the states of `drawdown status`, counted in columns."""

from dataclasses import replace

import numpy as np

from crawler.web.asking import Asked
from storage.crawl import sources
from storage.crawl.sources import SourceStatus
from storage.facts.columns import Mask
from storage.facts.facts import Facts


def statuses(asked: Asked) -> list[SourceStatus]:
    """Return every source with its state and the numbers of its articles."""
    facts = asked.site.facts.now(asked.connection)
    found = sources.statuses(asked.connection, asked.now, counts_articles=False)
    last = max((one.id for one in found), default=0)
    every = _per_source(facts, facts.every, last)
    relevant = _per_source(facts, facts.every & (facts.columns.verdict == 1), last)
    copies = _per_source(facts, facts.every & facts.copies, last)
    return [
        replace(
            one,
            articles=every[one.id],
            relevant=relevant[one.id],
            duplicates=copies[one.id],
        )
        for one in found
    ]


def _per_source(facts: Facts, mask: Mask, last: int) -> list[int]:
    """Return the number of articles of a mask of each source, by its row."""
    counts: list[int] = np.bincount(facts.columns.source[mask], minlength=last + 1).tolist()
    return counts
