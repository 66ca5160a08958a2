"""XML from outside, read one way for feeds, sitemaps and OPML.

Bytes become UTF-8 by what they say (`crawler.text.charset`), and never by the XML parser: expat
reads no East Asian encoding, and one byte that is wrong costs it the whole document.
"""

import re
from html import entities
from xml.etree import ElementTree

from crawler.errors import FeedUnreadable
from crawler.text import charset
from storage.records.claims import number

# `<?xml version="1.0" encoding="gb2312"?>`
_DECLARATION = re.compile(rb"^(?:\s|<!--.*?-->|<\?(?!xml\s).*?\?>)*+<\?xml\b[^>]*>", re.S)
# XML 1.0, 2.2: what no XML document may contain, as UTF-8. The last two are U+FFFE and U+FFFF.
_NO_CHARACTER = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# `&#8217;`, `&#x2019;`; SGML lets the semicolon out, and so does feedparser. The usual ones are
# passed over, 32 to 9999 and 0x20 to 0xCFFF: they are characters, and a feed has thousands.
_REFERENCE = re.compile(
    rb"&#(?!(?:[1-9][0-9]{2,3}|3[2-9]|[4-9][0-9]"
    rb"|x(?:[2-9a-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[1-9a-c][0-9a-f]{3}));)"
    rb"(?:x([0-9a-f]+)|([0-9]+));?",
    re.I,
)
_REPLACEMENT = b"&#65533;"
_LAST_CHARACTER = 0x10FFFF
_MOST_HEXADECIMAL = 15  # digits, within 64 bits
_CONTROLS = {9, 10, 13}  # tab, line feed, carriage return
# Halves of a UTF-16 pair, written as two references: `&#55357;&#56832;` for one emoji.
_SURROGATE_PAIR = re.compile(
    rb"&#(?:x(d[89ab][0-9a-f]{2})|(5[5-6]\d{3}));&#(?:x(d[c-f][0-9a-f]{2})|(5[6-7]\d{3}));", re.I
)
# `?a=1&b=2` in a <loc>, `&nbsp;` in a title, `<` before a blank: none of them is XML. What is in
# <![CDATA[ … ]]> is kept.
_NO_MARKUP = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|&(?!\#)(?:(?P<entity>[A-Za-z][A-Za-z0-9]{0,31});)?"
    rb"|(?P<less><)(?![A-Za-z_/!?])",
    re.S,
)
_XML_ENTITIES = {b"amp", b"lt", b"gt", b"quot", b"apos"}
# What may be before the first element. A document type with `[` declares entities.
_PROLOG = re.compile(
    rb"(?:\s++|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[<>]*+>)*+", re.I | re.S
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.S)
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_TAG = re.compile(rb"<([A-Za-z_][\w.:-]*+)[^<>]*+>")
# `<news:title>`, `</news:title>`, and the attribute `xlink:href="…"`.
_PREFIX = re.compile(rb"(?:</?|\s(?=[\w.-]++:[\w.-]++\s*+=))(?!xmlns:|xml:)([A-Za-z_][\w.-]*+):")
_MOST_PREFIXES = 20  # that are declared for a document; sitemaps have five
_DECLARED = re.compile(rb"\sxmlns:([\w.-]++)\s*+=")


def decoded(body: bytes, content_type: str | None = None) -> bytes:
    """Return a document as UTF-8, without its declaration.

    A byte that its encoding does not contain becomes U+FFFD: it costs its own word alone.
    """
    utf8 = charset.read_data(body, content_type).utf8
    return _DECLARATION.sub(b"", utf8, count=1).lstrip()


def tree(body: bytes, what: str, content_type: str | None = None) -> ElementTree.Element:
    """Return the root element of a document. Raises FeedUnreadable, which says `what` it is not.

    Document types that declare entities are refused: they expand without end ("billion laughs").
    """
    return tree_of(decoded(body, content_type), what)


def tree_of(document: bytes, what: str) -> ElementTree.Element:
    """Return the root element of a decoded document, as `tree` does."""
    document = _characters(document)
    prolog = _PROLOG.match(document)
    document = document[prolog.end() if prolog else 0 :]
    if _DOCUMENT_TYPE.match(document):
        raise FeedUnreadable(f"{what} with a document type: refused, it may expand without end")
    try:
        return root_of(document)
    except ElementTree.ParseError as error:
        reason = error
    try:
        return root_of(_with_prefixes(_mend_markup(document)))
    except ElementTree.ParseError:
        raise FeedUnreadable(f"not {what}: {reason}") from reason


