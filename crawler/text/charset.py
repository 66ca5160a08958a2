"""Bytes become text here, of pages, feeds, sitemaps and lists, by what the bytes say.

First what only one encoding has: a byte order mark, the NUL bytes of UTF-16, the escapes of
ISO-2022-JP, valid UTF-8. Then what is declared (`labels`), where the bytes do not contradict it;
last a guess. Browsers do less, since somebody reports mojibake to them, and nobody does to a
crawler.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import chardet
import webencodings

from crawler.text import labels

Origin = Literal["byte order mark", "header", "meta", "xml", "utf-8", "detected", "default"]
Named = tuple[webencodings.Encoding | None, Origin]
Declared = tuple[webencodings.Encoding, Origin]

# UTF-32 before UTF-16: their marks begin alike.
_MARKS = (
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
)
_NAMES = {
    "utf-16-be": "utf-16be",
    "utf-16-le": "utf-16le",
}
# Which of the first four bytes are NUL, where the first two characters are ASCII (RFC 4627, 3): the
# `<!`, `<?`, `{"` or white space that every document begins with.
_WIDE = {
    (True, True, True, False): "utf-32-be",
    (False, True, True, True): "utf-32-le",
    (True, False, True, False): "utf-16-be",
    (False, True, False, True): "utf-16-le",
}
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" of mainframes (XML 1.0, appendix F)
# It begins Japanese text in ISO-2022-JP, whose bytes are ASCII and so are UTF-8 as well.
_ESCAPE = re.compile(rb"\x1b\$[@B]")
_MARKUP = re.compile(
    rb"<(?:script|style)\b.*?(?:</(?:script|style)|\Z)|<[^<>]*>|[\x00-\x20]+", re.I | re.S
)
# A value of an attribute with text beyond ASCII: all text of OPML is in such.
_VALUE = re.compile(rb"\"[^\"<>]*[\x80-\xff][^\"<>]*\"|'[^'<>]*[\x80-\xff][^'<>]*'")
_SAMPLE = 20_000  # bytes of text that a guess is made from: enough for any language
# The label that servers and tools write unasked. Of the languages that it serves, Icelandic has the
# most letters beyond ASCII: one of eight. Text in other alphabets has nothing else.
_UNASKED = {"windows-1252", "iso-8859-15"}
_MOST_ACCENTED = 1 / 3
_LEAST_ACCENTED = 8  # letters: fewer show nothing
_TURKISH = webencodings.lookup("windows-1254")
_MOST_ICELANDIC = 0.2  # letters of Icelandic for each that may be Turkish
# The letters of Latin-1, "À" to "þ": the last of all, "ÿ", is hardly one, and often garbage.
_FIRST_LATIN_1, _LAST_LATIN_1 = 0xC0, 0xFE
_STRAY = "drawdown.stray-letters"  # the name of an error handler
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text as UTF-8, the encoding it was read in, and what said so."""

    utf8: bytes  # its own bytes where it is UTF-8
    charset: str  # the WHATWG name
    origin: Origin
    unreadable: int = 0  # characters that became U+FFFD

    @property
    def described(self) -> str:
        """How the encoding was settled, and how many characters nobody could read."""
        if not self.unreadable:
            return self.origin
        return f"{self.origin}, {self.unreadable} characters unreadable"

    @property
    def text(self) -> str:
        """The text."""
        return self.utf8.decode()


def read(body: bytes, content_type: str | None = None) -> Decoded:
    """Return a page's text; what no codec can read becomes U+FFFD, nothing raises.

    The order of header, <meta> and XML declaration is the HTML Standard's.
    """
    return _read(body, partial(_of_page, body, content_type))


def read_data(body: bytes, content_type: str | None = None) -> Decoded:
    """Return the text of a feed, a sitemap, a list or JSON: no page, so no <meta> is looked for.

    Without a declaration it is UTF-8 (XML 1.0, 4.3.3; RFC 8259, 8.1).
    """
    if body.startswith(_EBCDIC):
        return _decoded_by("cp037", body)
    return _read(body, partial(_of_data, body, content_type))


