"""Spellings of one word are folded to one form, and a query in one finds a text in another."""

import unicodedata

import pytest

from storage.search.analyser import analyse, languages_of, stems_of
from storage.words.forms import fold

_SPELLINGS = {
    "ar": [
        "إسرائيل اسرائيل",
        "مسؤولون مسئولون",
        "شؤون شئون شءون",
        "شيء شيئ",
        "سماء سما",
        "محافظة محافظه",
        "مستشفى مستشفي",
        "القُوّات القـــوات القوات",
        "ﺍﻟﻘﻮﺍﺕ القوات",
        "سوريا سورية",
        "٢٠٢٤ ۲۰۲۴ 2024",
    ],
    "fa": ["کشور كشور", "نیرو نيرو", "مسئول مسؤول", "خانهٔ خانه", "۱۴۰۴ ١٤٠٤ 1404"],
    "ku": ["کوردستان كوردستان", "هێز هيز", "ڤین فین", "Sûriye Suriye", "çekdar cekdar"],
    "tr": ["sınır SINIR sinir", "İdlib idlib", "çekilme cekilme", "güç guc"],
    "ru": ["самолёт самолет", "зелёный зеленый ЗЕЛЁНЫЙ", "йод йод"],
    "de": ["Straße Strasse STRASSE", "Müller Mueller Muller", "Größe Groesse"],
    "fr": ["armée armee", "œuvre oeuvre", "côte cote"],
    "he": ["צָבָא צבא", 'צה"ל צה״ל צהל', "שלום שלומ"],
    "en": ["ｔｒｏｏｐｓ troops", "Ｓｙｒｉａ Syria", "naïve naive", "Erdoğan Erdogan"],
}
_PAIRS = [
    (language, query, text)
    for language, lines in _SPELLINGS.items()
    for line in lines
    for query in line.split()
    for text in line.split()
]


@pytest.mark.parametrize(("language", "query", "text"), _PAIRS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_query_in_one_spelling_finds_the_other(
    language: str, query: str, text: str, form: str
) -> None:
    asked = unicodedata.normalize(form, query)  # type: ignore[arg-type]  # a literal of the list
    (indexed,) = analyse(text, language)

    assert indexed in stems_of(asked, languages_of(asked))


@pytest.mark.parametrize(
    ("one", "other"),
    [("قال", "فال"), ("سوريا", "سوري"), ("مصر", "مصري"), ("Masse", "Maß e"), ("мир", "мирт")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)
