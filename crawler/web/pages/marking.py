"""Marks in a text: the sentences of evidence, the words that decided, the words that are asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from storage.records.model import CorpusArticle
from storage.records.verdict import Evidence
from storage.search.find import asked_words
from storage.words.forms import WORD

# The steps of docs/explanation: 1.0 is a sentence that decides alone (the shipped topic's
# threshold of a score), 0.6 one that decides with another.
_STRONG, _FAIR = 1.0, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Characters of a text that have the same marks."""

    text: str
    is_term: bool = False  # it decided
    is_asked: bool = False  # the query asks for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A sentence of evidence, or the text between two of them."""

    runs: Sequence[Run]
    evidence: int | None = None  # its place in the list, from 1
    strength: int = 0  # 1 weak, 2 fair, 3 strong


@dataclass(slots=True)
class Marks:
    """What is marked in one text, in characters of it."""

    sentences: list[tuple[int, int, int, int]] = field(default_factory=list)  # from, to, nth, step
    terms: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An article's texts in pieces, and which sentences of evidence were found in them."""

    headline: list[Piece]
    standfirst: list[Piece]
    body: list[list[Piece]]
    placed: frozenset[int]  # places of the list, from 1


def mark(article: CorpusArticle, stems: frozenset[str]) -> Marked:
    """Return the texts of an article with evidence and the words of a query marked."""
    texts = [article.headline, article.standfirst or "", *article.body]
    marks = [Marks() for _ in texts]
    placed = set()
    for nth, evidence in enumerate(article.evidence, 1):
        found = _place(evidence, texts)
        if found is None:
            continue
        where, start = found
        end = start + len(evidence.sentence)
        if any(start < high and low < end for low, high, *_ in marks[where].sentences):
            continue  # a sentence that was found twice, as a headline that is the first sentence
        marks[where].sentences.append((start, end, nth, strength(evidence.weight)))
        marks[where].terms += [(start + one.start, start + one.end) for one in evidence.marks]
        placed.add(nth)
    pieces = [
        list(_pieces(text, one, _asked(text, article.language, stems)))
        for text, one in zip(texts, marks, strict=True)
    ]
    return Marked(
        headline=pieces[0], standfirst=pieces[1], body=pieces[2:], placed=frozenset(placed)
    )


def strength(weight: float) -> int:
    """Return how strongly a sentence of a weight is marked: 1, 2 or 3."""
    if weight >= _STRONG:
        return 3
    return 2 if weight >= _FAIR else 1


def _place(evidence: Evidence, texts: Sequence[str]) -> tuple[int, int] | None:
    """Return the text and the character where a sentence begins; None where it is not found.

    Older verdicts have no paragraph, so the sentence is looked for.
    """
    sentence = evidence.sentence
    if not sentence:
        return None
    if evidence.paragraph is not None and evidence.paragraph + 2 < len(texts):
        where = evidence.paragraph + 2
        if texts[where].startswith(sentence, evidence.start):
            return where, evidence.start
    order = {"headline": (0,), "standfirst": (1, 0)}.get(evidence.place, range(2, len(texts)))
    for where in order:
        start = texts[where].find(sentence)
        if start >= 0:
            return where, start
    return None


def _asked(text: str, language: str | None, stems: frozenset[str]) -> list[tuple[int, int]]:
    """Return where the words of a query are in a text."""
    if not stems:
        return []
    found = list(WORD.finditer(text))
    asked = asked_words({match[0] for match in found}, language, stems)
    return [match.span() for match in found if match[0] in asked]


def _pieces(text: str, marks: Marks, asked: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    place = 0
    for start, end, nth, step in sorted(marks.sentences):
        if place < start:
            yield Piece(runs=_runs(text, place, start, marks.terms, asked))
        runs = _runs(text, start, end, marks.terms, asked)
        yield Piece(runs=runs, evidence=nth, strength=step)
        place = end
    if place < len(text):
        yield Piece(runs=_runs(text, place, len(text), marks.terms, asked))


def _runs(
    text: str, start: int, end: int, terms: Iterable[tuple[int, int]],
    asked: Iterable[tuple[int, int]],
) -> list[Run]:  # fmt: skip
    """Return text[start:end], cut where a mark begins or ends."""
    terms, asked = list(terms), list(asked)
    cuts = {start, end}
    for low, high in (*terms, *asked):
        cuts |= {place for place in (low, high) if start < place < end}
    return [
        Run(
            text=text[low:high],
            is_term=_is_in(low, high, terms),
            is_asked=_is_in(low, high, asked),
        )
        for low, high in pairwise(sorted(cuts))
    ]


def _is_in(low: int, high: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= low and high <= end for start, end in spans)
