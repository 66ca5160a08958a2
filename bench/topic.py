"""How well the topic is found in texts that nothing was learnt from.

python -m bench.topic LABELS.jsonl... [--headlines HEADLINES.jsonl] [--write TOPIC.toml]

A file has one text a line: lang, kind, title, text, label (1 on topic, 0 not), source; and where
known date, force, category, borderline. Weights and threshold are learnt ten times, each time
without whole outlets and without every text of the events that those report (the same force within
a day); then without each language. Only probabilities of texts left out are counted: F1, precision
and the share of texts off topic that are flagged, with the 95 % interval of a bootstrap over
outlets. The last line of each part is the fit itself, to show by how much it flatters.

With --write the weights learnt from all texts are written into a topic file.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.topic import fit
from crawler.topic.assessment import assess
from crawler.topic.file import Topic, load
from crawler.topic.fit import Example, Learnt
from crawler.topic.quality import Score, score
from crawler.topic.rules import judge
from crawler.topic.writing import with_numbers
from tests.support.labelled_texts import Labelled, read_labels

_NEAR = 10  # words
_DRAWS = 500  # of the bootstrap: more do not move two digits of the interval
_CONSTRUCTED = 0.3  # by which an invented headline counts, against a text of the press
_LEAST_POSITIVES = 15  # of a language, for a line of its own
_SHOWN = 12  # kinds of error
_STREAM = 0.175  # of texts on topic, where the threshold is chosen: that of the long texts
# The thresholds of which F1 and flagged share are shown.
_THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
_BEGUN = {"bias": -3.0, "z_body": -1.0}  # all other weights begin at 0
_BASE = 0.003  # probability of a text without any sentence, as in the shipped topic


def examples_of(
    topic: Topic,
    rows: Iterable[Labelled],
    group: Callable[[Labelled], str],
) -> list[Example]:
    """Return what the model sees of texts."""
    found = []
    for row in rows:
        assessed = assess(
            topic,
            headline=row.headline,
            body=row.body,
            language=row.language,
        )
        example = Example(
            label=row.label,
            sentences=[one.features for one in assessed],
            group="constructed" if row.is_constructed else group(row),
            events=row.events,
            share=_CONSTRUCTED if row.is_constructed else 1.0,
        )
        found.append(example)
    return found


def source_of(row: Labelled) -> str:
    """Return the outlet of a text."""
    return row.source


def language_of(row: Labelled) -> str:
    """Return the language of a text."""
    return row.language


@dataclass(frozen=True, slots=True)
class Found:
    """Texts with their probabilities while left out."""

    rows: Sequence[Labelled]
    probabilities: Sequence[float]

    def where(self, wanted: Callable[[Labelled], bool]) -> "Found":
        """Return a part of the texts."""
        pairs = zip(self.rows, self.probabilities, strict=True)
        kept = [(row, p) for row, p in pairs if wanted(row)]
        return Found([row for row, _ in kept], [p for _, p in kept])

    def score(self, threshold: float) -> Score:
        """Return how many are found, found wrongly and missed."""
        labels = (row.label for row in self.rows)
        return fit.score_of(self.probabilities, labels, threshold)

    def flagged(self, threshold: float) -> float:
        """Return the share of texts off topic that are found."""
        off = [p >= threshold for row, p in zip(self.rows, self.probabilities, strict=True)
               if not row.label]  # fmt: skip
        return sum(off) / max(1, len(off))


def intervals(found: Found, threshold: float) -> dict[str, tuple[float, float]]:
    """Return the 95 % intervals of F1, precision and flagged share: outlets drawn with return."""
    by_source: dict[str, list[int]] = {}
    for number, row in enumerate(found.rows):
        by_source.setdefault(row.source, []).append(number)
    draw = random.Random(1)
    drawn: dict[str, list[float]] = {"F1": [], "precision": [], "flagged": []}
    sources = list(by_source)
    for _ in range(_DRAWS):
        numbers = [n for name in draw.choices(sources, k=len(sources)) for n in by_source[name]]
        sample = Found([found.rows[n] for n in numbers], [found.probabilities[n] for n in numbers])
        counted = sample.score(threshold)
        drawn["F1"].append(counted.f1)
        drawn["precision"].append(counted.precision)
        drawn["flagged"].append(sample.flagged(threshold))
    edge = round(_DRAWS * 0.025)
    return {name: (sorted(all_)[edge], sorted(all_)[-edge - 1]) for name, all_ in drawn.items()}


def show(
    name: str,
    found: Found,
    threshold: float,
) -> None:
    """Print one line: F1, precision and flagged share with their intervals."""
    counted = found.score(threshold)
    around = intervals(found, threshold)
    values = {
        "F1": counted.f1,
        "precision": counted.precision,
        "flagged": found.flagged(threshold),
    }
    shown = "  ".join(
        f"{what} {value:.3f} ({around[what][0]:.2f} to {around[what][1]:.2f})"
        for what, value in values.items()
    )
    counts = f"{counted.right} right, {counted.wrong} wrong, {counted.missed} missed"
    print(f"{name:24} {shown}  {counts}")


def show_parts(
    title: str,
    found: Found,
    threshold: float,
) -> None:
    """Print the files, and the languages with enough texts on topic."""
    print(f"\n{title}, from {threshold:.2f} on")
    show("all", found, threshold)
    for file in sorted({row.file for row in found.rows}):
        show(file, found.where(lambda row, file=file: row.file == file), threshold)  # type: ignore[misc]  # bound now
    counts = Counter(row.language for row in found.rows if row.label)
    for language, count in counts.most_common():
        if count >= _LEAST_POSITIVES:
            part = found.where(lambda row, language=language: row.language == language)  # type: ignore[misc]  # bound now
            show(f"  {language}", part, threshold)
    kurdish = found.where(lambda row: row.language in ("ku", "ckb", "kmr"))
    show("  Kurdish", kurdish, threshold)


def show_errors(found: Found, threshold: float) -> None:
    """Print which kinds of text are wrong, by how many."""
    kinds: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for row, p in zip(found.rows, found.probabilities, strict=True):
        kind = f"missed {row.force or row.category}" if row.label else f"flagged {row.category}"
        sizes[kind] += 1
        kinds[kind] += (p >= threshold) != row.label
    print("\nkinds of error")
    for kind, count in kinds.most_common(_SHOWN):
        print(f"  {kind:28} {count:4} of {sizes[kind]:4}  {count / sizes[kind]:.3f}")


def show_thresholds(found: Found) -> None:
    """Print what other thresholds give."""
    for threshold in _THRESHOLDS:
        counted = found.score(threshold)
        print(
            f"  from {threshold:.2f}: F1 {counted.f1:.3f}  precision {counted.precision:.3f}  "
            f"flagged {found.flagged(threshold):.3f}"
        )


def keywords(
    topic: Topic,
    row: Labelled,
    near: int | None = None,
) -> bool:
    """Whether a place and a movement are in a text, or so many words from each other."""
    lexicon = topic.lexicon("ku" if row.language in ("kmr", "ckb") else row.language)
    words = lexicon.words(row.text)
    hits = lexicon.find(row.text, words)
    places = [hit.first for hit in hits if hit.concept == "place"]
    moves = [hit.first for hit in hits if hit.concept in ("withdraw", "leave", "stay")]
    return any(near is None or abs(a - b) <= near for a in places for b in moves)


def learnt(
    topic: Topic,
    rows: Sequence[Labelled],
    group: Callable[[Labelled], str],
) -> Learnt:
    """Learn from the texts, with whole groups left out in turn."""
    begun = dict.fromkeys(fit.NAMES, 0.0) | _BEGUN
    return fit.fit(examples_of(topic, rows, group), begun, _BASE, share=_STREAM)


def cost(topic: Topic, rows: Sequence[Labelled]) -> float:
    """Return the CPU time of judging, in milliseconds for 4,096 characters."""
    best = float("inf")
    for _ in range(4):  # the first fills the memory of words
        started = time.process_time()
        for row in rows:
            judge(topic, headline=row.headline, body=row.body, language=row.language)
        best = min(best, time.process_time() - started)
    return best * 1000 * 4096 / sum(len(row.text) for row in rows)


def write(
    file: Path,
    found: Learnt,
    threshold: float,
    texts: str,
) -> None:
    """Write what was learnt into a topic file."""
    tables = found.tables(datetime.now(UTC).date(), texts)
    tables["thresholds"] = {"relevant": threshold, "review": found.thresholds["review"]}
    file.write_text(with_numbers(file.read_text("utf-8"), tables), "utf-8")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path, nargs="+")
    parser.add_argument("--headlines", type=Path, nargs="*", default=[], help="invented ones")
    parser.add_argument("--topic", type=Path)
    parser.add_argument("--threshold", type=float, help="default: the best F1 of texts left out")
    parser.add_argument("--write", type=Path, help="the topic file that gets the weights")
    asked = parser.parse_args()
    topic = load(asked.topic)
    press = [row for file in asked.labels for row in read_labels(file)]
    invented = [
        row for file in asked.headlines for row in read_labels(file, is_constructed=True)
    ]  # fmt: skip
    rows = [*press, *invented]
    by_outlet = learnt(topic, rows, source_of)
    found = Found(rows, by_outlet.unseen).where(lambda row: not row.is_constructed)
    threshold = asked.threshold or by_outlet.thresholds["relevant"]
    show_parts("outlets and events left out", found, threshold)
    show_thresholds(found)
    show_errors(found, threshold)
    by_language = learnt(topic, [replace(row, source=row.language) for row in rows], source_of)
    unseen = Found(rows, by_language.unseen).where(lambda row: not row.is_constructed)
    show_parts("languages left out", unseen, threshold)
    print("\nnot left out: the shipped weights, and simple filters")
    print(f"shipped     {_score_of(press, lambda row: _is_relevant(topic, row))}")
    print(f"place AND movement     {_score_of(press, lambda row: keywords(topic, row))}")
    print(f"NEAR/{_NEAR}     {_score_of(press, lambda row: keywords(topic, row, _NEAR))}")
    print(f"\n{cost(topic, press):.2f} ms of CPU for 4,096 characters")
    if asked.write:
        texts = f"{len(press)} labelled texts, {len(invented)} invented headlines"
        write(asked.write, by_outlet, threshold, texts)


def _score_of(rows: Iterable[Labelled], rule: Callable[[Labelled], bool]) -> Score:
    return score((row.label, rule(row)) for row in rows)


def _is_relevant(topic: Topic, row: Labelled) -> bool:
    found = judge(topic, headline=row.headline, body=row.body, language=row.language)
    return found.relevant


if __name__ == "__main__":
    main()
