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
