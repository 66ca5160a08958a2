"""The rights that a page claims: licence, copyright, and what it asks not to be done.

Sources: schema.org CreativeWork (`license`, `copyrightNotice`, `copyrightHolder`, `usageInfo`);
the HTML link type `license`; Google's robots meta tag and X-Robots-Tag (developers.google.com,
"Robots meta tag specifications"); the TDM Reservation Protocol (W3C community group, 2024), as a
header or a meta; `noai` and `noimageai`, which DeviantArt introduced as robots rules in 2022.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from selectolax.lexbor import LexborNode

from crawler import text, urls
from crawler.extract.document import Document
from storage.records.rights import RESTRICTIONS, Rights

Headers = Sequence[tuple[str, str]]

# Whose rules are ours: those for all, and those for the name that we have in robots.txt.
_AGENTS: Final = ("robots", "drawdown")
# Rules of robots that mean one of RESTRICTIONS.
_MEANT: Final = {
    "none": "noindex",  # "none" is "noindex, nofollow"
    "nocache": "noarchive",  # Bing's word for it
    "noai": "noai",
    "noimageai": "noimageai",
}
# Rules that have a value, so that their colon begins no rule for another robot.
_VALUED: Final = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")
# Metas of their own in which sites forbid training, and what they say then.
_TRAINING: Final = ("ai-training", "ai:training", "ai-usage", "ai.txt", "ai-policy", "ai-robots")
_FORBIDDEN: Final = re.compile(r"\b(?:no|none|deny|denied|disallow(?:ed)?|noai|forbid\w*|n)\b")
_LONGEST: Final = 400  # characters of a notice or name: more is a page of conditions
_LINE: Final = 240  # characters of a copyright line; more is a whole footer
_MOST: Final = 400  # elements of a footer that are looked at
_COPYRIGHT: Final = re.compile(
    r"©|\(c\)\s*(?:19|20)\d\d|\bcopyright\b|\ball rights reserved\b|alle rechte vorbehalten"
    r"|tous droits réservés|все права защищены|todos los derechos reservados"
    r"|tutti i diritti riservati|tüm hakları saklıdır|hemû maf|حقوق النشر|الحقوق محفوظة"
    r"|تمامی حقوق|کلیه حقوق|כל הזכויות שמורות|هەموو مافێک",
    re.IGNORECASE,
)
_PLACES: Final = "footer *, [class*=copyright], [id*=copyright], [class*=Copyright]"
_LICENSES: Final = 'link[rel~="license"], a[rel~="license"]'
# A licence inside these is that of a picture or film.
_PICTURES: Final = frozenset(["figure", "figcaption", "picture", "video"])


def read_rights(
    document: Document,
    headers: Headers = (),
) -> Rights:
    """Return what a page and its response claim; `headers` are those of the response.

    Call it before elements are taken out of the document.
    """
    rules = [*_robots_rules(document), *_header_rules(headers)]
    found = {_MEANT.get(rule, rule) for rule in rules}
    snippet = _snippet(rules)
    if snippet == 0:
        found.add("nosnippet")
    if _is_reserved(document, headers):
        found.add("tdm")
    if _is_training_forbidden(document):
        found.add("noai")
    return Rights(
        license=_license(document, headers),
        copyright=_notice(document),
        copyright_holder=_in_json_ld(document, "copyrightHolder"),
        usage_info=_address(document, _in_json_ld(document, "usageInfo")),
        restrictions=tuple(name for name in RESTRICTIONS if name in found),
        max_snippet=snippet,
        tdm_policy=_policy(document, headers),
    )


def _robots_rules(document: Document) -> Iterator[str]:
    """Yield the rules of robots metas, as `noarchive` or `max-snippet:50`."""
    for agent in _AGENTS:
        for value in document.metas.get(agent, ()):
            yield from _rules_in(value)


def _header_rules(headers: Headers) -> Iterator[str]:
    """Yield the rules of X-Robots-Tag that are for all, or for us.

    "otherbot: noindex" is for another; a header without a name is for all.
    """
    for value in _values(headers, "x-robots-tag"):
        agent, colon, rules = value.partition(":")
        name = agent.strip().lower()
        is_named = bool(colon) and "," not in name and name not in _VALUED
        if not is_named:
            yield from _rules_in(value)
        elif name in _AGENTS:
            yield from _rules_in(rules)


def _rules_in(value: str) -> Iterator[str]:
    for rule in value.lower().split(","):
        name, colon, number = rule.partition(":")
        yield f"{name.strip()}:{number.strip()}" if colon else name.strip()


def _snippet(rules: Sequence[str]) -> int | None:
    """Return how many characters may be shown; None without a limit, which -1 means as well."""
    limits = []
    for rule in rules:
        name, _, number = rule.partition(":")
        if name == "max-snippet" and number.isascii() and number.isdigit():
            limits.append(int(number[:9]))
    return min(limits, default=None)


def _is_reserved(
    document: Document,
    headers: Headers,
) -> bool:
    """Whether text and data mining is reserved: "1" in the header or, without one, in the meta."""
    claims = [*_values(headers, "tdm-reservation"), document.meta("tdm-reservation") or ""]
    return claims[0].strip() == "1"


def _policy(
    document: Document,
    headers: Headers,
) -> str | None:
    claims = [*_values(headers, "tdm-policy"), document.meta("tdm-policy") or ""]
    return _address(document, claims[0].strip().strip('"'))


def _is_training_forbidden(document: Document) -> bool:
    claim = document.meta(*_TRAINING) or ""
    return _FORBIDDEN.search(claim.lower()) is not None


def _license(
    document: Document,
    headers: Headers,
) -> str | None:
    """Return the licence: of JSON-LD, a link, the response, or a meta, in this order."""
    claims = [
        _in_json_ld(document, "license"),
        _linked(document),
        _in_link_header(headers),
        document.meta("dcterms.license", "dc.rights.license", "license"),
    ]
    found = next(filter(None, claims), None)
    return _address(document, found) or _short(found)


def _linked(document: Document) -> str | None:
    for node in document.tree.css(_LICENSES):
        if not _is_of_a_picture(node):
            return node.attributes.get("href")
    return None


def _is_of_a_picture(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag in _PICTURES:
            return True
        parent = parent.parent
    return False


# Bounded, so that a header of any content takes time by its length.
_LINK: Final = re.compile(
    r"""
    <([^<>]{0,2000})> \s{0,9} ; [^,<]{0,300}?
    \brel \s{0,9} = \s{0,9} "? (?:[^",;<]{0,99}\s)? license\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _in_link_header(headers: Headers) -> str | None:
    """Return the target of `Link: <…>; rel="license"` (RFC 8288)."""
    for value in _values(headers, "link"):
        found = _LINK.search(value)
        if found:
            return found[1]
    return None


