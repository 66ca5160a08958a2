"""What is said of a document's encoding: by its header, a <meta>, or its XML declaration.

Labels and the prescan are the WHATWG Encoding and HTML Standards'. Only their labels are looked up,
so a header cannot select codecs such as `zlib` or `utf-7`.
"""

import re

import webencodings

# Where Python's codec of the same name decodes less than the standard's (measured line by line).
_WIDER = {
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "gbk": "gb18030",
}
# A document that can say so in ASCII bytes is not UTF-16 (the standard's own exceptions).
_FOR_ASCII = {
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    "x-user-defined": "windows-1252",
}
_PARAMETER = re.compile(r";\s*charset\s*=\s*+[\"']?\s*+([^\s;\"']+)", re.I)
# A cache may write a comment before it, a template a blank line.
_XML = re.compile(
    rb"^(?:\s|<!--.*?-->|<\?(?!xml\s).*?\?>)*+"
    rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']",
    re.S,
)
_SCAN = 16_384  # bytes; the prescan has 1,024, and browsers start again for a later <meta>
# Possessive, and bounded: a tag that never ends costs its length once.
_VALUE = rb"(?:[^>\"'=]|=\s*+\"[^\"]{0,999}+\"|=\s*+'[^']{0,999}+'|[=\"']){0,999}+"
_TAG = re.compile(
    rb"<!--(?:>|->|.*?-->|.*)"
    rb"|<(meta)(?=[\s/])(" + _VALUE + rb")>"
    rb"|</?[a-z]" + _VALUE + rb">"
    rb"|<[!/?][^<>]*>",
    re.I | re.S,
)
_ATTRIBUTE = re.compile(rb"([^\s/>=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'][^\s>]*)))?")
_CONTENT = re.compile(rb"charset\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s;\"']+))", re.I)


def charset_of(content_type: str | None) -> str | None:
    """Return the charset parameter of a Content-Type header.

    >>> charset_of('text/html; Charset="windows-1256"')
    'windows-1256'
    """
    match = _PARAMETER.search(content_type or "")
    return match[1] if match else None


def lookup(label: str | None) -> webencodings.Encoding | None:
    """Return the encoding of a label, None where the standard has none of that name."""
    if not label or not label.isascii():
        return None
    encoding = webencodings.lookup(label)
    if encoding is None or encoding.name == "replacement":
        return None
    return encoding


def codec_of(encoding: webencodings.Encoding) -> str:
    """Return the Python codec that decodes an encoding."""
    own = str(encoding.codec_info.name)
    return _WIDER.get(encoding.name, own)


def codec_for(label: str | None) -> str | None:
    """Return the Python codec of a WHATWG label, or None where the label is unknown."""
    encoding = lookup(label)
    return None if encoding is None else codec_of(encoding)


def of_header(content_type: str | None) -> webencodings.Encoding | None:
    """Return the encoding that a Content-Type header names, for a body that is not wide."""
    return for_ascii(lookup(charset_of(content_type)))


def of_xml(body: bytes) -> webencodings.Encoding | None:
    """Return the encoding that an XML declaration names."""
    match = _XML.match(body)
    return for_ascii(lookup(match[1].decode("ascii"))) if match else None


def of_meta(body: bytes) -> webencodings.Encoding | None:
    """Return the encoding that a <meta> names (HTML Standard, prescan a byte stream)."""
    for match in _TAG.finditer(body, 0, _SCAN):
        if match[1] is None:
            continue
        encoding = lookup(_label_of(_attributes(match[2])))
        if encoding is not None:
            return for_ascii(encoding)
    return None


def for_ascii(encoding: webencodings.Encoding | None) -> webencodings.Encoding | None:
    """Return the encoding that a label in ASCII bytes means."""
    if encoding is None:
        return None
    return webencodings.lookup(_FOR_ASCII.get(encoding.name, encoding.name))


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    """Return the attributes of a tag; of a name that comes twice, the first counts."""
    found: dict[bytes, bytes] = {}
    for name, *values in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), b"".join(values))
    return found


def _label_of(attributes: dict[bytes, bytes]) -> str:
    """Return what a <meta> says of the encoding: `charset`, or the http-equiv of older pages."""
    label = attributes.get(b"charset", _label_of_older(attributes))
    return label.decode("latin-1").strip()


def _label_of_older(attributes: dict[bytes, bytes]) -> bytes:
    """Return the label of `<meta http-equiv="Content-Type" content="text/html; charset=…">`."""
    equivalent = attributes.get(b"http-equiv", b"")
    match = _CONTENT.search(attributes.get(b"content", b""))
    if match is None or equivalent.lower() != b"content-type":
        return b""
    return b"".join(match.groups(b""))
