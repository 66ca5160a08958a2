"""Short fragments of HTML, as feeds have them in titles and summaries, become plain text."""

import html
import re

# A tag begins with a letter, a slash or a mark of declaration right after `<` (HTML, 13.2.5.6):
# "Oil < $70, gas > $3" has none.
_TAG = re.compile(r"<(?:/?([a-z][a-z0-9:-]*+)|[!?])[^<>]*+>", re.I)
# HTML, 4.5: text-level elements, and those of old pages. They divide no word: U<b>S</b>.
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "mark", "nobr", "q", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip


def plain(fragment: str) -> str:
    """Return the text of a fragment, in which feedparser has decoded the entities once.

    >>> plain("<i>Al</i>-Watan: oil < $70<br>gas &amp; coal > $3")
    'Al-Watan: oil < $70 gas & coal > $3'
    """
    has_markup = "<" in fragment or "&" in fragment
    if not has_markup:
        return fragment
    without_tags = _TAG.sub(_gap, fragment)
    return html.unescape(without_tags)


def _gap(tag: re.Match[str]) -> str:
    """Return what a tag leaves between the texts around it."""
    name = tag[1]
    if name is None:
        return ""  # a comment
    if name.lower() in _INLINE:
        return ""
    return " "
