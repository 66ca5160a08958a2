"""The day that a sentence names: "on Thursday", resolved against the day of publication."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

# Monday first. A word may have endings: Russian cases, Arabic and Hebrew prefixes.
_WEEKDAYS: Final = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "ru": "понедельник вторник сред[ау] четверг пятниц[ау] суббот[ау] воскресенье",
    "tr": "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "ar": "الإثنين|الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "fa": "دوشنبه سه‌شنبه چهارشنبه پنجشنبه|پنج‌شنبه جمعه شنبه یکشنبه|یک‌شنبه",
    "he": "שני שלישי רביעי חמישי שישי שבת ראשון",
    "ku": "duşem sêşem çarşem pêncşem în şemî yekşem",
}
# In Hebrew "second" is a word of its own: only behind "day".
_BEFORE: Final = {"he": r"יום\s+", "fa": r"(?<!\w)", "tr": r"(?<!\w)"}
_TODAY: Final = {
    "en": "today", "de": "heute", "fr": "aujourd’hui|aujourd'hui", "ru": "сегодня",
    "tr": "bugün", "ar": "اليوم", "fa": "امروز", "he": "היום", "ku": "îro|ئەمڕۆ",
}  # fmt: skip
_YESTERDAY: Final = {
    "en": "yesterday", "de": "gestern", "fr": "hier", "ru": "вчера",
    "tr": "dün", "ar": "أمس", "fa": "دیروز", "he": "אתמול", "ku": "duh|دوێنێ",
}  # fmt: skip
_WEEK: Final = 7


@lru_cache(maxsize=len(_WEEKDAYS))
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    before = _BEFORE.get(language, r"(?<!\w)")
    return tuple(
        re.compile(rf"{before}(?:{day})(?!\w)", re.IGNORECASE)
        for day in _WEEKDAYS[language].split()
    )


def day_named(
    sentence: str,
    language: str,
    published: date | None,
) -> tuple[str | None, str | None]:
    """Return the day of a claim as an ISO date, and the words that name it.

    The last such weekday on or before the day of publication. Without a weekday, "today" or
    "yesterday" it is that day, and the words are None. Without `published` there is no day.
    """
    if published is None:
        return None, None
    if language in _WEEKDAYS:
        for number, pattern in enumerate(_patterns(language)):
            found = pattern.search(sentence)
            if found:
                back = (published.weekday() - number) % _WEEK
                return (published - timedelta(days=back)).isoformat(), found[0]
        for words, days in ((_YESTERDAY, 1), (_TODAY, 0)):
            found = re.search(rf"(?<!\w)(?:{words[language]})(?!\w)", sentence, re.IGNORECASE)
            if found:
                return (published - timedelta(days=days)).isoformat(), found[0]
    return published.isoformat(), None
