"""The headline of a page: the title over the article, without the name of the site."""

import html as entities
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from crawler import text
from crawler.extract.document import Document

# Between a title and the name of its site, e.g. "Old ferry sails again | Harbour Post"; without
# spaces only beside letters that are not ASCII, e.g. "古い船_港新聞".
_SEPARATOR = re.compile(
    r"(?<!\s)\s+(?:[|·•»«—–ㅣ-]|::|//)\s+|(?<=[^\x00-\x7f])[|ㅣ_-](?=[^\x00-\x7f])"
)
_SEPARATORS = " |·•»«—–ㅣ_-:/"
_LEAST_WORDS = 4  # of a heading that no other claim agrees with
_SHORTEST_HEADING = 8  # characters of one that may agree
_SHORTEST_CLAIM, _LONGEST_CLAIM = 12, 1000
_AGREED = 0.7  # of a heading's words are in the claim


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline, its provenance, and the ways it may be written in the body (folded)."""

    text: str
    provenance: str
    ways: frozenset[str]


class Claim(NamedTuple):
    """What a part of the page calls its headline."""

    provenance: str
    title: str


def read_headline(document: Document) -> tuple[Headline, frozenset[str]]:
    """Return the headline, and the letters of all names that the site calls itself.

    The first <h1> is right most often (0.75 to 0.91 exact), unless it is the site's name; where it
    contains a kicker too, the page's other claims tell the headline from it.
    """
    stated = _claims(document)
    sites = _site_names(document, stated)
    claims = [Claim(how, _without_site(title, sites)) for how, title in stated]
    headings = [h for h in document.headings if text.letters(h) not in sites]
    chosen = _choose(claims, headings)
    ways = {chosen.title, *(claim.title for claim in (*claims, *stated))}
    folded = frozenset(text.fold(way) for way in ways if way)
    return Headline(chosen.title, chosen.provenance, folded), sites


def _claims(document: Document) -> list[Claim]:
    """Return what the page's metadata call its headline, the surest first."""
    claims = [
        Claim("og:title", document.meta("og:title") or ""),
        *(Claim("json-ld", title) for title in _titles_in_json_ld(document)),
        Claim("twitter:title", document.meta("twitter:title") or ""),
        Claim("title", document.title),
    ]
    tidied = [Claim(how, _tidy(title)) for how, title in claims]
    return [claim for claim in tidied if claim.title]


def _titles_in_json_ld(document: Document) -> Iterable[str]:
    titles = (table.get("headline") for table in document.jsonld)
    return (title for title in titles if isinstance(title, str))


def _tidy(title: str) -> str:
    # Many sites escape twice, e.g. content="Tom &amp;amp; the ferry".
    return text.tidy(entities.unescape(title[:_LONGEST_CLAIM]))


def _choose(claims: Sequence[Claim], headings: Sequence[str]) -> Claim:
    """Return the headline: agreement of two claims counts more than any claim alone."""
    if (title := _agreed_metadata(claims)) is not None:
        return Claim("og:title", title)
    for heading in headings:
        if any(_agree(heading, claim.title) for claim in claims):
            return Claim("h1", _without_kicker(heading, claims))
    for heading in headings:
        if len(text.words(heading)) >= _LEAST_WORDS:
            return Claim("h1", heading)
    if claims:
        return claims[0]
    return Claim("h1", headings[0]) if headings else Claim("", "")


def _agreed_metadata(claims: Sequence[Claim]) -> str | None:
    """Return the title that Open Graph and JSON-LD agree on."""
    first = dict(reversed(claims))  # of each kind the first claim
    linked, shared = first.get("json-ld"), first.get("og:title")
    if not linked or not shared:
        return None
    return shared if text.letters(linked) == text.letters(shared) else None


def _without_kicker(heading: str, claims: Iterable[Claim]) -> str:
    """Return the part of a heading that a claim gives as the whole, e.g. after "Opinion: "."""
    for _, claim in claims:
        is_part = len(claim) < len(heading) and len(text.words(claim)) >= _LEAST_WORDS
        if is_part and text.letters(heading).endswith(text.letters(claim)):
            return claim
    return heading


def _agree(heading: str, claim: str) -> bool:
    if len(heading) < _SHORTEST_HEADING:
        return False
    words = set(text.words(heading))
    shared = words.intersection(text.words(claim))
    return bool(words) and len(shared) >= _AGREED * len(words)


def _site_names(document: Document, claims: Sequence[Claim]) -> frozenset[str]:
    """Return the letters of all names that the site calls itself."""
    names = [document.meta(name) or "" for name in ("og:site_name", "application-name")]
    for table in document.jsonld:
        publisher = table.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            names.append(publisher["name"])
    names += _added(document.title[:_LONGEST_CLAIM], claims)
    # e.g. "www.harbour-post.example": the host, without its last label, and its first label.
    host = document.host
    names += [host, host.rpartition(".")[0], host.split(".")[0]]
    return frozenset(letters for name in names if (letters := text.letters(name)))


def _added(title: str, claims: Iterable[Claim]) -> list[str]:
    """Return what <title> adds to the page's other claims: mostly the site's name."""
    added = []
    for how, claim in claims:
        is_other = how != "title" and len(claim) > _SHORTEST_CLAIM
        if not is_other or not title.startswith(claim):
            continue
        parts = _SEPARATOR.split(title.removeprefix(claim))
        if len(parts) == 2:  # nothing before the separator, one name after it
            added.append(parts[1])
    return added


def _without_site(title: str, sites: Set[str]) -> str:
    """Cut the site's name off a title, at either end."""
    parts = _SEPARATOR.split(title)
    while len(parts) > 1 and text.letters(parts[-1]) in sites:
        title = title[: title.rindex(parts.pop())]
    if len(parts) > 1 and text.letters(parts[0]) in sites:
        title = title[len(parts[0]) :]
    return title.strip(_SEPARATORS)