def decode(body: bytes, content_type: str | None = None) -> str:
    """Return a page's text."""
    return read(body, content_type).text


def declared_in(body: bytes) -> str | None:
    """Return the encoding that a page declares by its mark, its <meta> or its XML declaration."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _NAMES.get(codec, codec)
    encoding = labels.of_meta(body) or labels.of_xml(body)
    return None if encoding is None else str(encoding.name)


def _of_page(body: bytes, content_type: str | None) -> Iterator[Named]:
    """Yield who names an encoding for a page; the later ones are not looked for in vain."""
    yield labels.of_header(content_type), "header"
    yield labels.of_meta(body), "meta"
    yield labels.of_xml(body), "xml"


def _of_data(body: bytes, content_type: str | None) -> Iterator[Named]:
    yield labels.of_header(content_type), "header"
    yield labels.of_xml(body), "xml"


def _certain(body: bytes) -> Decoded | None:
    """Return what only one encoding can be: by its mark, its NUL bytes or its escapes."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _decoded_by(codec, body[len(mark) :])
    first = tuple(byte == 0 for byte in body[:4])
    if first in _WIDE:
        return _decoded_by(_WIDE[first], body)
    if _ESCAPE.search(body) is None:
        return None
    decoded = _decoded(body, webencodings.lookup("iso-2022-jp"), "detected")
    return None if decoded.unreadable else decoded


def _without_false_mark(body: bytes) -> bytes:
    """Drop a mark of wide characters before narrow ones: `<rss`, with no NUL in it."""
    rest = body[2:]
    is_marked = body.startswith((b"\xfe\xff", b"\xff\xfe"))
    is_narrow = rest[:1] in (b"<", b"{") and b"\0" not in rest[:4]
    return rest if is_marked and is_narrow else body


def _read(
    body: bytes,
    named: Callable[[], Iterable[Named]],
) -> Decoded:
    """Return the text of a document, given who names an encoding for it.

    What is UTF-8 but for a few bytes is read as UTF-8, whatever is named: one bad byte costs one
    word, not each headline.
    """
    body = _without_false_mark(body)
    certain = _certain(body)
    if certain is not None:
        return certain
    if _is_valid_utf8(body):
        return Decoded(body, "utf-8", _origin_of_utf8(named()))
    as_utf8 = _decoded(body, webencodings.lookup("utf-8"), _origin_of_utf8(named()))
    if _is_mostly_read(as_utf8):
        return _with_stray_letters(body, as_utf8.origin)
    declared = [(encoding, origin) for encoding, origin in named() if encoding is not None]
    for encoding, origin in _likelier_first(declared, body):
        decoded = _decoded(body, encoding, origin)
        if _is_mostly_read(decoded) and not _is_unasked(decoded, body):
            return _decoded(body, _TURKISH, "detected") if _is_turkish(decoded) else decoded
    return _detected(body)


def _likelier_first(declared: Sequence[Declared], body: bytes) -> Sequence[Declared]:
    """Return who names an encoding, the one first that a guess from the bytes agrees with.

    Header and document contradict each other where a server names one encoding for all files.
    """
    if len({encoding.name for encoding, _ in declared}) < 2:
        return declared
    guess = labels.lookup(_guess(body))
    if guess is None:
        return declared
    return sorted(declared, key=lambda named: named[0].name != guess.name)


def _with_stray_letters(body: bytes, origin: Origin) -> Decoded:
    """Return UTF-8 in which single bytes are of another encoding, as a template in Latin-1 has.

    e.g. b"sie k\xf6nnen" in a page that is UTF-8 else
    """
    text = body.decode("utf-8", _STRAY)
    return Decoded(text.encode(), "utf-8", origin, text.count("\ufffd"))


