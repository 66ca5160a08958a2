"""Combining marks: a limit of their number, so that normalisation stays fast."""

import re
import unicodedata

_MOST = 30  # marks in a row: the Stream-Safe Text Format of UAX #15
# Runs that may contain more. No mark is a word character, except two halfwidth forms of Japanese,
# which NFKC turns into marks.
_RUN = re.compile(rf"[^\w\s\x00-\u02ff]{{{_MOST + 1},}}")
_HALFWIDTH_RUN = re.compile(rf"(?:[^\w\s\x00-\u02ff]|[\uff9e\uff9f]){{{_MOST + 1},}}")
# Characters that decompose into marks, though their own combining class is 0.
_LIKE_MARKS = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")


def stream_safe(text: str) -> str:
    """Return text without the marks that follow thirty others (UAX #15, section 13).

    Normalisation sorts adjacent marks by insertion: its time grows with the square of their number,
    and no other thread runs meanwhile.
    """
    is_halfwidth = "\uff9e" in text or "\uff9f" in text
    return (_HALFWIDTH_RUN if is_halfwidth else _RUN).sub(
        _without_excess,
        text,
    )


def _without_excess(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        is_mark = unicodedata.combining(character) > 0 or character in _LIKE_MARKS
        marks = marks + 1 if is_mark else 0
        if marks <= _MOST:
            kept.append(character)
    return "".join(kept)
