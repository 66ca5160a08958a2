"""Bytes become text here: byte order mark, then header, then meta or XML declaration, then a guess.

The order, the prescan and the labels are the WHATWG Encoding and HTML Standards'; only their labels
are looked up, so a header cannot select codecs such as `zlib` or `utf-7`. Two things browsers do
not do, since nobody reports mojibake to a crawler: bytes that are UTF-8 to the last are read as
such whatever was declared, and a declaration that the bytes contradict is put aside.
"""

import re
from dataclasses import dataclass
from typing import Literal

import chardet
import webencodings

Origin = Literal["byte order mark", "header", "meta", "xml", "utf-8", "detected", "default"]

# Where Python's codec of the same name decodes less than the standard's (measured line by line).
_WIDER = {"euc-kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs", "gbk": "gb18030"}
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_PARAMETER = re.compile(r";\s*charset\s*=\s*+[\"']?\s*+([^\s;\"']+)", re.I)
_XML = re.compile(rb"^\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
# What XML begins with, where its bytes are not ASCII: a mark, or "<?xm" (XML 1.0, appendix F); how
# many bytes of it are no text; the Python codec. UTF-32 before UTF-16: their marks begin alike.
_DATA_STARTS = (
    (b"\x00\x00\xfe\xff", 4, "utf-32-be"),
    (b"\xff\xfe\x00\x00", 4, "utf-32-le"),
    (b"\x00\x00\x00<", 0, "utf-32-be"),
    (b"<\x00\x00\x00", 0, "utf-32-le"),
    (b"\xef\xbb\xbf", 3, "utf-8"),
    (b"\xfe\xff", 2, "utf-16-be"),
    (b"\xff\xfe", 2, "utf-16-le"),
    (b"\x00<\x00", 0, "utf-16-be"),
    (b"<\x00", 0, "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", 0, "cp037"),  # of mainframes
)
_ESCAPE = b"\x1b"  # it begins Japanese text in ISO-2022-JP
_SCAN = 16_384  # bytes; the prescan has 1,024, and browsers start again for a later <meta>
# Possessive, and bounded: a tag that never ends costs its length once.
_TAG = re.compile(
    rb"<!--(?:>|->|.*?-->|.*)"
    rb"|<(meta)(?=[\s/])((?:[^>\"'=]|=\s*+\"[^\"]{0,999}+\"|=\s*+'[^']{0,999}+'|[=\"']){0,999}+)>"
    rb"|</?[a-z](?:[^>\"'=]|=\s*+\"[^\"]{0,999}+\"|=\s*+'[^']{0,999}+'|[=\"']){0,999}+>"
    rb"|<[!/?][^<>]*>",
    re.I | re.S,
)
_ATTRIBUTE = re.compile(rb"([^\s/>=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'][^\s>]*)))?")
_CONTENT = re.compile(rb"charset\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s;\"']+))", re.I)
_MARKUP = re.compile(
    rb"<(?:script|style)\b.*?(?:</(?:script|style)|\Z)|<[^<>]*>|[\x00-\x20]+", re.I | re.S
)
_SAMPLE = 20_000  # bytes of text that a guess is made from: enough for any language
_UNREADABLE = 0.002  # share of replacement characters above which a declaration is not believed


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text as UTF-8, the encoding it was read in, and what said so."""

    utf8: bytes  # the page's own bytes where it is UTF-8
    charset: str  # the WHATWG name
    origin: Origin
    unreadable: int = 0  # characters that became U+FFFD

    @property
    def described(self) -> str:
        """How the encoding was settled, and what of the page nobody could read."""
        lost = f", {self.unreadable} characters unreadable" if self.unreadable else ""
        return f"{self.origin}{lost}"

    @property
    def text(self) -> str:
        """The text."""
        return self.utf8.decode()


def charset_of(content_type: str | None) -> str | None:
    """Return the charset parameter of a Content-Type header.

    >>> charset_of('text/html; Charset="windows-1256"')
    'windows-1256'
    """
    match = _PARAMETER.search(content_type or "")
    return match[1] if match else None


def codec_for(label: str | None) -> str | None:
    """Return the Python codec of a WHATWG label, or None where the label is unknown."""
    encoding = _lookup(label)
    return _codec(encoding) if encoding is not None else None


def _lookup(label: str | None) -> webencodings.Encoding | None:
    encoding = webencodings.lookup(label) if label and label.isascii() else None
    return None if encoding is None or encoding.name == "replacement" else encoding


def _codec(encoding: webencodings.Encoding) -> str:
    return _WIDER.get(encoding.name, str(encoding.codec_info.name))


def read(body: bytes, content_type: str | None = None) -> Decoded:
    """Return a page's text; what no codec can read becomes U+FFFD, nothing raises."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], webencodings.lookup(name), "byte order mark")

    encoding, origin = _declared(body, content_type)
    if _is_valid_utf8(body):
        is_declared = encoding is not None and encoding.name == "utf-8"
        return Decoded(body, "utf-8", origin if is_declared else "utf-8")
    if encoding is not None:
        decoded = _decoded(body, encoding, origin)
        if decoded.unreadable <= _UNREADABLE * len(body):
            return decoded
    return _detected(body)


def read_data(body: bytes, content_type: str | None = None) -> Decoded:
    """Return the text of a feed, a sitemap, a list or JSON: no page, so no <meta> is looked for.

    Without a declaration it is UTF-8 (XML 1.0, 4.3.3; RFC 8259, 8.1). What is UTF-8 but for a few
    bytes is read as UTF-8, whatever was declared: one bad byte costs one word, not each headline.
    """
    for start, skipped, codec in _DATA_STARTS:
        if body.startswith(start):
            return _decoded_by(codec, body[skipped:])
    declared = _declared_in_data(body, content_type)
    if _ESCAPE in body and declared and declared[0][0].name == "iso-2022-jp":
        return _decoded(body, *declared[0])  # its bytes are ASCII, so they are UTF-8 as well
    if _is_valid_utf8(body):
        return Decoded(body, "utf-8", declared[0][1] if declared else "utf-8")
    as_utf8 = _decoded(body, webencodings.lookup("utf-8"), "utf-8")
    if _is_mostly_read(as_utf8):
        return as_utf8
    for encoding, origin in declared:
        decoded = _decoded(body, encoding, origin)
        if _is_mostly_read(decoded):
            return decoded
    return _detected(body)


def _declared_in_data(
    body: bytes, content_type: str | None
) -> list[tuple[webencodings.Encoding, Origin]]:
    """Return what the header says, then what the XML declaration does: one of them may be wrong."""
    match = _XML.match(body)
    labels: list[tuple[str | None, Origin]] = [
        (charset_of(content_type), "header"),
        (match[1].decode("ascii") if match else None, "xml"),
    ]
    found = [(_lookup(label), origin) for label, origin in labels]
    return [(_for_ascii(encoding), origin) for encoding, origin in found if encoding is not None]


def _is_mostly_read(decoded: Decoded) -> bool:
    """Whether more of the characters beyond ASCII were read than were not."""
    text = decoded.text
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return beyond_ascii > 2 * decoded.unreadable


def _decoded_by(codec: str, body: bytes) -> Decoded:
    text = body.decode(codec, "replace")
    return Decoded(text.encode("utf-8", "replace"), codec, "byte order mark", text.count("\ufffd"))


def declared_in(body: bytes) -> str | None:
    """Return the encoding that a page declares by its mark, its <meta> or its XML declaration."""
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    encoding, _ = _declared(body, None)
    return marked or (encoding.name if encoding is not None else None)


def _is_valid_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _declared(body: bytes, content_type: str | None) -> tuple[webencodings.Encoding | None, Origin]:
    """Return what header, meta or XML declare, in this order."""
    if (encoding := _lookup(charset_of(content_type))) is not None:
        return encoding, "header"
    if (encoding := _lookup(_meta_label(body))) is not None:
        return _for_ascii(encoding), "meta"
    match = _XML.match(body)
    if match and (encoding := _lookup(match[1].decode("ascii"))) is not None:
        return _for_ascii(encoding), "xml"
    return None, "utf-8"


def _for_ascii(encoding: webencodings.Encoding) -> webencodings.Encoding:
    """A page that can say so in ASCII bytes is not UTF-16 (the standard's own exceptions)."""
    instead = {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}
    return webencodings.lookup(instead.get(encoding.name, encoding.name))


def _meta_label(body: bytes) -> str | None:
    """Return the label that a <meta> declares (HTML Standard, prescan a byte stream)."""
    for match in _TAG.finditer(body, 0, _SCAN):
        if match[1] is None:
            continue
        label = _label_of(_attributes(match[2]))
        if _lookup(label) is not None:
            return label
    return None


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    """Return the attributes of a tag; of a name that comes twice, the first counts."""
    found: dict[bytes, bytes] = {}
    for name, *values in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), b"".join(values))
    return found


