"""Who says whose forces leave, in an invented article and in single sentences."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.statements.claims import ClaimReader, Readable
from crawler.statements.reading import find_statements
from crawler.topic.file import load
from storage.records.claim import Claim

READER = ClaimReader(load())
PUBLISHED = date(2018, 5, 21)  # a Monday

# A nested voice, a list that refers back, conditions, a denial, an exemption, and a caption.
ARTICLE = (
    "Ankara on Sunday rejected Moscow’s call for Turkish troops to leave Syria once a new council "
    "is elected.",
    "A Turkish soldier (left) leaves Syria for good.",
    "“As long as the border is not safe, our soldiers will stay in Syria,” Turkish Defence "
    "Ministry spokesman Kemal Ordun said, according to the Bolu news site.",
    "“Every foreign soldier without the consent of Damascus must leave Syria,” Ordun said.",
    "Russian envoy Pavel Zorin clarified a day later that the appeal to foreign troops was aimed "
    "at the US and Turkey along with Iran and Hezbollah.",
    "Palace officials said that it does not include Russian troops in Syria.",
    "Reports that France withdraws from Syria are untrue.",
)


def claims_of(body: tuple[str, ...], language: str = "en", headline: str = "") -> list[Claim]:
    """Return the claims of an article, with the speakers of its quotations."""
    found = find_statements(headline, body, language)
    return list(READER.find(Readable(headline, body, language, PUBLISHED), found))


def facts(found: list[Claim]) -> set[tuple[str | None, str, str]]:
    """Return who says what of whom."""
    return {(claim.speaker, claim.force, claim.stance.value) for claim in found}


def claims_in(number: int) -> list[Claim]:
    """Return the claims of a paragraph of the article."""
    return [claim for claim in claims_of(ARTICLE) if claim.paragraph == number]


def test_a_rejected_call_is_two_claims() -> None:
    found = claims_in(0)

    assert facts(found) == {
        ("Moscow", "turkey", "should_leave"),
        ("Ankara", "turkey", "stays"),
    }
    call = next(claim for claim in found if claim.speaker == "Moscow")
    assert call.condition == "once a new council is elected"
    assert call.speaker_country == "russia"


def test_a_caption_claims_nothing() -> None:
    assert claims_in(1) == []


def test_our_soldiers_are_those_of_the_speaker() -> None:
    (claim,) = claims_in(2)

    assert facts([claim]) == {("Kemal Ordun", "turkey", "stays")}
    assert claim.condition == "As long as the border is not safe"
    assert claim.via == "the Bolu news site"


def test_all_without_consent_are_foreign() -> None:
    assert facts(claims_in(3)) == {("Kemal Ordun", "foreign", "should_leave")}


def test_a_list_refers_back_to_what_was_asked() -> None:
    assert facts(claims_in(4)) == {
        ("Pavel Zorin", force, "should_leave") for force in ("us", "turkey", "iran", "hezbollah")
    }


def test_who_is_exempt_stays() -> None:
    assert facts(claims_in(5)) == {("Palace officials", "russia", "stays")}


def test_what_is_said_to_be_untrue_is_no_claim() -> None:
    assert claims_in(6) == []


def test_the_day_that_a_sentence_names_is_the_last_before_publication() -> None:
    claim = claims_in(0)[0]

    assert (claim.said_on, claim.said_on_how) == ("2018-05-20", "Sunday")
    assert {claim.said_on for claim in claims_in(3)} == {"2018-05-21"}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Teheran weist Moskaus Forderung nach Abzug iranischer Truppen aus Syrien zurück.",
         {("Moscow", "iran", "should_leave"), ("Tehran", "iran", "stays")}),
        ("fr", "Damas exige le retrait des forces américaines, françaises et turques de Syrie.",
         {("Damascus", force, "should_leave") for force in ("us", "france", "turkey")}),
        ("ru", "Захарова: вывод иностранных войск из Сирии касается и США, и Турции.",
         {("Maria Zakharova", force, "should_leave") for force in ("us", "turkey", "foreign")}),
        ("ar", "موسكو: قواتنا باقية في سوريا", {("Moscow", "russia", "stays")}),
        ("fa", "تهران: نیروهای ایرانی در سوریه می‌مانند", {("Tehran", "iran", "stays")}),
        ("tr", "Ankara: Askerlerimiz Suriye'den çekilmeyecek", {("Ankara", "turkey", "stays")}),
        ("he", "נתניהו: נישאר בחרמון הסורי", {("Benjamin Netanyahu", "israel", "stays")}),
        ("en", "Trump announced the withdrawal of 900 troops from Syria.",
         {("Donald Trump", "us", "will_leave")}),
        ("en", "Putin and Netanyahu discuss Iran's presence in Syria.", set()),
        ("en", "The minister left the meeting on Syria.", set()),
    ],
)  # fmt: skip
def test_claims_of_single_sentences(
    language: str,
    text: str,
    expected: set[tuple[str, str, str]],
) -> None:
    assert facts(claims_of((text,), language)) == expected


@given(st.text(max_size=80), st.sampled_from(["en", "ar", "he", "tr", "ru", "ku"]))
def test_any_text_gives_spans_within_it(noise: str, language: str) -> None:
    body = (f"{noise} US troops will leave Syria if {noise} agrees. {noise}",)

    for claim in claims_of(body, language, headline=noise):
        text = noise if claim.paragraph < 0 else body[claim.paragraph]
        assert 0 <= claim.start < claim.end <= len(text)
        assert text[claim.start : claim.end].strip()
        if claim.speaker_span is not None:
            first, after = claim.speaker_span
            assert 0 <= first < after <= len(text)


def test_a_paragraph_of_one_repeated_sentence_is_read_in_linear_time() -> None:
    body = ("US troops will leave Syria if Damascus agrees. " * 300,)

    assert len(claims_of(body)) == 300


def test_a_capital_speaks_for_the_government_of_the_day() -> None:
    body = ("Damascus demands that Turkish troops leave Syria.",)
    roles = []
    for day in (date(2024, 12, 7), date(2024, 12, 9)):
        (claim,) = READER.find(Readable("", body, "en", day))
        roles.append(claim.speaker_role)

    assert roles == ["the Assad government", "the government of Ahmed al-Sharaa"]


def test_an_agency_that_is_cited_again_has_its_name() -> None:
    body = (
        "The Havel news agency reported that ‘nothing has changed in the valley’. The news agency "
        "quoting palace officials said that ‘Russian forces will stay in Syria for many years’.",
    )

    vias = {claim.via for claim in claims_of(body) if claim.force == "russia"}
    assert vias == {"Havel"}
