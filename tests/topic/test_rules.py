from pathlib import Path

import pytest

from crawler.errors import TopicError
from crawler.topic import rules
from crawler.topic.language import contradicts, identify
from crawler.topic.matcher import Concept, fold
from storage.model import Verdict
from tests.conftest import read_rows

ON_TOPIC = {
    "en": "The last American soldiers will leave Syria before winter, the general said.",
    "de": "Die letzten amerikanischen Soldaten ziehen ab: Der Abzug aus Syrien endet im Winter.",
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
]


def judge(headline: str, *body: str) -> Verdict:
    return rules.judge(rules.load(), headline=headline, body=body)


@pytest.mark.parametrize("language", ON_TOPIC)
def test_a_withdrawal_is_found_in_nine_languages(language: str) -> None:
    verdict = judge(ON_TOPIC[language])

    assert verdict.relevant
    assert verdict.evidence[0].sentence == ON_TOPIC[language]
    assert verdict.evidence[0].terms


@pytest.mark.parametrize("headline", OFF_TOPIC)
def test_other_news_is_off_topic(headline: str) -> None:
    assert not judge(headline).relevant


def test_the_country_is_written_in_capitals() -> None:
    assert judge("US troops to leave Syria").relevant
    assert judge("US-Soldaten ziehen aus Syrien ab, Abzug beendet").relevant


def test_evidence_says_where_and_how_much() -> None:
    verdict = judge("A short visit", "Nothing here.", "Russian forces will stay in Syria, he said.")

    assert [(e.place, e.terms) for e in verdict.evidence] == [
        ("lead", ("stay", "forces", "russian"))
    ]
    assert verdict.score == pytest.approx(sum(e.weight for e in verdict.evidence))


def test_folding_makes_writings_of_a_word_equal() -> None:
    assert fold("إسرائيل") == fold("اسرائيل")
    assert fold("Ёлка") == fold("елка")
    assert fold("ISPARTA ıspanak") == fold("isparta ispanak")
    assert fold("Qamişlo") == fold("qamislo")
    assert fold("می‌شوند") == "مي شوند"


def test_terms_match_whole_words_prefixes_and_gaps() -> None:
    concept = Concept({"en": ["pull* out", "bring * home"], "ar": ["قوات*"], "he": ["כוחות"]})

    assert concept.find(fold("They pulled out.")) == "pulled out"
    assert concept.find(fold("Bring our brave troops home")) is not None
    assert concept.find(fold("وبالقوات")) is not None
    assert concept.find(fold("שהכוחות")) is not None
    assert concept.find(fold("pullover outside")) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('version = "1"', 'version = "1"\nextra = 3'), "unknown key 'extra'"),
        (("[foreign]", "[alien]"), "'foreign' is missing"),
        (("relevant = ", "relevnt = "), "weights.relevant is missing"),
        (('"syria*"', '"*"'), r"\[place\] has a term without letters"),
        (("[place]", "[place"), "cannot be used"),
    ],
)
def test_a_topic_file_with_mistakes_is_refused(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    shipped = Path(rules.__file__).parent / "topics" / "syria-withdrawal.toml"
    file = tmp_path / "topic.toml"
    file.write_text(shipped.read_text("utf-8").replace(*change), "utf-8")

    with pytest.raises(TopicError, match=said):
        rules.load(file)


def test_language_is_identified_from_a_sentence_on() -> None:
    for language in ("en", "de", "fr", "ru", "ar", "fa", "tr", "he"):
        assert identify(ON_TOPIC[language] * 2) == language
    assert identify("too short") is None


def test_a_claim_that_the_script_contradicts_is_seen() -> None:
    assert contradicts("en", ON_TOPIC["ar"])
    assert contradicts("ar", ON_TOPIC["en"] * 2)
    assert contradicts("ru", ON_TOPIC["he"])
    assert not contradicts("fa", ON_TOPIC["ar"])
    assert not contradicts("de", ON_TOPIC["en"])
    assert not contradicts("en", "")


def test_quality_on_labelled_texts_has_a_floor(shared: Path) -> None:
    found = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for row in read_rows(shared / "data/topic/dev.jsonl"):
        verdict = judge(row["title"] or "", *(row["text"] or "").split("\n"))
        found[verdict.relevant, row["label"] == 1] += 1
    precision = found[True, True] / (found[True, True] + found[True, False])
    recall = found[True, True] / (found[True, True] + found[False, True])

    assert 2 * precision * recall / (precision + recall) >= 0.80


def test_a_template_that_claims_english_is_not_believed_over_other_words() -> None:
    for language in ("de", "tr", "ru", "ar"):
        assert contradicts("en", ON_TOPIC[language] * 3)
    assert not contradicts("en", ON_TOPIC["en"] * 3)
    assert not contradicts("tr", ON_TOPIC["de"] * 3)
