"""The head of a response, mended where servers err and RFC 9112 says what they mean.

Both engines hand their bytes through here before they parse: folded lines become one line (5.2),
equal lengths become one (6.3), and `Transfer-Encoding: identity`, which RFC 2616 had, is left out.
"""

import re

_LONGEST = 64 * 1024  # bytes of a head that are held; a longer one is refused by whoever parses it
_BEGINS = b"HTTP/"
_END = re.compile(rb"\n\r?\n")
_END_BYTES = 3  # of an end, at most
# What has to be mended; any other head is handed on as it came.
_IS_ODD = re.compile(
    rb"\n[ \t]"  # a fold
    rb"|\ncontent-length[^\n]*,"
    rb"|\ncontent-length:.*\ncontent-length:"
    rb"|\ntransfer-encoding:[^\n]*identity",
    re.I | re.S,
)
_FOLD = re.compile(rb"\r?\n[ \t]+")
# RFC 9112, 2.2: lines that begin with a blank before the first header belong to none.
_BLANK_LINES = re.compile(rb"(?:[ \t][^\n]*+\n)++")


class HeadMender:
    """Holds the bytes of a head until it is whole, then hands it on mended, and all that follows.

    Interim responses (1xx) have heads of their own, so each of them is passed before the last.
    """

    __slots__ = ("_held", "_is_done", "_searched")

    def __init__(self) -> None:
        self._held = bytearray()
        self._searched = 0  # bytes in which no head ends
        self._is_done = False

    def feed(self, data: bytes) -> bytes:
        """Return what may be parsed now: whole heads, mended, and what follows the last of them."""
        if self._is_done:
            return data
        if not self._held and self._is_plain(data):
            self._is_done = True
            return data
        self._held += data
        ready = self._take_heads()
        if self._is_done or self._is_hopeless():
            self._is_done = True
            ready.append(bytes(self._held))
            self._held.clear()
        return b"".join(ready)

    def _is_plain(self, data: bytes) -> bool:
        """Whether these bytes begin with the last head, whole, and nothing in it is to be mended.

        Most responses come so: they are handed on without a copy.
        """
        end = _END.search(data)
        if end is None:
            return False
        head = data[: end.end()]
        return not _is_interim(head) and _IS_ODD.search(head) is None

    def _take_heads(self) -> list[bytes]:
        heads: list[bytes] = []
        while not self._is_done:
            head = self._take_head()
            if head is None:
                break
            heads.append(mended(head))
            self._is_done = not _is_interim(head)
        return heads

    def _take_head(self) -> bytes | None:
        """Take a whole head from what is held, with its empty line; None where it goes on."""
        end = _END.search(self._held, self._searched)
        if end is None:
            # The end may be divided over two pieces.
            searched = len(self._held) - _END_BYTES + 1
            self._searched = max(searched, 0)
            return None
        length = end.end()
        head = bytes(self._held[:length])
        del self._held[:length]
        self._searched = 0
        return head

    def _is_hopeless(self) -> bool:
        """Whether these are the bytes of no head: the parser says what is wrong with them."""
        if len(self._held) > _LONGEST:
            return True
        begins = self._held[: len(_BEGINS)]
        return not _BEGINS.startswith(begins)


def mended(head: bytes) -> bytes:
    r"""Return a head, with its empty line, that a strict parser reads.

    >>> mended(b"HTTP/1.1 200 OK\r\nX-Policy: self\r\n  cdn\r\nContent-Length: 5, 5\r\n\r\n")
    b'HTTP/1.1 200 OK\r\nX-Policy: self cdn\r\nContent-Length: 5\r\n\r\n'
    """
    if _IS_ODD.search(head) is None:
        return head
    start, newline, headers = head.partition(b"\n")
    blank = _BLANK_LINES.match(headers)
    if blank is not None:
        headers = headers[blank.end() :]
    unfolded = _FOLD.sub(b" ", headers)
    lines = unfolded.split(b"\n")
    return start + newline + b"\n".join(_mended_lines(lines))


def _mended_lines(lines: list[bytes]) -> list[bytes]:
    """Return header lines, without their line feeds, each length and coding once."""
    kept: list[bytes] = []
    lengths: set[bytes] = set()
    for line in lines:
        name, _, value = line.partition(b":")
        match name.lower():
            case b"content-length":
                new = set(_values_of(value)) - lengths
                lengths |= new
                values = sorted(new)
            case b"transfer-encoding":
                values = _real_codings(value)
            case _:
                kept.append(line)
                continue
        if values:
            kept.append(name + b": " + b", ".join(values) + b"\r")
    return kept


def _values_of(value: bytes) -> list[bytes]:
    return [part.strip() for part in value.split(b",")]


def _real_codings(value: bytes) -> list[bytes]:
    codings = _values_of(value)
    return [coding for coding in codings if coding.lower() != b"identity"]


def _is_interim(head: bytes) -> bool:
    """Whether another head follows: `HTTP/1.1 103 Early Hints`; after 101 none does."""
    words = head.split(maxsplit=2)
    status = words[1] if len(words) > 1 else b""
    is_informational = len(status) == 3 and status.startswith(b"1")
    return is_informational and status != b"101"
