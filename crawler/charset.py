"""Bytes become text here: byte order mark, then header, then meta, then UTF-8.

The order and the labels are the WHATWG Encoding Standard's; only its labels are looked up, so a
header cannot select codecs such as `zlib` or `utf-7`.
"""

import re

import webencodings

# Where Python's codec of the same name decodes less than the standard's (measured line by line).
_WIDER = {"euc-kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs", "gbk": "gb18030"}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xfe\xff", "utf-16"), (b"\xff\xfe", "utf-16"))
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.\-]+)", re.I)
_PARAMETER = re.compile(r";\s*charset\s*=\s*[\"']?\s*([^\s;\"']+)", re.I)
_SCAN = 1024  # bytes that the standard's prescan looks at


def charset_of(content_type: str | None) -> str | None:
    """Return the charset parameter of a Content-Type header.

    >>> charset_of('text/html; Charset="windows-1256"')
    'windows-1256'
    """
    match = _PARAMETER.search(content_type or "")
    return match[1] if match else None


def codec_for(label: str | None) -> str | None:
    """Return the Python codec of a WHATWG label, or None where the label is unknown."""
    encoding = webencodings.lookup(label) if label and label.isascii() else None
    if encoding is None or encoding.name in {"x-user-defined", "replacement"}:
        return None
    return _WIDER.get(encoding.name, str(encoding.codec_info.name))


def decode(body: bytes, content_type: str | None = None) -> str:
    """Return a page's text; what no codec can read becomes U+FFFD, nothing raises."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body.decode(codec, "replace")
    stated = codec_for(charset_of(content_type)) or _meta_codec(body) or "utf-8"
    return body.decode(stated, "replace")


def is_utf8(body: bytes, content_type: str | None = None) -> bool:
    """Whether the bytes can go to a UTF-8 parser as they are."""
    if body.startswith((b"\xfe\xff", b"\xff\xfe")):
        return False
    return (codec_for(charset_of(content_type)) or _meta_codec(body) or "utf-8") == "utf-8"


def _meta_codec(body: bytes) -> str | None:
    match = _META.search(body, 0, 2 * _SCAN)
    if match is None:
        return None
    codec = codec_for(match[1].decode("ascii"))
    # A page that can say so in ASCII bytes is not UTF-16 (the standard's own exception).
    return "utf-8" if codec in {"utf-16", "utf-16-le", "utf-16-be"} else codec
