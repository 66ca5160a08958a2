"""Who says what, in invented articles of nine languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.statements.cues import LANGUAGES
from crawler.statements.reading import find_statements
from storage.records.statement import HEADLINE, How, Statement, StatementKind

# An outlet with a voice of its own, an envoy, a minister and the agency of another country.
ARTICLE = (
    "In our last issue we wrote that the pullout could be “nothing more than a rumour of spring”.",
    "“The last convoy leaves in May,” Norland’s Foreign Ministry spokeswoman Edda Brahm said, "
    "according to the Havel news site. “Nobody will keep us here.”",
    "Tomas Keller, Brahm’s envoy for the valley, clarified on Friday that her words meant the "
    "Sorrish and Marlish units too.",
    "“All of them go,” he said, but added that the plan should be seen as a “first step” only.",
    "The visit came a week after Sorrish Prime Minister Ilan Dorvat met Brahm.",
    "“We decide alone when our soldiers return home,” the prime minister told reporters.",
    "“I have said so before,” he said.",
    "The agency quoting unnamed palace officials said that ‘no order of that kind was ever given’.",
)


def shown(statement: Statement) -> str:
    """Return the words of a statement of the article."""
    return ARTICLE[statement.paragraph][statement.start : statement.end]


def test_speakers_are_found_through_names_offices_and_pronouns() -> None:
    found = find_statements("", ARTICLE, "en")

    by_words = {shown(s): (s.name, s.how) for s in found if s.kind is not StatementKind.INDIRECT}
    assert by_words == {
        "nothing more than a rumour of spring": (None, None),
        "The last convoy leaves in May,": ("Edda Brahm", How.NAMED),
        "Nobody will keep us here.": ("Edda Brahm", How.NAMED),
        "All of them go,": ("Tomas Keller", How.LAST_SPEAKER),
        "first step": ("Tomas Keller", How.LAST_SPEAKER),
        "We decide alone when our soldiers return home,": ("Ilan Dorvat", How.ROLE),
        "I have said so before,": ("Ilan Dorvat", How.LAST_SPEAKER),
        "no order of that kind was ever given": ("unnamed palace officials", None),
    }


def test_parts_of_one_statement_share_a_group() -> None:
    found = find_statements("", ARTICLE, "en")

    first, second = [s for s in found if s.paragraph == 1]
    assert first.group == second.group
    assert first.group not in {s.group for s in found if s.paragraph != 1}


def test_who_is_cited_for_a_quotation_is_kept() -> None:
    found = find_statements("", ARTICLE, "en")

    via = {shown(s): s.via for s in found}
    assert via["The last convoy leaves in May,"] == "the Havel news site"
    assert via["no order of that kind was ever given"] == "The agency"


def test_reported_speech_is_a_statement_of_its_speaker() -> None:
    found = find_statements("", ARTICLE, "en")

    reported = {shown(s): s.name for s in found if s.kind is StatementKind.INDIRECT}
    assert reported["her words meant the Sorrish and Marlish units too"] == "Tomas Keller"


def test_the_headline_is_resolved_by_names_of_the_body() -> None:
    headline = "Brahm: “We leave in May, all of us”"

    found = find_statements(headline, ARTICLE, "en")

    (statement,) = [s for s in found if s.paragraph == HEADLINE]
    assert (headline[statement.start : statement.end], statement.name, statement.how) == (
        "We leave in May, all of us",
        "Edda Brahm",
        How.SURNAME,
    )


@pytest.mark.parametrize(
    ("language", "sentence", "words", "speaker"),
    [
        ("en", "“We leave in May,” Edda Brahm said.", "We leave in May,", "Edda Brahm"),
        ("de", "„Wir gehen im Mai“, sagte Edda Brahm am Montag.", "Wir gehen im Mai", "Edda Brahm"),
        (
            "fr",
            "« Nous partons en mai », a déclaré Edda Brahm.",
            "Nous partons en mai",
            "Edda Brahm",
        ),
        ("ru", "«Мы уходим в мае», — сказала Эдда Брам.", "Мы уходим в мае", "Эдда Брам"),
        (
            "tr",
            "Edda Brahm, “Mayıs ayında gidiyoruz” dedi.",
            "Mayıs ayında gidiyoruz",
            "Edda Brahm",
        ),
        ("ar", "وقالت إيدا برام: «سنغادر في شهر أيار».", "سنغادر في شهر أيار", "إيدا برام"),
        ("fa", "ادا برام گفت: «ما در ماه مه می‌رویم».", "ما در ماه مه می‌رویم", "ادا برام"),
        ("he", "„אנחנו עוזבים במאי“, אמרה אדה ברם.", "אנחנו עוזבים במאי", "אדה ברם"),
        ("ku", "Edda Brahm got: “Em di gulanê de diçin”.", "Em di gulanê de diçin", "Edda Brahm"),
        ("ku", "ئێدا برام وتی، «ئێمە لە ئایار دەڕۆین».", "ئێمە لە ئایار دەڕۆین", "ئێدا برام"),
    ],
)
def test_each_language_has_its_order_of_words(
    language: str,
    sentence: str,
    words: str,
    speaker: str,
) -> None:
    found = find_statements("", (sentence,), language)

    assert [(sentence[s.start : s.end], s.name) for s in found] == [(words, speaker)]


def test_a_language_without_a_grammar_has_no_statements() -> None:
    assert find_statements("", ("“Odcházíme,” řekla.",), "cs") == ()


@given(
    st.sampled_from(LANGUAGES),
    st.lists(
        st.text(max_size=40)
        | st.lists(
            st.sampled_from(
                [
                    "“",
                    "”",
                    '"',
                    "said",
                    "that",
                    "according to",
                    "He",
                    "Brahm",
                    ",",
                    ".",
                    ":",
                    "-",
                    "\u0301",
                ]
            ),
            max_size=12,
        ).map(" ".join),
        max_size=4,
    ),
)
def test_every_position_is_within_its_paragraph(language: str, body: list[str]) -> None:
    for statement in find_statements("".join(body), body, language):
        places = [statement.span, statement.cue, statement.speaker]
        for place in filter(None, places):
            text = "".join(body) if place.paragraph == HEADLINE else body[place.paragraph]
            assert 0 <= place.start < place.end <= len(text)
            assert text[place.start : place.end].strip()


def spoken(language: str, *body: str) -> list[tuple[str, str | None]]:
    """Return the quotations of a text with who says them."""
    return [
        (body[s.paragraph][s.start : s.end], s.name)
        for s in find_statements("", body, language)
        if s.kind is not StatementKind.INDIRECT
    ]


def test_the_name_of_a_channel_between_marks_is_nothing_that_is_said() -> None:
    body = 'وقالت إيدا برام لقناة "الوادي": "سنغادر القاعدة في شهر أيار".'

    assert spoken("ar", body) == [("سنغادر القاعدة في شهر أيار", "إيدا برام")]


def test_a_verb_without_subject_goes_on_with_who_spoke_before() -> None:
    first = 'قالت إيدا برام: "سنغادر القاعدة في شهر أيار".'
    second = 'وأضافت: "لن يبقى أحد هنا".'

    found = find_statements("", (first, second), "ar")

    assert [s.name for s in found] == ["إيدا برام", "إيدا برام"]
    assert [s.is_sure for s in found] == [True, False]


def test_the_subject_of_two_verbs_of_speech_is_that_of_the_first() -> None:
    body = 'وأضافت إيدا برام قائلة: "لن يبقى أحد منا هنا".'

    assert spoken("ar", body) == [("لن يبقى أحد منا هنا", "إيدا برام")]


def test_the_name_beside_a_turkish_quotation_counts_before_the_first_word() -> None:
    body = "Bölgede kalan birlikleri açıklayan Bakan Brahm, “Mayıs ayında gidiyoruz” dedi."

    assert spoken("tr", body) == [("Mayıs ayında gidiyoruz", "Bakan Brahm")]


def test_a_turkish_phrase_with_a_suffix_of_place_is_no_speaker() -> None:
    body = "Bölgede “Mayıs ayında hepimiz gidiyoruz” dedi."

    assert spoken("tr", body) == [("Mayıs ayında hepimiz gidiyoruz", None)]


def test_the_verb_of_a_german_sentence_in_two_parts_leaves_the_subject_whole() -> None:
    body = "Edda Brahm hat am Montag im Museum erklärt: „Wir gehen im Mai nach Hause.“"

    assert spoken("de", body) == [("Wir gehen im Mai nach Hause.", "Edda Brahm")]


def test_a_line_that_ends_with_a_colon_names_who_speaks_in_the_next() -> None:
    found = spoken("en", "Edda Brahm added:", "“We leave in May, all of us.”")

    assert found == [("We leave in May, all of us.", "Edda Brahm")]


def test_a_name_behind_a_dash_signs_the_quotation_before_it() -> None:
    assert spoken("en", "“We leave in May, all of us.” ― Edda Brahm") == [
        ("We leave in May, all of us.", "Edda Brahm")
    ]


def test_nobody_speaks_where_the_sentence_before_ends() -> None:
    body = "“We leave in May, all of us.” Edda Brahm said on Friday that the base is empty."

    assert spoken("en", body) == [("We leave in May, all of us.", None)]


def reported(*body: str) -> list[tuple[str, str | None]]:
    """Return what a text reports in its own words, with who says it."""
    return [
        (body[s.paragraph][s.start : s.end], s.name)
        for s in find_statements("", body, "en")
        if s.kind is StatementKind.INDIRECT
    ]


def test_a_speaker_may_be_behind_what_is_reported() -> None:
    body = (
        "The convoy carried pumps and tents, said a valley officer who asked for his name to rest."
    )

    assert reported(body) == [("The convoy carried pumps and tents", "a valley officer")]


def test_an_appositive_before_the_verb_is_no_report() -> None:
    body = "Edda Brahm, the envoy, said the last troops left."

    assert reported(body) == [("the last troops left", "Edda Brahm")]
