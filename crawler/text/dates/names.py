"""The names of months and of days of the week, in the languages of the press.

`names.txt` is of the Unicode CLDR; the months of the Solar Hijri calendar are of its Persian and
Dari locales.
"""

import re
import unicodedata
from functools import cache
from importlib import resources
from typing import NamedTuple

_MARKS = re.compile("[\u0300-\u036f\u05b0-\u05c7\u0640\u064b-\u065f\u0670]")
_DIGIT = re.compile(r"[^\x00-\x7f]")
# Letters that one name is written with in several keyboards: "ی" of Persian for "ي" of Arabic.
_ONE_LETTER = str.maketrans(
    {
        "ı": "i", "ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ھ": "ه", "،": ",",
        "’": "'", "‘": "'", "׳": "'", "∶": ":", "⁄": "/",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    }
)  # fmt: skip
# Direction marks, and what has no width: "‏27‏/11‏/2026" is written so in Arabic.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

_ABBREVIATION = "'׳॰"
# Digits of no number: "m²".
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]")

_SOLAR = (
    "فروردین حمل", "اردیبهشت ثور", "خرداد جوزا", "تیر سرطان", "مرداد اسد", "شهریور سنبله",
    "مهر میزان", "آبان عقرب", "آذر قوس", "دی جدی", "بهمن دلو", "اسفند حوت",
)  # fmt: skip


Languages = set[str]


class Names(NamedTuple):
    """What each folded name may mean: in two languages one name may be of two months."""

    months: dict[str, dict[int, Languages]]  # the number, and the languages that have it
    weekdays: dict[str, set[int]]  # 0 is Monday
    solar: dict[str, int]  # months of the Solar Hijri calendar


def fold(text: str) -> str:
    """Return text as its names and digits are compared.

    >>> fold("١ MÄRZ"), fold("Şubat – Kasım")
    ('1 marz', 'subat - kasim')
    """
    if text.isascii():
        return text.lower()
    shown = _RAISED.sub("?", _INVISIBLE.sub("", text))
    decomposed = unicodedata.normalize("NFKD", shown.casefold())
    plain = _MARKS.sub("", decomposed).translate(_ONE_LETTER)
    return _DIGIT.sub(_western, unicodedata.normalize("NFC", plain))


def _western(match: re.Match[str]) -> str:
    value = unicodedata.decimal(match[0], None)
    return match[0] if value is None else str(value)


@cache
def names() -> Names:
    """Return the names by their folded forms."""
    table = Names({}, {}, {})
    room = resources.files("crawler.text.dates")
    written = room.joinpath("names.txt").read_text("utf-8")
    for line in written.splitlines():
        if not line.startswith("#"):
            _add_language(table, line)
    for number, forms in enumerate(_SOLAR, 1):
        for form in forms.split():
            table.solar[fold(form)] = number
    return table


def _add_language(table: Names, line: str) -> None:
    """Add the names of one line, e.g. `nl: januari,jan | … / maandag,ma | …`."""
    code, _, lists = line.partition(": ")
    months, _, weekdays = lists.partition(" / ")
    for number, forms in enumerate(months.split("|"), 1):
        for form in forms.split(","):
            name = _folded(form)
            meanings = table.months.setdefault(name, {})
            meanings.setdefault(number, set()).add(code)
    for number, forms in enumerate(weekdays.split("|")):
        for form in forms.split(","):
            name = _folded(form)
            table.weekdays.setdefault(name, set()).add(number)


def _folded(form: str) -> str:
    return key(fold(form.strip()))


def key(word: str) -> str:
    """Return a folded name without the marks of an abbreviation."""
    return word.replace(".", "").strip(_ABBREVIATION)
