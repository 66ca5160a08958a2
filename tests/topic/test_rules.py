"""What the shipped topic finds: who leaves or stays, where; and what it leaves alone."""

import tomllib
from dataclasses import replace
from itertools import islice, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.topic.quality import score
from crawler.topic.rules import judge, load
from storage.records.verdict import Verdict
from tests.conftest import read_rows
from tests.support.labelled_texts import read_labels

ON_TOPIC = {
    "en": "The last American soldiers will leave Syria before winter, the general said.",
    "de": "Die letzten amerikanischen Soldaten ziehen noch vor dem Winter aus Syrien ab.",
    "fr": "Les derniers soldats américains quittent la Syrie avant l'hiver.",
    "ru": "Последние американские военные покинут Сирию до начала зимы.",
    "ar": "ستغادر القوات الأمريكية الأخيرة سوريا قبل بداية الشتاء، والانسحاب مستمر.",
    "fa": "آخرین نیروهای آمریکایی پیش از زمستان از سوریه خارج می‌شوند.",
    "tr": "Son Amerikan askerleri kıştan önce Suriye'den çekilecek.",
    "he": "הכוחות האמריקאיים האחרונים ייסוגו מסוריה לפני החורף.",
    "ku": "Hêzên Amerîkî yên dawî berî zivistanê ji Sûriyê derdikevin, vekişîn didome.",
}
OFF_TOPIC = [
    "The baker leaves the oven on all night, says his wife in the village.",
    "Syrian olives are the best in ten years, farmers said after the rain.",
    "American troops will leave Iraq before winter, the general said.",
    "Rebels withdrew from the last district of Aleppo, monitors reported.",
    "The United States withdraws from the climate agreement this year.",
    "US-backed fighters leave a district of Raqqa in Syria after clashes.",
    "They told us to leave, says a baker from Aleppo in Syria.",
    "Israeli team withdraws from a tournament that Syria attends.",
    "Blast near a Turkish base in Syria leaves four dead.",
    "Russia leaves the door open for a new vote on Syria.",
]


def verdict(headline: str, *body: str, language: str | None = None) -> Verdict:
    return judge(load(), headline=headline, body=body, language=language)


@pytest.mark.parametrize("language", ON_TOPIC)
@pytest.mark.parametrize("is_declared", [True, False])
def test_a_withdrawal_is_found_in_nine_languages(language: str, *, is_declared: bool) -> None:
    found = verdict(ON_TOPIC[language], language=language if is_declared else None)

    assert found.relevant
    assert found.evidence[0].sentence == ON_TOPIC[language]
    assert found.evidence[0].mover == "foreign"


@pytest.mark.parametrize("headline", OFF_TOPIC)
def test_other_news_is_off_topic(headline: str) -> None:
    assert not verdict(headline).relevant


