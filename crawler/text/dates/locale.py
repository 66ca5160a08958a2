"""What is known of who wrote a date: it decides what can be read in two ways."""

import re
from dataclasses import dataclass
from typing import Literal

from crawler.text.normal import primary_language

Order = Literal["day first", "month first"]

# Countries whose short dates have the month first, or either (Unicode CLDR).
_MONTH_FIRST = frozenset({"US", "PR", "PH", "GU", "AS", "VI", "MP", "UM", "MH"})
_EITHER = frozenset({"CA", "ZA"})
# Languages whose short dates begin with the year: the rest of a date shows no order.
_YEAR_FIRST = frozenset({"zh", "ja", "ko", "hu", "lt", "mn", "sv", "eu"})


@dataclass(frozen=True, slots=True)
class Locale:
    """How a date is written where it comes from."""

    order: Order | None = None
    language: str | None = None  # primary: "fa"
    has_persian_digits: bool = False


NOWHERE = Locale()


def locale_of(tag: str | None) -> Locale:
    """Return what a BCP 47 tag says of how dates are written.

    >>> locale_of("en-US").order, locale_of("de").order, locale_of("en").order
    ('month first', 'day first', None)
    """
    language = primary_language(tag)
    region = _region_of(tag or "")
    return Locale(_order_of(language, region), language)


def _region_of(tag: str) -> str | None:
    for subtag in re.split("[-_]", tag.strip())[1:]:
        if len(subtag) == 2:
            return subtag.upper()
    return None


def _order_of(language: str | None, region: str | None) -> Order | None:
    if region in _MONTH_FIRST:
        return "month first"
    if region in _EITHER or language in _YEAR_FIRST:
        return None
    # English alone is of Britain or of America.
    is_of_either = (language, region) in ((None, None), ("en", None))
    return None if is_of_either else "day first"
