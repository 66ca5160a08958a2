"""Where quotations begin and end, by their marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.statements.marks import find_quotations

MARKS = "“”„‟\"״«»‘’‚'‹›` .,a"


def quoted(text: str) -> list[str]:
    return [text[q.start : q.end] for q in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("“We leave in May,” she said.", ["We leave in May,"]),
        ('"We leave in May," she said.', ["We leave in May,"]),
        ("„Wir gehen im Mai“, sagte sie.", ["Wir gehen im Mai"]),
        ("»Wir gehen im Mai«, sagte sie.", ["Wir gehen im Mai"]),
        ("« Nous partons en mai », dit-elle.", ["Nous partons en mai"]),
        ("«Мы уходим в мае», — сказала она.", ["Мы уходим в мае"]),
        ("“Mayısta gidiyoruz” dedi.", ["Mayısta gidiyoruz"]),
        ("قالت: «نغادر في أيار».", ["نغادر في أيار"]),
        ("„נעזוב במאי“, אמרה.", ["נעזוב במאי"]),
        ("``We leave in May,'' she said.", ["We leave in May,"]),
        ("She said ‘we leave the base in May’ again.", ["we leave the base in May"]),
    ],
)
def test_marks_of_each_language_are_found(text: str, inner: list[str]) -> None:
    assert quoted(text) == inner


def test_a_mark_between_letters_is_none() -> None:
    assert quoted('דובר צה"ל מסר הודעה') == []


def test_an_apostrophe_opens_and_closes_nothing() -> None:
    assert quoted("The troops’ base isn’t the ministers’ concern") == []


def test_the_genitive_of_a_plural_does_not_close_a_single_mark() -> None:
    text = "He said ‘the guards’ presence ends in the spring’ twice."

    assert quoted(text) == ["the guards’ presence ends in the spring"]


def test_what_is_never_closed_ends_with_its_paragraph() -> None:
    text = "She wrote: “We leave in May. Nobody stays"

    (found,) = find_quotations(text)

    assert (text[found.start : found.end], found.is_closed) == (
        "We leave in May. Nobody stays",
        False,
    )


@given(st.text(alphabet=MARKS, max_size=60) | st.text(max_size=60))
def test_quotations_of_any_text_are_parts_of_it_in_order(text: str) -> None:
    found = find_quotations(text)

    borders = [border for q in found for border in (q.outer_start, q.start, q.end, q.outer_end)]
    assert borders == sorted(borders)
    assert all(0 <= border <= len(text) for border in borders)
    assert all(text[q.start : q.end].strip() for q in found)