HEADLINES = tomllib.loads((Path(__file__).parent / "headlines.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("language", "headline", "is_on"),
    [
        (language, headline, side == "on")
        for language, sides in HEADLINES.items()
        for side, headlines in sides.items()
        for headline in headlines
    ],
)
def test_headlines_of_nine_languages(language: str, headline: str, *, is_on: bool) -> None:
    assert verdict(headline, language=language).relevant == is_on


def test_the_country_is_written_in_capitals() -> None:
    assert verdict("US troops to leave Syria").relevant
    assert verdict("U.S. troops to leave Syria").relevant
    assert verdict("US-Soldaten ziehen aus Syrien ab", language="de").relevant
    assert not verdict("They told us: leave Syria").relevant


def test_a_movement_is_bound_to_the_nearest_place() -> None:
    assert not verdict(
        "US troops leave Iraq for a base at home, months after Syria strikes"
    ).relevant
    assert verdict("US troops leave Iraq and Syria").relevant
    assert verdict("A visit to Syria", "American troops will withdraw.").relevant
    assert not verdict("A visit", "American troops will withdraw.").relevant


def test_a_base_that_is_handed_over_names_those_who_get_it() -> None:
    found = verdict("Russia hands over its base at Hmeimim to the Syrian army")

    assert found.relevant
    assert (found.evidence[0].movement, found.evidence[0].mover) == ("handover", "foreign")


@pytest.mark.parametrize(
    ("headline", "asked", "denied"),
    [
        ("Damascus demands that Israeli forces leave Syria", True, False),
        ("Israeli forces will not leave Syria, minister says", False, True),
        ("Israeli forces leave Syria", False, False),
        ("Дамаск требует вывода турецких войск из Сирии", True, False),
        ("أنقرة: لن نسحب جنودنا من شمال سوريا", False, True),
    ],
)
def test_evidence_tells_whether_it_is_asked_for_or_denied(
    headline: str, *, asked: bool, denied: bool
) -> None:
    (evidence,) = verdict(headline).evidence

    assert (evidence.is_asked, evidence.is_denied) == (asked, denied)


@pytest.mark.parametrize("name", ["Qasemi", "Ghasemi", "Qassemi", "Araghchi", "Araqchi"])
def test_names_are_known_in_every_transliteration(name: str) -> None:
    assert verdict(f"{name}: nobody can force us to withdraw from Syria").relevant


def test_terms_of_another_language_do_not_count() -> None:
    """`base` is a force in English and nothing in German; `left` no word of French."""
    german = "Die Base der Russen in Syrien"
    assert verdict(german, language="de").score == 0
    assert verdict("Russian left Syria base", language="fr").score == 0


def test_evidence_has_its_place_and_weight() -> None:
    found = verdict("A short visit", "Nothing here. Russian forces will leave Syria, he said.")
    (evidence,) = found.evidence

    assert (evidence.place, evidence.mover, evidence.paragraph) == ("short", "foreign", 0)
    assert "Nothing here. "[evidence.start - 14 :] == "Nothing here. "
    marked = {m.concept: evidence.sentence[m.start : m.end] for m in evidence.marks}
    assert marked["actor"] == "Russian"
    assert marked["force"] == "forces"
    assert marked["place"] == "Syria"
    assert found.score == pytest.approx(evidence.weight)


def test_passing_mentions_in_a_long_text_are_no_story() -> None:
    other = ["The market opened late on Monday, and nobody minded."] * 12
    passing = "American troops will leave Syria, he said."

    assert not verdict("Market opens", *other, passing).relevant
    assert verdict("Market opens", *other, passing, *other[:2], passing, passing).relevant


@settings(max_examples=300)
@given(st.text(max_size=400), st.lists(st.text(max_size=400), max_size=4))
def test_any_text_is_judged(headline: str, body: list[str]) -> None:
    found = verdict(headline, *body)

    for evidence in found.evidence:
        for mark in evidence.marks:
            assert evidence.sentence[mark.start : mark.end]


@pytest.mark.parametrize(
    "piece", ["leave Syria US troops ", "a", "ا", ". ", "zieh ", "'", "* ", "\u0651", "US-backed "]
)
def test_a_text_of_one_piece_takes_time_in_proportion(piece: str) -> None:
    """Not measured by the clock: the words and terms that are looked at are counted."""
    lexicon = load().lexicon("en")
    text = piece * 20_000
    words = lexicon.words(text)

    assert len(words) <= 80_000
    assert len(lexicon.find(text, words)) <= 4 * len(words)


def test_a_process_judges_more_words_than_a_lexicon_remembers() -> None:
    """60,000 new words pass; each text names the place, whose last mention is looked for."""
    topic = load()
    headline = "Американские войска покинут Сирию"
    expected = verdict(headline, language="ru")
    new = map("".join, product("щ", "бвгджзклмн", *["абвгдежзиклмнпрст"] * 4))

    for _ in range(120):
        body = [f"В Сирии {' '.join(islice(new, 100))}." for _ in range(5)]
        found = judge(topic, headline=headline, body=body, language="ru")
        assert found.relevant
        assert found.evidence[0].sentence == expected.evidence[0].sentence
        assert found.evidence[0].marks == expected.evidence[0].marks


def test_a_small_memory_changes_no_verdict() -> None:
    small = replace(load(), most_known=7)
    for language, sentence in ON_TOPIC.items():
        body = ["It was in Syria.", sentence, *OFF_TOPIC, sentence]

        few = judge(small, headline=sentence, body=body, language=language)
        assert few == judge(load(), headline=sentence, body=body, language=language)


def test_languages_without_terms_share_a_lexicon() -> None:
    topic = load()

    assert topic.lexicon("mi") is topic.lexicon("yo") is topic.lexicon("any")
    assert topic.lexicon("en") is not topic.lexicon("de")


def test_the_constructed_headlines_of_the_shared_data(shared: Path) -> None:
    wrong = [
        row["id"]
        for row in read_rows(shared / "data/topic/rule_cases.jsonl")
        if verdict(row["title"], language=row["lang"]).relevant != (row["label"] == 1)
    ]

    # Four words without a force, where the headline is all there is.
    assert len(wrong) <= 3


@pytest.mark.parametrize(
    ("file", "least", "most_flagged"),
    [("dev", 0.88, 0.02), ("dev-b", 0.82, 0.02), ("dev2", 0.93, 0.04)],
)
def test_the_shipped_weights_fit_the_labelled_texts(
    shared: Path, file: str, least: float, most_flagged: float
) -> None:
    """Not how good they are on other texts: that is what bench/topic.py prints."""
    labelled = read_labels(shared / f"data/topic/{file}.jsonl")
    found = [(row, verdict(row.headline, *row.body, language=row.language)) for row in labelled]

    counted = score((row.label, v.relevant) for row, v in found)
    off = sum(not row.label for row in labelled)
    assert counted.f1 >= least
    assert counted.precision >= 0.92
    assert counted.wrong <= most_flagged * off


def test_a_paragraph_in_another_language_is_read_in_its_own() -> None:
    english = "The weather was fine on the coast, and the harbour of the town was full of boats."
    arabic = "وقال المتحدث إن القوات الأمريكية ستنسحب من سوريا في الشهر المقبل بعد اتفاق مع دمشق."

    assert verdict("A day by the sea in Syria", english, arabic, language="en").relevant
    assert not verdict("A day by the sea in Syria", english, english, language="en").relevant


def test_a_standfirst_of_one_sentence_counts_as_lead() -> None:
    sentence = "American troops are to leave their last base in Syria within a month."
    filler = ["The market opened late on Monday, and nobody in the town minded."] * 8

    found = judge(load(), headline="A new plan", standfirst=sentence, body=filler, language="en")
    assert found.relevant
    assert found.evidence[0].place == "standfirst"
    at_the_end = judge(load(), headline="A new plan", body=[*filler, sentence], language="en")
    assert (found.probability or 0) > (at_the_end.probability or 0)


def test_a_verdict_says_why_in_words() -> None:
    (evidence,) = verdict("American troops leave Syria").evidence
    assert any("a foreign force is named" in reason for reason in evidence.reasons)
    assert all(reason.split()[-1].startswith("+") for reason in evidence.reasons)

    refused = verdict("American citizens leave Syria by bus, embassy says")
    assert not refused.relevant
    assert any("-" in reason.split()[-1] for reason in refused.evidence[0].reasons)


def test_a_text_that_never_names_the_place_has_no_evidence() -> None:
    found = verdict("American troops leave a base", "The soldiers went home.")

    assert found.evidence == ()
    assert found.score == 0
    assert found.probability is not None
    assert found.probability < 0.05
