"""What an outlet changed: the kinds of change, and what is none."""

import random
from itertools import islice

import pytest

from crawler.dedupe.diff import Span, diff
from crawler.dedupe.revisions import Change, find_changes, is_material
from crawler.dedupe.shingles import fingerprint
from tests.support.cpu import at_most_seconds
from tests.support.farm import make_text

BODY = make_text(random.Random(1), on_topic=True, paragraphs=4)
SENTENCE = "The ministry said on Monday that 31 boats had left the northern harbour of the island."


def changes(before: str, after: str) -> tuple[Change, ...]:
    return find_changes(("H", "H"), ([*BODY, before], [*BODY, after]))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("31 boats", "44 boats", {Change.NUMBER}),
        ("The ministry", "A spokesman of the ministry", {Change.ATTRIBUTION}),
        ("northern harbour of the", "harbour of Sandvik on the", {Change.ATTRIBUTION}),
        ("northern", "nothern", {Change.COSMETIC}),
        ("on Monday that", "on Monday: that", set()),
        ("had left", "had not left", {Change.ADDITION}),
    ],
)
def test_an_edited_sentence(before: str, after: str, expected: set[Change]) -> None:
    found = set(changes(SENTENCE, SENTENCE.replace(before, after)))

    assert found == expected


def test_sentences_that_come_and_go() -> None:
    assert changes("", SENTENCE) == (Change.ADDITION,)
    assert changes(SENTENCE, "") == (Change.REMOVAL,)
    note = "Correction: an earlier version of this article named another harbour."
    assert changes("", note) == (Change.CORRECTION,)


def test_another_headline() -> None:
    assert find_changes(("Old words", "New words"), (BODY, BODY)) == (Change.HEADLINE,)
    assert find_changes(("Old words", "OLD WORDS!"), (BODY, BODY)) == ()


@pytest.mark.parametrize(
    "line",
    ["3 hours ago", "Comments (12)", "Updated at 10:31 GMT", "Subscribe to our daily newsletter",
     "Monday, 19 May 2018 20:27 GMT"],
)  # fmt: skip
def test_lines_that_change_by_themselves_are_no_change(line: str) -> None:
    assert changes("", line) == ()


def test_lines_of_the_outlet_and_sentences_that_move_are_no_change() -> None:
    promise = "The Post has told the news of the islands since its first boat."
    common = set(fingerprint([promise]).lines)

    assert find_changes(("H", "H"), (BODY, [*BODY, promise]), common) == ()
    assert find_changes(("H", "H"), (BODY, [*BODY[1:], BODY[0]])) == ()


def test_spelling_is_not_material() -> None:
    assert not is_material((Change.COSMETIC,))
    assert is_material((Change.COSMETIC, Change.NUMBER))
    assert not is_material(())


def test_a_diff_has_every_sentence_and_its_words() -> None:
    after = SENTENCE.replace("31 boats", "44 boats")

    edits = diff([*BODY, SENTENCE], [BODY[0], "A new one stands here.", *BODY[1:], after])

    assert [e.kind for e in edits if e.kind != "same"] == ["added", "edited"]
    assert edits[-1].spans()[1:3] == [Span("removed", "31"), Span("added", "44")]
    assert [e.after for e in diff(BODY, BODY)] == [e.before for e in diff(BODY, BODY)]


def test_a_change_far_inside_a_sentence_without_end_is_found() -> None:
    words = [f"word{n}" for n in range(900)]
    changed = [*words[:850], "another", *words[851:]]
    (edit,) = diff([" ".join(words)], [" ".join(changed)])

    assert [span.text for span in edit.spans() if span.kind != "same"] == ["word850", "another"]
    assert " ".join(s.text for s in edit.spans() if s.kind != "removed") == " ".join(changed)


def test_a_rewritten_text_without_sentences_is_compared_as_a_whole() -> None:
    before, after = ([f"{side}{n % 7}x{n} same{n}" for n in range(400)] for side in "ab")
    (edit,) = diff([" ".join(before)], [" ".join(after)])

    assert {span.kind for span in edit.spans()} == {"removed", "added", "same"}
    assert changes(" ".join(before), " ".join(after))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("May 5, 2018", ()),
        ("Friday 12:30 pm", ()),
        ("Saturday", ()),
        ("— 5 June, 9:05 am —", ()),
        ("12:30 GMT of the day", (Change.ADDITION,)),
        ("Friday the soldiers left", (Change.ADDITION,)),
    ],
)
def test_a_date_or_one_word_changes_by_itself(line: str, expected: tuple[Change, ...]) -> None:
    assert changes("", line) == expected


def test_a_line_of_dashes_is_compared_like_any_other() -> None:
    with at_most_seconds(5):
        assert changes("", "-" * 100_000 + " two words") == (Change.ADDITION,)


def test_words_longer_than_any_word_are_not_compared_by_their_letters() -> None:
    long, other = "ab" * 50_000, "ba" * 50_000
    with at_most_seconds(5):
        found = changes(f"Not far away {long} has left.", f"Not far away {other} {long}x has left.")

    assert found == (Change.ADDITION,)


def test_thousands_of_words_in_other_spellings_end_the_search_for_them() -> None:
    words = random.Random(1)

    def text() -> list[str]:
        frame = " ".join(f"k{n}" for n in range(60))
        spelt = ("".join(words.choices("abc", k=38)) for _ in range(48 * 100))
        return [f"X{n} {frame} {' '.join(islice(spelt, 48))}." for n in range(100)]

    with at_most_seconds(10):
        assert find_changes(("H", "H"), (text(), text()))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Sentence a{n} has b{n} here. ", "Sentence c{n} has d{n} here. "),  # all are others
        ("The man said so {n} again. ", "The man said so x{n} again. "),  # all have the same words
        ("The m{n} said so. Yes. ", "The m{n} said so. Never. "),  # every second one is another
        ("Never. Yes it is. ", "Never. Yes is. "),  # few that repeat
    ],
)
def test_a_text_of_thousands_of_sentences_is_compared(before: str, after: str) -> None:
    one = ["".join(before.format(n=n) for n in range(4000))]
    other = ["".join(after.format(n=n) for n in range(4000))]

    with at_most_seconds(10):
        edits = diff(one, other)

    assert sum(bool(edit.after) for edit in edits) == other[0].count(".")
    assert sum(bool(edit.before) for edit in edits if edit.kind != "same") <= one[0].count(".")


def test_edited_sentences_of_a_long_text_are_found() -> None:
    text = [f"On day {n} the boat n{n} left the harbour of p{n * 7}." for n in range(2000)]
    edited = [s.replace("left", "entered") if n % 10 == 3 else s for n, s in enumerate(text)]

    kinds = [edit.kind for edit in diff(text, edited)]

    assert kinds.count("edited") == 200
    assert kinds.count("same") == 1800