def _stray_letter(error: UnicodeError) -> tuple[str, int]:
    """Return a bad byte beside ASCII letters as the letter of Latin-1, and go on after it.

    What is beside other bad bytes, or letters beyond ASCII, is no letter of Latin-1: a character
    that was cut. (An error handler of `codecs`.)
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    before = error.object[max(error.start - 1, 0) : error.start]
    after = error.object[error.start + 1 : error.start + 2]
    bad = error.object[error.start]
    is_beside_letter = before.isalpha() or after.isalpha()
    is_letter = _FIRST_LATIN_1 <= bad <= _LAST_LATIN_1
    if not is_letter or not is_beside_letter or not (before + after).isascii():
        return "\ufffd", error.end
    return chr(bad), error.start + 1


codecs.register_error(_STRAY, _stray_letter)


def _is_turkish(decoded: Decoded) -> bool:
    """Whether a text that is labelled as Western European is Turkish (windows-1254).

    The two differ in six letters: ð þ ý for ğ ş ı. Icelandic has those too, and á í ó ú æ.
    """
    if decoded.charset != "windows-1252":
        return False
    text = decoded.text.lower()
    doubtful = sum(map(text.count, "ðþý"))
    icelandic = sum(map(text.count, "áíóúæ"))
    return doubtful >= _LEAST_ACCENTED and icelandic < _MOST_ICELANDIC * doubtful


def _is_unasked(decoded: Decoded, body: bytes) -> bool:
    """Whether a text is in an alphabet that its label, the usual default, does not have."""
    if decoded.charset not in _UNASKED:
        return False
    sample = _sample_of(body).decode("latin-1")
    letters = _LETTER.findall(sample)
    accented = sum(not letter.isascii() for letter in letters)
    return accented >= _LEAST_ACCENTED and accented > _MOST_ACCENTED * len(letters)


def _is_valid_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _origin_of_utf8(named: Iterable[Named]) -> Origin:
    """Return who says that bytes are UTF-8, or that they say so themselves."""
    for encoding, origin in named:
        if encoding is not None and encoding.name == "utf-8":
            return origin
    return "utf-8"


def _is_mostly_read(decoded: Decoded) -> bool:
    """Whether more of the characters beyond ASCII were read than were not."""
    text = decoded.text
    ascii_characters = len(text.encode("ascii", "ignore"))
    beyond_ascii = len(text) - ascii_characters
    return beyond_ascii > 2 * decoded.unreadable


def _detected(body: bytes) -> Decoded:
    """Guess from the bytes of the text, without the markup."""
    encoding = labels.lookup(_guess(body))
    if encoding is None:
        return _decoded(body, webencodings.lookup("windows-1252"), "default")
    origin: Origin = "default" if encoding.name == "utf-8" else "detected"
    return _decoded(body, encoding, origin)


def _guess(body: bytes) -> str | None:
    found = chardet.detect(_sample_of(body))
    return found["encoding"]


def _sample_of(body: bytes) -> bytes:
    """Return text without markup; or with it, where all text is in attributes, as in OPML."""
    start = body[: 10 * _SAMPLE]
    plain = _MARKUP.sub(b" ", start)
    if plain.isascii():
        plain = b" ".join(_VALUE.findall(start)) or start
    return plain[:_SAMPLE]


def _decoded(
    body: bytes,
    encoding: webencodings.Encoding,
    origin: Origin,
) -> Decoded:
    return _text(body, labels.codec_of(encoding), encoding.name, origin)


def _decoded_by(codec: str, body: bytes) -> Decoded:
    return _text(body, codec, _NAMES.get(codec, codec), "byte order mark")


def _text(
    body: bytes,
    codec: str,
    name: str,
    origin: Origin,
) -> Decoded:
    text = body.decode(codec, "replace")
    utf8 = text.encode("utf-8", "replace")  # codecs for UTF-16 let lone surrogates through
    return Decoded(utf8, name, origin, text.count("\ufffd"))
