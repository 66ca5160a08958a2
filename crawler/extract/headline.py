"""The headline of a page: what stands over the article, without the name of the site."""

import html as entities
import re
from dataclasses import dataclass

from crawler import text
from crawler.extract.document import Document

_SEPARATOR = re.compile(
    r"(?<!\s)\s+(?:[|·•»«—–ㅣ-]|::|//)\s+|(?<=[^\x00-\x7f])[|ㅣ_-](?=[^\x00-\x7f])"
)
_LEAST_WORDS = 4  # of a heading that no other claim agrees with
_LEAST_CLAIM, _LONGEST_CLAIM = 12, 1000  # characters
_AGREED = 0.7  # of a heading's words stand in the claim


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline, how it was got, and the ways it may stand in the body (folded)."""

    text: str
    origin: str
    ways: frozenset[str]


def read_headline(document: Document) -> Headline:
    """Return the headline.

    The first h1 is right most often (0.75 to 0.91 exact), unless it is the site's name; where it
    carries a kicker too, the page's other claims say which part is the headline.
    """
    claimed = _claims(document)
    sites = document.sites = _site_names(document, claimed)
    claims = [(how, _without_site(claim, sites)) for how, claim in claimed]
    plausible = [h for h in document.headings if text.letters(h) not in sites]
    chosen, origin = _choose(claims, plausible)
    ways = {chosen, *(claim for _, claim in (*claims, *claimed))}
    return Headline(chosen, origin, frozenset(text.fold(way) for way in ways if way))


def _claims(document: Document) -> list[tuple[str, str]]:
    """Return what the page's metadata call its headline, the surest first."""
    linked = [t.get("headline") for t in document.jsonld]
    claims = [("og:title", document.meta("og:title") or "")]
    claims += [("json-ld", value) for value in linked if isinstance(value, str)]
    claims += [("twitter:title", document.meta("twitter:title") or ""), ("title", document.title)]
    kept = [(how, claim[:_LONGEST_CLAIM]) for how, claim in claims if claim.strip()]
    tidied = [(how, text.tidy(entities.unescape(claim))) for how, claim in kept]
    return [(how, claim) for how, claim in tidied if claim]


def _choose(claims: list[tuple[str, str]], headings: list[str]) -> tuple[str, str]:
    by_origin = dict(reversed(claims))
    linked, shared = by_origin.get("json-ld"), by_origin.get("og:title")
    if linked and shared and text.letters(linked) == text.letters(shared):
        return shared, "og:title"
    for heading in headings:
        if any(_agree(heading, claim) for _, claim in claims):
            return _without_kicker(heading, claims), "h1"
    for heading in headings:
        if len(text.words(heading)) >= _LEAST_WORDS:
            return heading, "h1"
    if claims:
        how, claim = claims[0]
        return claim, how
    return (headings[0], "h1") if headings else ("", "")


def _without_kicker(heading: str, claims: list[tuple[str, str]]) -> str:
    """Return the part of a heading that a claim gives as the whole: "Opinion: The headline"."""
    for _, claim in claims:
        is_whole = len(claim) < len(heading) and len(text.words(claim)) >= _LEAST_WORDS
        if is_whole and text.letters(heading).endswith(text.letters(claim)):
            return claim
    return heading


def _agree(heading: str, claim: str) -> bool:
    if len(heading) < 8:
        return False
    words, others = set(text.words(heading)), set(text.words(claim))
    return bool(words) and len(words & others) >= _AGREED * len(words)


def _site_names(document: Document, claimed: list[tuple[str, str]]) -> frozenset[str]:
    """Return the letters of everything the site calls itself."""
    names = [document.meta(n) or "" for n in ("og:site_name", "application-name")]
    for table in document.jsonld:
        publisher = table.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            names.append(publisher["name"])
    names += _added(document.title[:_LONGEST_CLAIM], claimed)
    if document.host:
        names += [document.host, document.host.rpartition(".")[0], document.host.split(".")[0]]
    return frozenset(letters for name in names if (letters := text.letters(name)))


def _added(title: str, claimed: list[tuple[str, str]]) -> list[str]:
    """Return what <title> adds to the page's other claims: mostly the site's name."""
    claims = [claim for how, claim in claimed if how != "title" and len(claim) > _LEAST_CLAIM]
    added = [title.removeprefix(claim) for claim in claims if title.startswith(claim)]
    return [parts[1] for rest in added if len(parts := _SEPARATOR.split(rest)) == 2]


def _without_site(title: str, sites: frozenset[str]) -> str:
    """Cut the site's name off a title, at either end."""
    parts = _SEPARATOR.split(title)
    while len(parts) > 1 and text.letters(parts[-1]) in sites:
        title = title[: title.rindex(parts.pop())]
    if len(parts) > 1 and text.letters(parts[0]) in sites:
        title = title[len(parts[0]) :]
    return title.strip(" |·•»«—–ㅣ_-:/")
