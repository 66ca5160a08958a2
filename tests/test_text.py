from hypothesis import given
from hypothesis import strategies as st

from crawler import text


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
