"""Facets: what all articles that are found have in common, with counts, as terms of the query."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.web.rendering import language
from storage.facts.columns import Mask
from storage.facts.facts import Facts
from storage.search.parts import narrowed, quoted
from storage.words.forms import fold

_MOST = 8  # of a kind
_MOST_EXCLUDED = 5  # other names that contain a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A value with its count, and the query that asks for it, too."""

    label: str
    count: int
    share: float  # of all that is found
    query: str | None  # None: no term says it, or the query has it already


def facets(facts: Facts, mask: Mask, query: str) -> list[tuple[str, list[Facet]]]:
    """Return the facets of what a query finds, by their titles."""
    outlets = [outlet for eras in facts.outlets.eras.values() for outlet in eras]
    names = {outlet.name for outlet in outlets}
    families = {outlet.family for outlet in outlets}
    copies = int((mask & facts.copies).sum())
    verdicts = facts.per_verdict(mask)
    found: dict[str, Iterable[tuple[str, int, str | None]]] = {
        "Verdict": (
            ("on topic", verdicts["on"], "verdict:on"),
            ("off topic", verdicts["off"], "verdict:off"),
        ),
        "Copies": (
            ("originals", int(mask.sum()) - copies, "duplicate:no"),
            ("copies", copies, "duplicate:yes"),
        ),
        "Outlet": _named("source", facts.per_outlet(mask), names),
        "Language": [
            (language(code), count, f"lang:{quoted(code)}" if code else None)
            for code, count in facts.per_language(mask).items()
        ],
        "Country": [
            (code or "unknown", count, f"country:{quoted(code)}" if code else None)
            for code, count in facts.per_country(mask).items()
        ],
        "Family": _named("family", facts.per_family(mask), families),
    }
    total = int(mask.sum())
    return [
        (title, [_facet(label, count, total, term, query) for label, count, term in values])
        for title, values in ((title, _most(listed)) for title, listed in found.items())
    ]


def _most(listed: Iterable[tuple[str, int, str | None]]) -> list[tuple[str, int, str | None]]:
    return [value for value in listed if value[1]][:_MOST]


def _facet(label: str, count: int, total: int, term: str | None, query: str) -> Facet:
    narrower = narrowed(query, term) if term else None
    return Facet(
        label=label,
        count=count,
        share=count / total,
        query=None if narrower == query.strip() else narrower,
    )


def _named(
    field: str, counts: dict[str, int], names: set[str]
) -> Iterator[tuple[str, int, str | None]]:
    """Yield the names of outlets or owners with the term that finds this one alone.

    `source:` finds every name that contains a text: of "Post" and "Evening Post" the first is
    `source:Post -source:"Evening Post"`.
    """
    for name, count in counts.items():
        others = [other for other in names if other != name and fold(name) in fold(other)]
        excluded = [f"-{field}:{quoted(other)}" for other in sorted(others)[:_MOST_EXCLUDED]]
        yield name, count, " ".join([f"{field}:{quoted(name)}", *excluded])
