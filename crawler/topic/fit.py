"""Learns the weights of a topic from labelled texts, and says how well by texts it has not seen.

Pure Python: some seconds for a thousand texts. What is minimised is the log loss of "noisy or"
(probability.py) with a penalty for weights that leave those begun with, so that few labels change
little. The method is L-BFGS (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.5).
"""

import math
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.errors import CrawlerError
from crawler.topic.features import MEANINGS, Features
from crawler.topic.probability import logistic, logit
from crawler.topic.quality import Score, score

NAMES = tuple(MEANINGS)
_NUMBER = {name: number for number, name in enumerate(NAMES)}
_BIAS = _NUMBER["bias"]
_PENALTY = 1.0  # of the square of a change; half and twice as much differ by 0.002 of F1
_MOST_STEPS = 150  # the loss moves by less than a thousandth after a hundred
_LEAST_CHANGE = 1e-4  # of the loss, at which it ends
_REMEMBERED = 8  # steps from which L-BFGS knows the curvature: 5 to 20 are usual
_HALVINGS = 20  # of a step that does not lower the loss
_ENOUGH_FALL = 1e-4  # of the slope that a step has to gain: Armijo's rule
FOLDS = 10
_REVIEW = 0.4  # of the threshold: from there on one text in five is on topic after all
# With fewer labels of a kind the interval of F1 is wider than any gain.
LEAST_LABELS = 60
LEAST_GROUPS = 5

Vector = list[float]


class TooFew(CrawlerError):
    """There are too few labels to learn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A labelled text, as the model sees it."""

    label: bool
    sentences: Sequence[Features]
    group: Hashable  # its outlet: never on both sides of a fold
    events: frozenset[Hashable] = frozenset()  # what happened: nor any of these
    share: float = 1.0  # by which it counts


@dataclass(frozen=True, slots=True)
class Learnt:
    """Weights, and what they gave for texts that were left out."""

    weights: dict[str, float]
    calibration: dict[str, float]
    thresholds: dict[str, float]
    unseen: Sequence[float]  # the calibrated probability of each example while left out
    score: Score  # of them

    def tables(
        self,
        day: date,
        texts: str,
    ) -> dict[str, dict[str, float | str]]:
        """Return what was learnt as tables of a topic file, with its day and texts.

        The base is no result.
        """
        calibration = {name: value for name, value in self.calibration.items() if name != "base"}
        return {
            "weights": dict(self.weights),
            "calibration": dict(calibration),
            "thresholds": dict(self.thresholds),
            "learnt": {"date": day.isoformat(), "texts": texts},
        }


Sparse = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class _Row:
    label: bool
    share: float
    sentences: Sequence[Sparse]


def learn(
    examples: Iterable[Example],
    begun: Mapping[str, float],
    base: float,
    *,
    penalty: float = _PENALTY,
) -> dict[str, float]:
    """Return the weights that explain the labels best, not far from those begun with."""
    rows = [_row(example) for example in examples]
    # The bias has no penalty: how many texts are on topic is learnt from the labels alone.
    centre = [begun[name] for name in NAMES]
    nothing = -math.log1p(-base)

    def loss(weights: Vector) -> tuple[float, Vector]:
        value, slope = _loss(rows, weights, nothing)
        for number, (weight, middle) in enumerate(zip(weights, centre, strict=True)):
            if number == _BIAS:
                continue
            value += penalty * (weight - middle) ** 2
            slope[number] += 2 * penalty * (weight - middle)
        return value, slope

    found = _minimised(loss, centre)
    return dict(zip(NAMES, found, strict=True))


def _row(example: Example) -> _Row:
    sentences = map(_sparse, example.sentences)
    return _Row(example.label, example.share, list(sentences))


def _sparse(features: Features) -> Sparse:
    return [(_NUMBER[name], value) for name, value in features.items()]


def _loss(
    rows: Sequence[_Row],
    weights: Vector,
    nothing: float,
) -> tuple[float, Vector]:
    """Return the log loss of all texts, and its slope by each weight.

    `nothing` is what a text without sentences has: -log(1 - base).
    """
    total = 0.0
    slope = [0.0] * len(weights)
    for row in rows:
        sums = [_sum_of(sentence, weights) for sentence in row.sentences]
        # Minus the logarithm of what all sentences leave.
        left = nothing + sum(map(_softplus, sums))
        if row.label:
            on = -math.expm1(-left)
            total -= row.share * math.log(on)
            pull = -row.share * (1 - on) / on
        else:
            total += row.share * left
            pull = row.share
        for sentence, value in zip(row.sentences, sums, strict=True):
            by = pull * logistic(value)
            for n, feature in sentence:
                slope[n] += by * feature
    return total, slope