def mended(document: bytes) -> bytes:
    """Return a decoded document without comments, whose text is XML, whatever its tags are."""
    return _mend_markup(_COMMENT.sub(b"", _characters(document)))


def opening(document: bytes, name: str) -> bytes:
    """Return the first tag of an element that declares each prefix of a document."""
    prefixes = set(_PREFIX.findall(document))
    return b"<%b%b>" % (name.encode(), _declarations(prefixes))


def _declarations(prefixes: set[bytes]) -> bytes:
    """Return ` xmlns:news="news"` for each prefix: its own name is as good as any other."""
    some = sorted(prefixes)[:_MOST_PREFIXES]
    return b"".join(b' xmlns:%b="%b"' % (prefix, prefix) for prefix in some)


def _characters(document: bytes) -> bytes:
    """Return a document in which each character and each reference to one is of XML."""
    return mend_references(_NO_CHARACTER.sub(b"", document))


def root_of(document: bytes) -> ElementTree.Element:
    """Return the root element of markup that has no document type. Raises ParseError."""
    return ElementTree.fromstring(document)  # noqa: S314 - document types are refused above


def _mend_markup(document: bytes) -> bytes:
    return _NO_MARKUP.sub(_mend_character, document)


def _mend_character(match: re.Match[bytes]) -> bytes:
    """Return `&amp;` and `&lt;` for bare ones, and the character of an entity of HTML."""
    if match[0].startswith(b"<!"):
        return match[0]
    if match["less"]:
        return b"&lt;"
    name = match["entity"]
    if name is None:
        return b"&amp;"
    if name in _XML_ENTITIES:
        return match[0]
    code = entities.name2codepoint.get(name.decode("ascii"))
    return b"&amp;" + match[0][1:] if code is None else b"&#%d;" % code


def _with_prefixes(document: bytes) -> bytes:
    """Declare the prefixes that a document uses and does not declare."""
    tag = _TAG.match(document)
    if tag is None:
        return document
    used = set(_PREFIX.findall(document))
    missing = used.difference(_DECLARED.findall(document))
    name_end = tag.end(1)
    return document[:name_end] + _declarations(missing) + document[name_end:]


def mend_references(document: bytes) -> bytes:
    """Return a document in which each character reference is a character (XML 1.0, 4.1).

    >>> mend_references(b"&#55357;&#56832; &#0; &#99999999999999;")
    b'&#128512; &#65533; &#65533;'
    """
    if b"&#" not in document:
        return document
    return _REFERENCE.sub(_mend_reference, _SURROGATE_PAIR.sub(_join_surrogates, document))


def _join_surrogates(match: re.Match[bytes]) -> bytes:
    # The pattern has four or five digits: no number is too long here.
    high = int(match[1], 16) if match[1] else int(match[2])
    low = int(match[3], 16) if match[3] else int(match[4])
    is_pair = 0xD800 <= high < 0xDC00 <= low < 0xE000
    if not is_pair:
        return match[0]
    # Unicode, 3.9, D91: ten bits of each half, above the first plane.
    code = 0x10000
    code += (high - 0xD800) << 10
    code += low - 0xDC00
    return b"&#%d;" % code


def _mend_reference(match: re.Match[bytes]) -> bytes:
    code = _code_point(match[1], match[2])
    if code is None or code > _LAST_CHARACTER:
        return _REPLACEMENT
    is_control = code < 32 and code not in _CONTROLS
    is_surrogate = 0xD800 <= code < 0xE000
    return _REPLACEMENT if is_control or is_surrogate else match[0]


def _code_point(hexadecimal: bytes | None, decimal: bytes | None) -> int | None:
    """Return the number of a reference, None beyond 64 bits: `int` refuses 5,000 digits."""
    if hexadecimal is None:
        digits = (decimal or b"").lstrip(b"0")
        return number(digits.decode("ascii") or "0")
    digits = hexadecimal.lstrip(b"0")
    if len(digits) > _MOST_HEXADECIMAL:
        return None
    return int(digits or b"0", 16)
