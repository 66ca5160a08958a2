"""Why an article is in its story: what it shares with the member that is most like it."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from crawler.stories.likeness import Compared, probability
from crawler.stories.terms import Kind
from crawler.stories.vocabulary import Vocabulary

_STEM = "="  # before a stem of a word, in the spellings of an article
_CERTAIN = 4  # consonants of a name that is shown as shared by two languages
_MOST = 4  # terms of a kind that are shown, the rarest first


@dataclass(frozen=True, slots=True)
class Reason:
    """What two articles share, the rarest first, and their log-odds."""

    other: int  # the article that it was compared with
    names: list[str]  # "Lavrentiev (Лаврентьев)": as each article writes it
    words: list[str]
    figures: list[str]
    things: list[str]  # of the glossary
    days: int | None  # between them; None if one has no date
    log_odds: float

    def facts(self) -> dict[str, Any]:
        """Return the reason as JSON values. Any: JSON values."""
        return asdict(self)


def explain(
    vocabulary: Vocabulary,
    one: Compared,
    other: Compared,
    known_as: int,
    log_odds: float,
) -> Reason:
    """Return why two articles are, or are not, of one story."""
    shared = {kind: _shared(vocabulary, one, other, kind) for kind in Kind}
    heads = [word for word in shared[Kind.HEAD] if " " not in word]
    words = [one.vector.terms.written[f"{_STEM}{word}"] for word in heads]
    gap = one.days.gap(other.days) if one.days and other.days else None
    names = [_both_ways(name, one, other) for name in _certain(shared[Kind.NAMES], one, other)]
    figures = [figure for figure in shared[Kind.FIGURES] if figure.isdecimal()]
    return Reason(
        other=known_as,
        names=names[:_MOST],
        words=words[:_MOST],
        figures=figures[:_MOST],
        things=[thing.replace("_", " ") for thing in shared[Kind.THINGS][:_MOST]],
        days=gap,
        log_odds=round(log_odds, 3),
    )


def in_words(facts: dict[str, Any]) -> str:
    """Return a reason as a line: "Lavrentiev (Лаврентьев), convoy; 2 days apart; 0.97"."""
    shared = [*facts["names"], *facts["words"], *facts["things"], *facts["figures"]]
    once = {word.casefold(): word for word in reversed(shared)}
    listed = ", ".join(reversed(once.values()))
    parts = [f"shares {listed}" if shared else "shares no rare word"]
    gap = facts["days"]
    if gap is None:
        parts.append("one has no date")
    elif gap:
        parts.append("1 day apart" if gap == 1 else f"{gap} days apart")
    else:
        parts.append("the same day")
    # Rounded down: 0.998 is not certain.
    share = math.floor(100 * probability(facts["log_odds"])) / 100
    parts.append(f"probability {share:.2f}")
    return "; ".join(parts)


def _shared(vocabulary: Vocabulary, one: Compared, other: Compared, kind: Kind) -> list[str]:
    mine, theirs = one.vector.terms.by_kind[kind], other.vector.terms.by_kind[kind]
    is_of_language = kind in (Kind.HEAD, Kind.BODY)
    if is_of_language and one.vector.terms.language != other.vector.terms.language:
        return []
    terms = sorted(mine.keys() & theirs.keys())
    rarity = vocabulary.rarity_of(kind, one.vector.terms.language, terms)
    weights = [r * mine[term] * theirs[term] for r, term in zip(rarity, terms, strict=True)]
    order = np.argsort(-np.array(weights), kind="stable")
    return [terms[at] for at in order if weights[at] > 0]


def _certain(names: list[str], one: Compared, other: Compared) -> list[str]:
    """Return the names that a reader would recognise in both articles.

    Of two languages, three consonants are often shared by chance: إسبر is Esper, أمريكية is not
    Mark. In a script without capitals every word may be a name: those are shown as words.
    """
    is_one_language = one.vector.terms.language == other.vector.terms.language
    if not is_one_language:
        return [name for name in names if len(name) >= _CERTAIN]
    return [name for name in names if one.vector.terms.written[name][:1].isupper()]


def _both_ways(skeleton: str, one: Compared, other: Compared) -> str:
    mine, theirs = one.vector.terms.written[skeleton], other.vector.terms.written[skeleton]
    return mine if mine == theirs else f"{mine} ({theirs})"