def _sum_of(
    sentence: Sparse,
    weights: Vector,
) -> float:
    """Return the logit of a sentence."""
    total = 0.0
    for number, value in sentence:
        total += weights[number] * value
    return total


def _softplus(value: float) -> float:
    """Return log(1 + exp(value)), which for a large value is the value."""
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


def _minimised(
    loss: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
) -> Vector:
    """Return where a function is least, by L-BFGS with halved steps."""
    here = list(start)
    value, slope = loss(here)
    past: deque[tuple[Vector, Vector]] = deque(maxlen=_REMEMBERED)
    for _ in range(_MOST_STEPS):
        direction = _direction(slope, past)
        fall = _dot(slope, direction)
        step = 1.0 if past else 1 / max(1.0, math.sqrt(_dot(slope, slope)))
        for _ in range(_HALVINGS):
            there = _moved(here, direction, step)
            new, new_slope = loss(there)
            if new <= value + _ENOUGH_FALL * step * fall:
                break
            step /= 2
        else:
            return here
        moved = _minus(there, here)
        turned = _minus(new_slope, slope)
        # Without a bend that way the step says nothing of the curvature.
        if _dot(moved, turned) > 0:
            past.append((moved, turned))
        gained = value - new
        here, value, slope = there, new, new_slope
        if gained < _LEAST_CHANGE:
            break
    return here


def _direction(
    slope: Vector,
    past: Sequence[tuple[Vector, Vector]],
) -> Vector:
    """Return where to go: down, corrected by the curvature that the last steps met."""
    down = list(slope)
    parts = []
    for moved, turned in reversed(past):
        part = _dot(moved, down) / _dot(moved, turned)
        parts.append(part)
        down = _moved(down, turned, -part)
    if past:
        moved, turned = past[-1]
        scale = _dot(moved, turned) / _dot(turned, turned)
        down = [scale * d for d in down]
    for (moved, turned), part in zip(past, reversed(parts), strict=True):
        back = part - _dot(turned, down) / _dot(moved, turned)
        down = _moved(down, moved, back)
    return [-d for d in down]


def _dot(
    one: Vector,
    other: Vector,
) -> float:
    return sum(map(float.__mul__, one, other))


def _moved(
    start: Vector,
    direction: Vector,
    step: float,
) -> Vector:
    """Return the point some steps from another."""
    pairs = zip(start, direction, strict=True)
    return [x + step * d for x, d in pairs]


def _minus(
    one: Vector,
    other: Vector,
) -> Vector:
    return [a - b for a, b in zip(one, other, strict=True)]


def raw_probability(
    sentences: Iterable[Features],
    weights: Mapping[str, float],
    base: float,
) -> float:
    """Return how likely a text of these sentences is on topic, not calibrated."""
    rest = 1 - base
    for features in sentences:
        rest *= 1 - logistic(sum(weights[name] * value for name, value in features.items()))
    return 1 - rest


def unseen(
    examples: Sequence[Example],
    begun: Mapping[str, float],
    base: float,
    *,
    folds: int = FOLDS,
) -> list[float]:
    """Return the raw probability of each example by weights learnt without its group and events.

    Whole outlets are left out, and with them every text of what they report: one event is in many
    outlets, in nearly the same words.
    """
    found = [0.0] * len(examples)
    for left_out in _folds(examples, folds):
        held = [examples[n] for n in left_out]
        groups = {example.group for example in held}
        events = frozenset[Hashable]().union(*(example.events for example in held))
        others = [
            example
            for example in examples
            if example.group not in groups and not example.events & events
        ]
        weights = learn(others, begun, base)
        for number in left_out:
            found[number] = raw_probability(examples[number].sentences, weights, base)
    return found