def _label_of(attributes: dict[bytes, bytes]) -> str | None:
    """Return what a <meta> says of the encoding: `charset`, or the http-equiv of older pages."""
    label = attributes.get(b"charset")
    if label is None and attributes.get(b"http-equiv", b"").lower() == b"content-type":
        match = _CONTENT.search(attributes.get(b"content", b""))
        label = b"".join(match.groups(b"")) if match else None
    return None if label is None else label.decode("latin-1").strip()


def _detected(body: bytes) -> Decoded:
    """Guess from the bytes of the text, without the markup."""
    sample = _MARKUP.sub(b" ", body[: 10 * _SAMPLE])[:_SAMPLE]
    encoding = _lookup(chardet.detect(sample)["encoding"])
    if encoding is None or encoding.name == "utf-8":
        fallback = "utf-8" if encoding is not None else "windows-1252"
        return _decoded(body, webencodings.lookup(fallback), "default")
    return _decoded(body, encoding, "detected")


def _decoded(body: bytes, encoding: webencodings.Encoding, origin: Origin) -> Decoded:
    text = body.decode(_codec(encoding), "replace")
    utf8 = text.encode("utf-8", "replace")  # codecs for UTF-16 let lone surrogates through
    return Decoded(utf8, encoding.name, origin, text.count("\ufffd"))


def decode(body: bytes, content_type: str | None = None) -> str:
    """Return a page's text."""
    return read(body, content_type).text
