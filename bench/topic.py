"""How well the topic is found, beside simple filters, and whether it was tuned too closely.

python -m bench.topic LABELS.jsonl [--cases CASES.jsonl]

LABELS.jsonl has one text a line: lang, kind, title, text, label (1 on topic, 0 not), source. The
baselines know the same terms. Cross-validation chooses the threshold on the other sources (or
languages) and scores on the one left out.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from crawler.topic.file import Topic, load
from crawler.topic.quality import Score, score
from crawler.topic.rules import judge
from storage.records.verdict import Verdict
from tests.support.labelled_texts import Labelled, read_labels

_NEAR = 10  # words
_FOLDS = 10


def keywords(topic: Topic, row: Labelled, near: int | None = None) -> bool:
    """Whether a text has a place and a movement, or so many words from each other."""
    lexicon = topic.lexicon("ku" if row.language == "kmr" else row.language)
    words = lexicon.words(row.text)
    hits = lexicon.find(row.text, words)
    places = [hit.first for hit in hits if hit.concept == "place"]
    moves = [hit.first for hit in hits if hit.concept in ("withdraw", "leave", "stay")]
    return any(near is None or abs(a - b) <= near for a in places for b in moves)


def show(name: str, found: Score) -> None:
    print(f"{name:28} {found}")


Judged = Sequence[tuple[Labelled, Verdict]]


def source_of(row: Labelled) -> str:
    return row.source


def language_of(row: Labelled) -> str:
    return row.language


def validated(judged: Judged, group: Callable[[Labelled], str]) -> Score:
    """Score each group by the threshold that is best on the others."""
    names = sorted({group(row) for row, _ in judged})
    folds = [names[n::_FOLDS] for n in range(_FOLDS)]
    pairs = []
    for fold in filter(None, folds):
        others = [(row.label, v.score) for row, v in judged if group(row) not in fold]
        steps = sorted({value for _, value in others if 0 < value < 2})
        best = max(steps, key=lambda t: score((label, value >= t) for label, value in others).f1)
        pairs += [(row.label, v.score >= best) for row, v in judged if group(row) in fold]
    return score(pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--cases", type=Path, help="constructed headlines, each has to be right")
    parser.add_argument("--topic", type=Path)
    asked = parser.parse_args()
    topic, rows = load(asked.topic), read_labels(asked.labels)

    def run() -> Judged:
        return [
            (row, judge(topic, headline=row.headline, body=row.body, language=row.language))
            for row in rows
        ]

    judged = run()
    show("drawdown", score((row.label, v.relevant) for row, v in judged))
    show("keywords AND", score((row.label, keywords(topic, row)) for row in rows))
    show(f"keywords NEAR/{_NEAR}", score((row.label, keywords(topic, row, _NEAR)) for row in rows))
    for key in ("kind", "language"):
        for name in sorted({getattr(row, key) for row in rows}):
            of_it = [(r.label, v.relevant) for r, v in judged if getattr(r, key) == name]
            show(f"  {key} {name}", score(of_it))
    short = [(r.label, v.relevant) for r, v in judged if r.kind in ("headline", "feed")]
    show("  headlines and feed items", score(short))
    show("threshold from other sources", validated(judged, source_of))
    show("threshold from other languages", validated(judged, language_of))
    if asked.cases is not None:
        cases = read_labels(asked.cases)
        right = sum(
            judge(topic, headline=c.headline, body=c.body, language=c.language).relevant == c.label
            for c in cases
        )
        print(f"constructed headlines: {right} of {len(cases)} right")
    started = time.process_time()
    run()
    spent = time.process_time() - started
    characters = sum(len(row.text) for row in rows)
    print(f"{spent * 1000 * 4096 / characters:.2f} ms of CPU per 4,096 characters")


if __name__ == "__main__":
    main()
