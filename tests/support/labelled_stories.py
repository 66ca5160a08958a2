"""Articles of labelled events, and how well they are grouped into stories.

The sets are `stories.jsonl.gz` in ../shared/data/stories and ../shared/data/stories-native: lines
{id, set, lang, date, title, text, story}. Texts of others are for evaluation only.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.stories.grouping import Grouping
from crawler.stories.likeness import Weights
from crawler.stories.report import Report, read_report

DATA = Path(__file__).parents[3] / "shared" / "data"
Floats = NDArray[np.float64]
LIMITS = {"join": 0.0, "sure": 1.0}  # log-odds, chosen by leaving one set out


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article, and the event that a reader says it tells."""

    report: Report
    event: str


def read_sets() -> dict[str, list[Labelled]]:
    """Return the labelled sets by their names."""
    sets: dict[str, list[Labelled]] = defaultdict(list)
    for folder in ("stories", "stories-native"):
        with gzip.open(DATA / folder / "stories.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                sets[row["set"]].append(_labelled(row))
    return dict(sets)


def _labelled(row: dict[str, Any]) -> Labelled:
    paragraphs = tuple(filter(None, (row["text"] or "").split("\n")))
    report = read_report(row["title"] or "", paragraphs, row["lang"], row["date"])
    return Labelled(report, row["story"])


def group(articles: Sequence[Labelled], by_pair: Floats) -> list[int]:
    """Return the story of each article, as `drawdown group` finds it."""
    weights = Weights(by_pair, LIMITS["join"], LIMITS["sure"], "here")
    grouping = Grouping(weights=weights)
    for number, article in enumerate(articles):
        grouping.learn(number, article.report)
    return [grouping.place(number, article.report).story for number, article in enumerate(articles)]


def shares(
    events: Sequence[str], stories: Sequence[int], languages: Sequence[str]
) -> dict[str, Any]:
    """Return precision, recall and F1: B-cubed, of pairs, of pairs of two languages."""
    ids = range(len(events))
    b_cubed = np.zeros(2)
    for one in ids:
        of_event = {other for other in ids if events[other] == events[one]}
        of_story = {other for other in ids if stories[other] == stories[one]}
        both = len(of_event & of_story)
        b_cubed += (both / len(of_story), both / len(of_event))
    found: dict[str, Any] = {"b_cubed": _f1(*(b_cubed / max(1, len(events))))}
    for name, is_wanted in (("pairs", False), ("cross", True)):
        counts = np.zeros(3)
        for one, other in combinations(ids, 2):
            if is_wanted and languages[one] == languages[other]:
                continue
            same, said = events[one] == events[other], stories[one] == stories[other]
            counts += (same and said, said, same)
        found[name] = _f1(_share(counts[0], counts[1]), _share(counts[0], counts[2]))
    return found


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _f1(precision: float, recall: float) -> tuple[float, float, float]:
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return round(float(precision), 3), round(float(recall), 3), round(float(f1), 3)


def measured(
    articles: Sequence[Labelled],
    by_pair: Floats,
    only: set[str] | None = None,
) -> dict[str, Any]:
    """Return the figures of a set, or of some of its events among all the others."""
    stories = group(articles, by_pair)
    kept = [at for at, a in enumerate(articles) if only is None or a.event in only]
    return shares(
        [articles[at].event for at in kept],
        [stories[at] for at in kept],
        [articles[at].report.language or "" for at in kept],
    )
