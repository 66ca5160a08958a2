"""Before the parser: markup that is nested without end is flattened.

Lexbor takes quadratic time for tens of thousands of nested elements (measured: 40,000 <div> 13 s),
and a few thousand nested <template> overflow the stack of the process. No article is nested a
hundredth as deep.
"""

import re

_MANY = 15_000  # "<" in a page: the largest news pages have a few thousand more than half of it
_SHORTEST = 3  # bytes of a tag
_DEEPEST = 400
_NESTING = re.compile(
    rb"<(/?)(?:div|ul|ol|li|dl|option|optgroup|font|blockquote|section|article|template|form|a|center"
    rb"|table|details|fieldset|figure|main|nav|aside|header|footer|address|object)(?=[\s/>])[^<>]*>",
    re.I,
)


def flattened(html: bytes) -> bytes:
    """Return markup without the tags that nest deeper than any page does; most pages unchanged."""
    if len(html) < _SHORTEST * _MANY or html.count(b"<") < _MANY:
        return html
    kept: list[bytes] = []
    depth = skipped = last = 0
    for match in _NESTING.finditer(html):
        if match[1]:
            is_kept, skipped = not skipped, max(skipped - 1, 0)
            depth = max(depth - is_kept, 0)
        else:
            is_kept = depth < _DEEPEST
            depth, skipped = depth + is_kept, skipped + (not is_kept)
        if not is_kept:
            kept.append(html[last : match.start()])
            last = match.end()
    return b" ".join([*kept, html[last:]]) if kept else html