def _notice(document: Document) -> str | None:
    """Return the copyright notice: of JSON-LD, a meta, or the line of the footer."""
    claims = [
        _in_json_ld(document, "copyrightNotice"),
        document.meta("copyright", "rights", "dcterms.rights", "dc.rights"),
        _line(document),
    ]
    return _short(next(filter(None, claims), None))


def _line(document: Document) -> str | None:
    """Return the shortest element of the footer with the words of a copyright."""
    lines = []
    for node in document.tree.css(_PLACES)[:_MOST]:
        words = text.tidy(node.text(separator=" "))
        if len(words) <= _LINE and _COPYRIGHT.search(words) and words != "©":
            lines.append(words)
    # "© <a>The Ferry</a>" names nobody in the sign alone: its paragraph does.
    named = [line for line in lines if _HAS_NAME.search(_COPYRIGHT.sub("", line))]
    return min(named or lines, key=len, default=None)


_HAS_NAME: Final = re.compile(r"[^\W\d_]{2}")


def _in_json_ld(
    document: Document,
    key: str,
) -> str | None:
    values = (_string(table.get(key)) for table in document.jsonld)
    return next(filter(None, values), None)


def _string(value: Any) -> str | None:
    """Return a value as text: itself, the first of a list, or the address or name of a thing.

    Any: the JSON of a page.
    """
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next(filter(None, map(value.get, ("name", "url", "@id"))), None)
    if isinstance(value, str) and value.strip():
        return text.tidy(value)
    return None


def _address(
    document: Document,
    claim: str | None,
) -> str | None:
    """Return a claim as an absolute address; None where it is none."""
    if not claim or " " in claim:
        return None
    return urls.absolute(claim, document.url)


def _short(claim: str | None) -> str | None:
    return claim[:_LONGEST] if claim else None


def _values(
    headers: Headers,
    name: str,
) -> list[str]:
    return [value for key, value in headers if key.lower() == name]
