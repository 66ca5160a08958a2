"""The data of claims: every term is found, every row can be checked."""

from datetime import date

import pytest

from crawler.statements.wordbook import NAME, Name, Wordbook, called, forces, names, tables
from crawler.topic.file import ANY, load

BOOK = Wordbook(load())
OTHERS = {"syria", "iraq", "lebanon", "sdf"}


def terms() -> list[tuple[str, str, str]]:
    """Return table and row, language, and term of all data."""
    found = []
    for name in ("forces", "stances"):
        for concept, listed in tables()[name].items():
            for language, words in listed.items():
                found += [(concept, language, word) for word in words]
    return found


def test_every_term_is_found_in_its_language() -> None:
    lost = []
    for concept, language, term in terms():
        lexicon = BOOK.lexicon("en" if language == ANY else language)
        # A word with an open ending is found as it is; where others may be between, one is put.
        text = term.replace(" ** ", " x ").replace(" * ", " x ").replace("*", "")
        hits = lexicon.find(text, lexicon.words(text))
        if not any(hit.concept.endswith(concept) for hit in hits):
            lost.append((concept, language, term))
    assert lost == []


@pytest.mark.parametrize("name", names(), ids=lambda row: f"{row.name} {row.since or ''}")
def test_a_row_of_names_speaks_for_a_known_country(name: Name) -> None:
    assert name.country in {*forces(), *OTHERS}
    assert name.since is None or name.until is None or name.since < name.until


def test_damascus_speaks_for_another_government_since_december_2024() -> None:
    offices = {
        day: [row.office for row in names() if row.name == "Damascus" and row.holds_on(day)]
        for day in (date(2024, 12, 7), date(2024, 12, 8))
    }
    assert list(offices.values()) == [
        ["the Assad government"],
        ["the government of Ahmed al-Sharaa"],
    ]


def test_each_name_is_found_in_each_of_its_languages() -> None:
    lost = []
    number = 0
    for kind in ("person", "office", "capital", "country", "base"):
        for row in tables()["names"][kind]:
            for language, listed in row.items():
                if not isinstance(listed, list):
                    continue
                lexicon = BOOK.lexicon("en" if language == ANY else language)
                for term in listed:
                    text = term.replace("*", "")
                    hits = lexicon.find(text, lexicon.words(text))
                    if f"{NAME}{number}" not in {hit.concept for hit in hits}:
                        lost.append((row["name"], language, term))
            number += 1
    assert lost == []


def test_a_country_that_speaks_has_its_english_name() -> None:
    assert [called(force) for force in ("us", "uk", "iran")] == [
        "United States", "United Kingdom", "Iran",
    ]  # fmt: skip
