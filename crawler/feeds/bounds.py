"""What feedparser must never see is kept from it, before it is called.

It takes quadratic time for some markup and fails on other, and no feed of an outlet has either:
so markup is bounded here, as text, in time by its length.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.errors import FeedUnreadable

_SNIFF = 8192  # bytes in which the root element has to begin
_RSS = re.compile(rb"<rss[\s>]", re.I)
_TAG_NAME = re.compile(rb"<[^\s<>/]+")
_ENTRY = re.compile(rb"<(?!content:)(?:[\w.-]+:)?(?:item|entry)[\s>]", re.I)
# The root element, and the channel in it: `<rss version="2.0"><channel>`.
_OPENING = re.compile(rb"\A(?:[^<]|<[?!])*+<[^<>]*>\s*+(?:<channel[^<>]*>)?")
_SECTION_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>"}
_SECTION = re.compile(rb"<!(?:--|\[CDATA\[)")
_PLACE = re.compile(rb"\x00([0-9]+)\x00")

# Elements called as the fields in which feedparser keeps its own lists: `<authors>` of an item
# makes it fail. And categories, which we do not use: it compares each with all before it
# (measured: 20,000 of one item take 20 s).
_OWN_FIELDS = re.compile(
    rb"<(/?)((?:[\w.-]++:)?)(?:authors|contributors|links|enclosures|tags|category|keywords|subject"
    rb"|[\w.-]+_(?:parsed|detail))(?=[\s/>])",
    re.I,
)
_PASSED_OVER = rb"<\1\2unread"

# It looks for each attribute among all of its element (measured: 50,000 take 30 s).
_LONG_TAG = re.compile(rb"<[^<!?/][^<]{800,}")
# Behind no white space: else a run of it is read again from each of its characters.
_ATTRIBUTE = re.compile(rb"(?<!\s)\s++[^\s=<>/\"']++\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_MOST_ATTRIBUTES = 100

# It walks all namespaces at each element of a namespace that it does not know.
_NAMESPACE = re.compile(rb"\sxmlns:([\w.-]+)")
_MOST_NAMESPACES = 200
# It resolves the base of an element against that of the element around it, at each element: so the
# bases of nested elements add up.
_BASE = re.compile(rb"(\s(?:xml:)?base\s*+=\s*+)(?:\"([^\"]*+)\"|'([^']*+)')", re.I)
_LONGEST_BASE = 2048  # characters, as of any address
_MOST_RELATIVE_BASES = 8192  # bytes of all together

# It takes white space from the start of XHTML piece by piece, and moves all others each time. What
# it has as pieces is written as references, or divided by comments: `&#32;<!-- -->&#160;`.
# A comment that is never closed ends with the feed, here and below; it matches alone, or each
# comment in it would be read to the end again.
_PIECES = re.compile(
    rb"(?<!\s)(?:&#?\w{1,8};|<!--(?:[^-]|-(?!->))*+-->|<!\[CDATA\[\s*+\]\]>|\s++){500,}+"
    rb"|<!--(?:[^-]|-(?!->))*+\Z"
)
_MOST_PIECES = 500

# Its search for a mail address takes the square of a word's length (measured: 80 kB take 25 s).
# An entry ends what a person that is never closed contains.
_PERSON = re.compile(
    rb"<(/?)(?:[\w.-]+:)?"
    rb"(?:(author|managingeditor|webmaster|creator|publisher|owner)|item|entry)"
    rb"(?=[\s/>])[^<>]*+>?",
    re.I,
)
_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>|<[^<>]*>", re.S)
_LONGEST_WORD = 200  # characters; the part of a mail address before its @ has 64 (RFC 5321)
_LONG_WORD = re.compile(rf"([a-zA-Z0-9_.+-]{{{_LONGEST_WORD}}})[a-zA-Z0-9_.+-]+")


@dataclass(frozen=True, slots=True)
class Markup:
    """A feed, with its comments and CDATA sections apart: most of a feed is text in sections.

    Each is a number between two NUL in the skeleton, and no XML contains a NUL.
    """

    skeleton: bytes
    sections: Sequence[bytes]

    @classmethod
    def of(cls, document: bytes) -> "Markup":
        """Take a feed apart; a section that is never closed ends with the feed."""
        document = document.replace(b"\0", b"")
        parts: list[bytes] = []
        sections: list[bytes] = []
        last = 0
        while (match := _SECTION.search(document, last)) is not None:
            closing = _SECTION_ENDS[match[0]]
            at = document.find(closing, match.end())
            end = len(document) if at < 0 else at + len(closing)
            parts += [document[last : match.start()], b"\0%d\0" % len(sections)]
            sections.append(document[match.start() : end])
            last = end
        return cls(
            b"".join([*parts, document[last:]]),
            sections,
        )

    def whole(self, part: bytes) -> bytes:
        """Return a part of the skeleton with its sections."""
        return _PLACE.sub(
            lambda match: self.sections[int(match[1])],
            part,
        )

    @property
    def entries(self) -> list[int]:
        """Where the entries begin in the skeleton."""
        return [match.start() for match in _ENTRY.finditer(self.skeleton)]


def bounded(document: bytes) -> Markup:
    """Return a feed that feedparser reads in time by its length.

    Raises FeedUnreadable for more namespaces than any feed declares.
    """
    if re.search(rb"xhtml", document, re.I):
        document = _PIECES.sub(_without_leading_space, document)
    markup = Markup.of(document)
    skeleton = markup.skeleton
    _refuse_namespaces(skeleton)
    skeleton = _OWN_FIELDS.sub(_PASSED_OVER, skeleton)
    skeleton = _LONG_TAG.sub(_trim_attributes, skeleton)
    skeleton = _bounded_bases(skeleton)
    markup = replace(markup, skeleton=skeleton)
    skeleton = b"".join(_bounded_persons(markup))
    return replace(markup, skeleton=skeleton)


def cut(
    markup: Markup,
    cap: int,
    *,
    is_oldest_first: bool = False,
) -> tuple[Markup, int]:
    """Keep the newest `cap` entries of a feed, in its order; count the others."""
    starts = markup.entries
    over_cap = len(starts) - cap
    if over_cap <= 0:
        return markup, 0
    skeleton = markup.skeleton
    if is_oldest_first:
        head = skeleton[: starts[0]]
        kept = head + skeleton[starts[over_cap] :]
        return replace(markup, skeleton=kept), over_cap
    kept = skeleton[: starts[cap]]
    if _RSS.search(kept[:_SNIFF]) is not None:
        kept += b"</channel></rss>"
    return replace(markup, skeleton=kept), over_cap


def divided(markup: Markup) -> tuple[bytes, list[bytes]]:
    """Divide a feed into what opens it, and its entries, each including what follows it.

    `<rss version="2.0"><channel>`, then `<item>…</item>` for each.
    """
    skeleton = markup.skeleton
    starts = markup.entries
    opening = _OPENING.match(skeleton)
    if not starts or opening is None:
        return markup.whole(skeleton), []
    ends = [*starts[1:], len(skeleton)]
    entries: list[bytes] = []
    for start, end in zip(starts, ends, strict=True):
        entry = skeleton[start:end]
        entries.append(markup.whole(entry))
    return opening[0], entries


def _refuse_namespaces(document: bytes) -> None:
    if document.count(b"xmlns:") <= _MOST_NAMESPACES:
        return
    # Most feeds with many declare the same few at each entry.
    prefixes = set(_NAMESPACE.findall(document))
    if len(prefixes) > _MOST_NAMESPACES:
        raise FeedUnreadable(f"not a feed: it declares {len(prefixes)} namespaces")


def _trim_attributes(match: re.Match[bytes]) -> bytes:
    """Return a tag, and the text after it, with the first 100 attributes."""
    tag = match[0]
    name = _TAG_NAME.match(tag)
    if name is None:
        return tag
    ends = [name.end()]  # of the name, and of each attribute
    while (attribute := _ATTRIBUTE.match(tag, ends[-1])) is not None:
        ends.append(attribute.end())
    if len(ends) <= _MOST_ATTRIBUTES:
        return tag
    kept_to = ends[_MOST_ATTRIBUTES]
    return tag[:kept_to] + tag[ends[-1] :]


def _bounded_bases(document: bytes) -> bytes:
    """Return a feed without the bases that are longer than an address, or add up to one."""
    if b"base" not in document:
        return document
    bases = [_base_in(match) for match in _BASE.finditer(document)]
    relative = [len(base) for base in bases if _is_relative(base)]
    are_many = sum(relative) > _MOST_RELATIVE_BASES

    def bounded_base(match: re.Match[bytes]) -> bytes:
        base = _base_in(match)
        is_dropped = are_many and _is_relative(base)
        if is_dropped or len(base) > _LONGEST_BASE:
            return match[1] + b'""'
        return match[0]

    return _BASE.sub(bounded_base, document)


def _base_in(match: re.Match[bytes]) -> bytes:
    return match[2] or match[3] or b""


def _is_relative(base: bytes) -> bool:
    return b"://" not in base


def _without_leading_space(match: re.Match[bytes]) -> bytes:
    written = match[0].decode("utf-8", "replace")
    text = html.unescape(_MARKUP.sub("", written))
    rest = text.lstrip()
    pieces = len(text) - len(rest)
    if pieces < _MOST_PIECES:
        return match[0]  # a text in references, as old Chinese feeds have it
    shortened = html.escape(f" {rest}")
    return shortened.encode()


def _bounded_persons(markup: Markup) -> Iterator[bytes]:
    """Yield a skeleton in parts, in which no name of a person has a very long word."""
    document = markup.skeleton
    end = 0
    depth = 0  # of persons in persons
    for match in _PERSON.finditer(document):
        between = document[end : match.start()]
        yield _with_short_words(between, markup) if depth else between
        yield match[0]
        end = match.end()
        depth = _depth_after(match, depth)
        if depth > 1:
            yield b" "  # or the words around a person in a person would be one
    yield document[end:]


def _depth_after(match: re.Match[bytes], depth: int) -> int:
    """Return how many persons are open after a tag."""
    if match[2] is None:
        return 0
    if match[1]:
        return max(depth - 1, 0)
    return depth if match[0].endswith(b"/>") else depth + 1


def _with_short_words(person: bytes, markup: Markup) -> bytes:
    """Return what an element says of a person; where a word is too long, as plain, cut text."""
    if len(person) <= _LONGEST_WORD and b"\0" not in person:
        return person
    # Comments, sections and references join words: `aaa&#97;aaa` is one.
    written = markup.whole(person).decode("utf-8", "replace")
    text = html.unescape(_MARKUP.sub("", written))
    if _LONG_WORD.search(text) is None:
        return person
    shortened = _LONG_WORD.sub(r"\1", text)
    return html.escape(shortened).encode()
