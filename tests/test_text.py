from hypothesis import given
from hypothesis import strategies as st

from crawler import charset, text


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


def test_charset_follows_mark_then_header_then_meta() -> None:
    page = '<meta charset="windows-1256">سوريا'

    assert "سوريا" in charset.decode(page.encode("windows-1256"))
    assert "سوريا" in charset.decode(page.encode("utf-8"), "text/html; charset=utf-8")
    assert "سوريا" in charset.decode(
        b"\xef\xbb\xbf" + page.encode("utf-8"), "text/html; charset=latin1"
    )
    assert "Köln" in charset.decode("Köln".encode("cp1252"), "text/html; charset=iso-8859-1")


def test_a_page_in_utf_16_is_no_utf_8() -> None:
    page = "<p>سوريا</p>"

    for body in (page.encode("utf-16"), b"\xfe\xff" + page.encode("utf-16-be")):
        assert not charset.is_utf8(body)
        assert charset.decode(body) == page
    assert charset.is_utf8(page.encode())


def test_no_header_selects_a_codec_that_is_no_charset() -> None:
    for label in ("zlib", "utf-7", "unicode_escape", "punycode", "hex", "undefined", "\ud83d"):
        assert charset.codec_for(label) is None
        assert charset.decode(b"a\xff", f"text/html; charset={label}") == "a\ufffd"
