"""Lines that are nothing but a date: digits, names of months and weekdays, and words around them.

e.g. "Published 2 January 2026", "15/04/2026 Updated at 17:30h.", "آخر تحديث: 6 يناير 2026"
"""

import re

from crawler.text.dates.names import fold, key, names

_LONGEST = 99  # characters
_LONGEST_WITH_PLACE = 45  # characters of a line that names one more thing, e.g. "Vadsø, 2.1.2026"
_LEAST_NUMBERS = 2  # of a date with a word that is not known
_WORD = re.compile(r"[^\W\d_]+(?:['’.][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+")
_CLOCK_OR_YEAR = re.compile(r"(?<!\d)(?:[012]?\d[:.h][0-5]\d|(?:13|14|19|20)\d\d)(?!\d)")
# A zone by the name of its place, e.g. "(Damascus time)", "بتوقيت دمشق".
_LOCAL_TIME = re.compile(r"\(?(?:بتوقيت|به وقت)\s+\w+\)?|\(?\b\w+ time\)?")
# Folded; by language: English, German, French, Spanish and Portuguese, Russian, Turkish, Arabic,
# Persian, Hebrew, Kurdish.
_AROUND_DATES = frozenset(
    fold(
        """
        published updated posted last first modified created on at of the from date time am pm a.m
        p.m h hrs hours utc gmt est edt cet cest ist st nd rd th
        veröffentlicht aktualisiert erstellt zuletzt geändert stand am um vom uhr den
        publié mis à jour le heure heures modifié
        publicado actualizado atualizado el a las de em às hs
        опубликовано обновлено дата год года г в мск час
        yayınlanma yayın son güncelleme güncellenme giriş eklenme tarihi saat saati
        نشر نشرت في تم آخر اخر تحديث تاريخ النشر الساعة مساء صباحا م ص هـ
        انتشار به روزرسانی روز رسانی بروزرسانی ساعت زمان
        פורסם עודכן תאריך בשעה ב
        belavkirin nûkirin dîrok saet di de
        """
    ).split()
)


def is_date_line(line: str) -> bool:
    """Whether a line is a date, with at most a place or a name beside it.

    >>> is_date_line("15/04/2026 Updated at 17:30h."), is_date_line("Vadsø, 2 January 2026")
    (True, True)
    >>> is_date_line("Syria after 2024"), is_date_line("In January 2026 the masons came back.")
    (False, False)
    """
    if len(line) > _LONGEST or _NUMBER.search(line) is None:
        return False
    folded = _LOCAL_TIME.sub(" ", fold(line))
    words = _WORD.findall(folded)
    unknown = [word for word in words if not _is_of_dates(word)]
    if not unknown:
        # "12.5 %" is a number.
        return bool(words) or _CLOCK_OR_YEAR.search(folded) is not None
    is_full = len(_NUMBER.findall(folded)) >= _LEAST_NUMBERS
    return len(unknown) == 1 and is_full and len(line) <= _LONGEST_WITH_PLACE


def _is_of_dates(word: str) -> bool:
    """Whether a folded word is of a date: a month, a weekday, "updated", "am"."""
    if word in _AROUND_DATES:
        return True
    known, name = names(), key(word)
    return name in known.months or name in known.weekdays or name in known.solar