def _folds(
    examples: Sequence[Example],
    most: int,
) -> Iterator[list[int]]:
    """Yield the numbers of the examples of each fold: whole groups, of about equal size."""
    by_group: dict[Hashable, list[int]] = {}
    for number, example in enumerate(examples):
        by_group.setdefault(example.group, []).append(number)
    folds: list[list[int]] = [[] for _ in range(min(most, len(by_group)))]
    # The largest first, each to the smallest fold; of equals by name, so that runs agree.
    ranked = sorted(by_group.items(), key=lambda group: (-len(group[1]), str(group[0])))
    for _, numbers in ranked:
        min(folds, key=len).extend(numbers)
    yield from folds


def calibrate(
    raw: Sequence[float],
    labels: Sequence[bool],
) -> tuple[float, float]:
    """Return slope and offset that turn the logit of a raw probability into that of a share.

    With labels drawn in a little (Platt 1999), so that texts that are all right do not make the
    slope infinite.
    """
    on = (sum(labels) + 1) / (sum(labels) + 2)
    off = 1 / (len(labels) - sum(labels) + 2)
    points = [(logit(p), on if label else off) for p, label in zip(raw, labels, strict=True)]

    def loss(line: Vector) -> tuple[float, Vector]:
        slope, offset = line
        total = by_slope = by_offset = 0.0
        for value, wanted in points:
            height = slope * value + offset
            total += _softplus(height) - wanted * height
            far = logistic(height) - wanted
            by_slope += far * value
            by_offset += far
        return total, [by_slope, by_offset]

    slope, offset = _minimised(loss, [1.0, 0.0])
    return slope, offset


def best_threshold(
    probabilities: Sequence[float],
    labels: Sequence[bool],
    share: float,
) -> float:
    """Return from which probability on F1 is best in a stream with this share on topic.

    Between the two probabilities where it changes, to two digits: more would be chance.
    """
    on = sum(labels)
    # Each text off topic counts as so many of the stream.
    heavy = on * (1 - share) / share / max(1, len(labels) - on)
    best, found = 0.5, -1.0
    for step in range(10, 91):
        threshold = step / 100
        right = wrong = 0.0
        for p, label in zip(probabilities, labels, strict=True):
            if p >= threshold:
                right += label
                wrong += (not label) * heavy
        f1 = 2 * right / (right + wrong + on)
        # Of equals the one nearest to the middle.
        if f1 > found or (f1 == found and abs(threshold - 0.5) < abs(best - 0.5)):
            best, found = threshold, f1
    return best


def shown(
    raw: float,
    slope: float,
    offset: float,
) -> float:
    """Return a calibrated probability."""
    return logistic(slope * logit(raw) + offset)


def score_of(
    probabilities: Iterable[float],
    labels: Iterable[bool],
    threshold: float,
) -> Score:
    """Return how many texts are found, found wrongly and missed at a threshold."""
    pairs = zip(labels, probabilities, strict=True)
    return score((label, p >= threshold) for label, p in pairs)


def fit(
    examples: Sequence[Example],
    begun: Mapping[str, float],
    base: float,
    *,
    share: float | None = None,
) -> Learnt:
    """Learn weights from all examples; calibration and thresholds from those left out.

    `share` is how many texts of the stream are on topic; by default as many as of the examples.
    Raises TooFew.
    """
    refuse_too_few(examples)
    labels = [example.label for example in examples]
    raw = unseen(examples, begun, base)
    slope, offset = calibrate(raw, labels)
    probabilities = [shown(p, slope, offset) for p in raw]
    learnt_share = sum(labels) / len(labels)
    relevant = best_threshold(probabilities, labels, share or learnt_share)
    return Learnt(
        weights=learn(examples, begun, base),
        calibration={
            "slope": slope,
            "offset": offset,
            "learnt_share": learnt_share,
            "share": learnt_share,
            "base": base,
        },
        thresholds={"relevant": relevant, "review": relevant * _REVIEW},
        unseen=probabilities,
        score=score_of(probabilities, labels, relevant),
    )


def refuse_too_few(examples: Sequence[Example]) -> None:
    """Raise TooFew where labels or outlets do not suffice to say how good new weights are."""
    on = sum(example.label for example in examples)
    off = len(examples) - on
    outlets = len({example.group for example in examples})
    if min(on, off) < LEAST_LABELS:
        raise TooFew(
            f"{on} labels on topic and {off} off topic: learning needs {LEAST_LABELS} of each. "
            "`drawdown review` creates labels"
        )
    if outlets < LEAST_GROUPS:
        raise TooFew(
            f"the labels are of {outlets} outlets: learning needs {LEAST_GROUPS}, since each is "
            "left out in turn"
        )
