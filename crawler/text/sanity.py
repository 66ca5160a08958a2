"""Before the parser: remove from the markup what makes it slow and no real page contains.

Lexbor takes quadratic time for tens of thousands of nested elements (measured: 40,000 <div> 13 s),
and a few thousand nested <template> overflow the stack of the process. No article is nested a
hundredth as deep. It looks for each attribute among all before it (measured: 100,000 of one element
21 s). No element has a hundredth as many.
"""

import re
from itertools import islice

_MANY = 15_000  # "<" in a page: the largest news pages have a few thousand more than half of it
_SHORTEST = 3  # bytes of a tag
_DEEPEST = 400
_NESTING = re.compile(
    rb"<(/?)(?:div|ul|ol|li|dl|option|optgroup|font|blockquote|section|article|template|form|a|center"
    rb"|table|details|fieldset|figure|main|nav|aside|header|footer|address|object)(?=[\s/>])[^<>]*>",
    re.I,
)

_MOST_ATTRIBUTES = 400
_LONG_TAG = 2 * _MOST_ATTRIBUTES  # bytes: a shorter one cannot have as many
# What the text of an element holds is no markup; what never ends, ends with the page. All is
# possessive: each byte is read once. Runs of plain bytes are read at once: lazily, byte by byte, a
# page's scripts took longer than all the rest of its extraction.
_TAG = re.compile(
    rb"<!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?+)"
    rb"|<(script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>])"
    rb"[^>]*+(?:[^<]++|<(?!/\1[\s/>]))*+"
    rb"|</?[a-z](?:[^>\"'=]++|=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|[=\"'])*+",
    re.I,
)
_ATTRIBUTE = re.compile(rb"[^\s/=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'][^\s]*+)?)?+")


def readable(html: bytes) -> bytes:
    """Return markup that a parser reads in time by its length; most pages unchanged."""
    return flattened(trimmed(html))


def trimmed(html: bytes) -> bytes:
    """Return markup without the attributes of an element that come after the first 400."""
    if len(html) < _LONG_TAG:
        return html

    kept: list[bytes] = []
    last = 0  # behind what was cut out
    for match in _TAG.finditer(html):
        start, end = match.span()
        # The length first: the loop is over some thousand tags a page.
        if end - start <= _LONG_TAG or not _is_tag(match):
            continue
        attributes = _ATTRIBUTE.finditer(html, start, end)
        over = next(islice(attributes, _MOST_ATTRIBUTES, None), None)
        if over is not None:
            kept.append(html[last : over.start()])
            last = end

    return b"".join([*kept, html[last:]]) if kept else html


def _is_tag(match: re.Match[bytes]) -> bool:
    """Whether a match is a tag: no comment, and no element with its text."""
    return match[1] is None and not match[0].startswith(b"<!")


def flattened(html: bytes) -> bytes:
    """Return markup without the tags that nest deeper than any page does; most pages unchanged."""
    if len(html) < _SHORTEST * _MANY or html.count(b"<") < _MANY:
        return html

    kept: list[bytes] = []
    last = 0  # behind what was cut out
    depth = 0  # of the open elements that are kept
    skipped = 0  # open elements that are not
    for match in _NESTING.finditer(html):
        is_end_tag = bool(match[1])
        if is_end_tag and skipped:
            skipped -= 1
        elif is_end_tag:
            depth = max(depth - 1, 0)
            continue
        elif depth < _DEEPEST:
            depth += 1
            continue
        else:
            skipped += 1
        kept.append(html[last : match.start()])
        last = match.end()

    return b" ".join([*kept, html[last:]]) if kept else html
