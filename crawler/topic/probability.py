"""How likely a text is on topic: a logistic regression over sentences, joined and calibrated.

Each sentence has a probability of its own. Any of them may be reason enough, so that of the text
is 1 minus the product of what they leave ("noisy or": Pearl, Probabilistic Reasoning in Intelligent
Systems, 1988, 4.3.2). It is calibrated as by Platt (1999): a slope and an offset of its logit.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.topic.features import MEANINGS

_MOST_REASONS = 3  # of a sentence
_LEAST_REASON = 0.05  # of a logit: less is no reason


@dataclass(frozen=True, slots=True)
class Model:
    """The weights and the calibration of a topic file."""

    weights: Mapping[str, float]
    calibration: Mapping[str, float]

    def probability_of(
        self,
        features: Mapping[str, float],
    ) -> float:
        """Return how likely a sentence with these features is reason enough, from 0 to 1."""
        # A loop: `sum` over a generator costs half as much again.
        total = 0.0
        weights = self.weights
        for name, value in features.items():
            total += weights[name] * value
        return logistic(total)

    def joined(
        self,
        probabilities: Iterable[float],
    ) -> float:
        """Return how likely a text of sentences of these probabilities is on topic."""
        rest = 1 - self.calibration["base"]
        for probability in probabilities:
            rest *= 1 - probability
        return self._calibrated(1 - rest)

    def _calibrated(
        self,
        raw: float,
    ) -> float:
        calibration = self.calibration
        shown = calibration["slope"] * logit(raw) + calibration["offset"]
        # Where fewer texts are on topic than where it was learnt, each is so less likely.
        shift = logit(calibration["share"]) - logit(calibration["learnt_share"])
        return logistic(shown + shift)

    def reasons(
        self,
        features: Mapping[str, float],
        *,
        for_it: bool,
    ) -> tuple[str, ...]:
        """Return what speaks most for a sentence, or against it, in words: "in Syria +0.9"."""
        parts = []
        for name, value in features.items():
            part = self.weights[name] * value
            if name != "bias" and (part if for_it else -part) >= _LEAST_REASON:
                parts.append((part, MEANINGS[name]))
        parts.sort(key=lambda part: -abs(part[0]))
        return tuple(f"{meaning} {part:+.1f}" for part, meaning in parts[:_MOST_REASONS])


def logistic(value: float) -> float:
    """Return the probability of a logit.

    >>> logistic(0.0)
    0.5
    """
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    # Of a large negative value the other form would overflow.
    small = math.exp(value)
    return small / (1 + small)


def logit(probability: float) -> float:
    """Return the logit of a probability; of 0 and 1 a large number."""
    held = min(max(probability, 1e-12), 1 - 1e-12)
    return math.log(held / (1 - held))
