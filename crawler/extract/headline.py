"""The headline of a page: the title over the article, without the name of the site."""

import html as entities
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set
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
_SHORTEST_CLAIM, _LONGEST_CLAIM = 12, 1000  # characters
_SHORTEST_SITE = 5  # letters of a host that a longer name contains
_MOST_OF_NAME = 0.6  # of that name's letters
_MOST_SUBHEADINGS = 50  # of a page
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
    claims = [claim._replace(title=_without_site(claim.title, sites)) for claim in stated]
    headings = [heading for heading in document.headings if text.letters(heading) not in sites]
    chosen = _choose(document, claims, headings)
    ways = {chosen.title}
    ways.update(claim.title for claim in claims)
    ways.update(claim.title for claim in stated)
    headline = Headline(
        chosen.title,
        chosen.provenance,
        frozenset(text.fold(way) for way in ways if way),
    )
    return headline, sites


def _claims(document: Document) -> list[Claim]:
    """Return what the page's metadata call its headline, the surest first."""
    claims = [
        Claim("og:title", document.meta("og:title") or ""),
        *_claims_in_json_ld(document),
        Claim("twitter:title", document.meta("twitter:title") or ""),
        Claim("title", document.title),
    ]
    tidied = [claim._replace(title=_tidy(claim.title)) for claim in claims]
    return [claim for claim in tidied if claim.title]


def _claims_in_json_ld(document: Document) -> Iterator[Claim]:
    """Yield the headline of each article that JSON-LD describes."""
    for table in document.jsonld:
        title = table.get("headline")
        if isinstance(title, str):
            yield Claim("json-ld", title)


def _tidy(title: str) -> str:
    # Many sites escape twice, e.g. content="Tom &amp;amp; the ferry".
    return text.tidy(entities.unescape(title[:_LONGEST_CLAIM]))


def _choose(document: Document, claims: Sequence[Claim], headings: Sequence[str]) -> Claim:
    """Return the headline: agreement of two claims counts more than any claim alone."""
    # e.g. og:title and JSON-LD have the headline where an <h1> is a slogan.
    agreed = _agreed_metadata(claims) or _agreed_heading(claims, headings)
    if agreed is not None and len(text.words(agreed.title)) >= _LEAST_WORDS:
        return agreed
    # A section's name agrees too, e.g. <h1>World</h1> with the title "World - Old ferry sails".
    agreed = _agreed_subheading(document, claims) or agreed
    if agreed is not None:
        return agreed
    for heading in headings:
        # A shorter one may be a section's name, e.g. <h1>Opinion</h1>
        if len(text.words(heading)) >= _LEAST_WORDS:
            return Claim("h1", heading)
    if claims:
        return claims[0]
    if headings:
        return Claim("h1", headings[0])
    return Claim("", "")


def _agreed_metadata(claims: Iterable[Claim]) -> Claim | None:
    """Return the title that Open Graph and JSON-LD agree on."""
    first: dict[str, str] = {}
    for provenance, title in claims:
        first.setdefault(provenance, title)
    linked, shared = first.get("json-ld"), first.get("og:title")
    if linked and shared and text.letters(linked) == text.letters(shared):
        return Claim("og:title", shared)
    return None


def _agreed_subheading(document: Document, claims: Sequence[Claim]) -> Claim | None:
    """Return the part of a title that a smaller heading shows, where an <h1> is something else.

    e.g. <h1>World</h1> <h2>Old ferry sails again</h2>
    """
    nodes = document.tree.css("h2, h3")[:_MOST_SUBHEADINGS]
    shown = {text.letters(node.text()) for node in nodes}
    for claim in claims:
        for part in (claim.title, *_SEPARATOR.split(claim.title)):
            if len(text.words(part)) >= _LEAST_WORDS and text.letters(part) in shown:
                return claim._replace(title=_without_kicker(part, claims))
    return None


def _agreed_heading(claims: Sequence[Claim], headings: Iterable[str]) -> Claim | None:
    """Return the first <h1> that a claim of the metadata agrees with."""
    for heading in headings:
        if any(_agree(heading, claim.title) for claim in claims):
            return Claim("h1", _without_kicker(heading, claims))
    return None


def _without_kicker(heading: str, claims: Iterable[Claim]) -> str:
    """Return the part of a heading that a claim gives as the whole, e.g. after "Opinion: "."""
    for _, claim in claims:
        if len(claim) >= len(heading) or len(text.words(claim)) < _LEAST_WORDS:
            continue
        if text.letters(heading).endswith(text.letters(claim)):
            return claim
    return heading


def _agree(heading: str, claim: str) -> bool:
    """Whether most of a heading's words are in a claim."""
    words = set(text.words(heading))
    if len(heading) < _SHORTEST_HEADING or not words:
        return False
    shared = words.intersection(text.words(claim))
    return len(shared) >= _AGREED * len(words)


def _site_names(document: Document, claims: Iterable[Claim]) -> frozenset[str]:
    """Return the letters of all names that the site calls itself."""
    # e.g. "www.harbour-post.example": the host, without its last label, and its first label.
    host = document.host.removeprefix("www.")
    names = {
        document.meta("og:site_name") or "",
        document.meta("application-name") or "",
        *_publishers(document),
        *_added(document.title[:_LONGEST_CLAIM], claims),
        host,
        host.rpartition(".")[0],
        host.split(".")[0],
    }
    letters = map(text.letters, names)
    return frozenset(filter(None, letters))


def _publishers(document: Document) -> Iterator[str]:
    """Yield the name of each article's publisher in JSON-LD."""
    for table in document.jsonld:
        publisher = table.get("publisher")
        name = publisher.get("name") if isinstance(publisher, dict) else None
        if isinstance(name, str):
            yield name


def _added(title: str, claims: Iterable[Claim]) -> Iterator[str]:
    """Yield what <title> adds to the page's other claims: mostly the site's name."""
    for provenance, claim in claims:
        if provenance == "title" or len(claim) <= _SHORTEST_CLAIM:
            continue
        if title.startswith(claim):
            _, *names = _SEPARATOR.split(title.removeprefix(claim))
            if len(names) == 1:
                yield names[0]


def _without_site(title: str, sites: Set[str]) -> str:
    """Cut the site's name off a title, at either end."""
    parts = _SEPARATOR.split(title)
    while len(parts) > 1 and _names_site(parts[-1], sites):
        site = parts.pop()
        title = title[: title.rindex(site)]
    if len(parts) > 1 and text.letters(parts[0]) in sites:
        title = title[len(parts[0]) :]
    return title.strip(_SEPARATORS)


def _names_site(part: str, sites: Set[str]) -> bool:
    """Whether a part of a title is a name of the site, or most of it is.

    e.g. "The Harbour Post" and "Harbour Post News" at harbourpost.example
    """
    letters = text.letters(part)
    if letters in sites:
        return True
    plain = _ascii(letters)
    return any(
        len(site) >= _SHORTEST_SITE and site in plain and len(site) >= _MOST_OF_NAME * len(plain)
        for site in map(_ascii, sites)
    )


def _ascii(letters: str) -> str:
    """Return letters without their marks, as a host is written: "asipostasi" for "asipostası"."""
    decomposed = unicodedata.normalize("NFKD", letters.replace("ı", "i"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
