import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import text
from storage.words import forms
from tests.support.cpu import at_most_seconds


def test_words_fold_marks_and_apostrophes() -> None:
    assert text.words("Putin’s CALL — مُحَمَّد ـــ x") == ["putins", "call", "محمد", "x"]


def test_unspaced_scripts_count_by_character() -> None:
    assert text.words("東京 news") == ["東", "京", "news"]
    assert text.count_words("東京 news") == 3


def test_sentences_do_not_end_at_initials_and_titles() -> None:
    found = text.sentences("Dr. Smith of the U.S. Army left. Mr. Brown stayed! Did he? Yes.")

    assert found == ["Dr. Smith of the U.S. Army left.", "Mr. Brown stayed!", "Did he?", "Yes."]


def test_sentences_of_arabic_end_at_its_question_mark() -> None:
    assert len(text.sentences("هل تنسحب القوات من سوريا؟ لا أحد يعرف الجواب.")) == 2


@settings(deadline=None)  # of wall-clock time, which a busy machine takes
@given(st.text())
def test_tidy_and_fold_take_any_text(value: str) -> None:
    tidied = text.tidy(value)

    assert text.tidy(tidied) == tidied
    tidied.encode("utf-8")
    text.fold(value)
    text.sentences(value)


def test_languages_have_one_name() -> None:
    tags = ["en-US", "iw", "kmr", "zh_CN", "", None, "not a tag"]

    assert [text.primary_language(tag) for tag in tags] == [
        "en",
        "he",
        "ku",
        "zh",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("show", [text.tidy, text.paragraph])
@pytest.mark.parametrize("more", ["", " – é"])
def test_control_characters_and_direction_marks_are_taken_out(
    show: Callable[[str], str], more: str
) -> None:
    everything = "".join(
        map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x202E, 0x2066])
    )
    shown = show(f"A\x1b[2Jb\x9b31m\x0c\x85c\u200f{everything}d{more}")

    assert shown == unicodedata.normalize("NFC", f"A[2Jb31m c d{more}")


def test_marks_beyond_thirty_upon_one_letter_are_left_out() -> None:
    vowels = "\u0301\u0323"

    assert len(text.tidy("a" + vowels * 500 + "b")) < 34
    assert text.tidy("e\u0301" * 500) == "é" * 500
    assert text.words("a" + vowels * 500 + "b") == text.words(text.tidy("a" + vowels * 500 + "b"))


@pytest.mark.parametrize("use", [text.tidy, text.paragraph, text.words, text.letters, forms.fold])
@pytest.mark.parametrize(
    "piece",
    ["\u0301\u0323", "\uff9e\u0323", "\u0f73\u0f71", "\u0301’\u0323’", "\u0301\u200b\u0323"],
)
def test_a_run_of_marks_takes_time_by_its_length(use: Callable[[str], object], piece: str) -> None:
    with at_most_seconds(5):
        use("a" + piece * 50_000 + "b")


@pytest.mark.parametrize("piece", ["A. ", "Mr. ", "z.B. ", "No.\n", "? ", "。"])
def test_abbreviations_without_end_take_time_by_their_length(piece: str) -> None:
    with at_most_seconds(10):
        found = text.sentences(piece * 200_000)

    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", piece * 200_000)
