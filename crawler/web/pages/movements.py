"""`/movements`: the sentences that decided, by what moves: said, asked for or denied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.web.answering import Page
from crawler.web.asking import Asked
from crawler.web.rendering import address
from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.facts.facts import Facts
from storage.records.model import CorpusArticle
from storage.records.verdict import Evidence

_ARTICLES = 300  # the newest texts on topic that are read for a page
_SHOWN = 12  # sentences of a movement on the overview of all
_KINDS = ("said", "asked for", "denied")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of the evidence, with its article."""

    id: int
    source: str
    headline: str
    language: str | None
    published: object
    movement: str
    kind: str  # said, asked for or denied
    mover: str | None
    sentence: str
    weight: float


def page(asked: Asked) -> Page:
    """Return the newest sentences by movement; copies are counted once. Raises Mistake."""
    facts = asked.site.facts.now(asked.connection)
    found = list(_sentences(_newest(asked, facts)))
    movements = sorted({one.movement for one in found})
    movement = asked.text("movement")
    kind = asked.choice("kind", ["", *_KINDS], "")
    wanted = [one for one in found if movement in ("", one.movement) and kind in ("", one.kind)]
    counts = [
        (name, [_count(found, name, one) for one in _KINDS], _link(name, "")) for name in movements
    ]
    return Page(
        template="movements.html",
        title="Movements",
        records=wanted,
        count=len(wanted),
        values={
            "counts": counts,
            "kinds": _KINDS,
            "movement": movement if movement in movements else "",
            "kind": kind,
            "groups": _groups(wanted, movements, is_one=bool(movement)),
            "articles": _ARTICLES,
        },
    )


def _newest(asked: Asked, facts: Facts) -> Iterator[CorpusArticle]:
    """Yield the newest texts on topic that are no copies, the newest first."""
    mask = facts.every & (facts.columns.verdict == 1) & ~facts.copies
    chosen = facts.newest(mask, limit=_ARTICLES)
    wanted = Wanted(ids=sorted(chosen))
    by_id = {article.id: article for article in corpus.stream(asked.connection, wanted)}
    return (by_id[number] for number in chosen if number in by_id)


def _sentences(articles: Iterator[CorpusArticle]) -> Iterator[Sentence]:
    for article in articles:
        for one in article.evidence:
            if one.movement:
                yield Sentence(
                    id=article.id,
                    source=article.source,
                    headline=article.headline,
                    language=article.language,
                    published=article.published or article.first_seen,
                    movement=one.movement,
                    kind=_kind(one),
                    mover=one.mover,
                    sentence=one.sentence,
                    weight=one.weight,
                )


def _kind(one: Evidence) -> str:
    if one.is_denied:
        return "denied"
    return "asked for" if one.is_asked else "said"


def _count(found: Sequence[Sentence], movement: str, kind: str) -> tuple[int, str]:
    count = sum(one.movement == movement and one.kind == kind for one in found)
    return count, _link(movement, kind)


def _link(movement: str, kind: str) -> str:
    return address("/movements", movement=movement, kind=kind)


def _groups(
    wanted: Sequence[Sentence], movements: Sequence[str], *, is_one: bool
) -> list[tuple[str, Sequence[Sentence], int]]:
    """Return the sentences of each movement, and how many more there are."""
    groups: list[tuple[str, Sequence[Sentence], int]] = []
    for name in movements:
        of_movement = [one for one in wanted if one.movement == name]
        shown = of_movement if is_one else of_movement[:_SHOWN]
        if shown:
            groups.append((name, shown, len(of_movement) - len(shown)))
    return groups
