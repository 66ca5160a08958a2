"""The language of a text: by its letters and words, whatever its page claims."""

import pytest

from crawler.topic.language import contradicts, identify, language_of, likeliest
from crawler.topic.telltale import has_its_words, is_sorani, likely
from tests.topic.test_rules import ON_TOPIC

SORANI = "باران لە شارەکە بارییە و خوێندنگەکان داخران، بەڵام بازاڕەکان کراوە بوون و خەڵک دەڕۆن."
SORANI_BY_HEH = SORANI.replace("ە", "ه")  # as older files type it
KURMANJI = "Baran li bajêr barî û dibistan hatin girtin, lê sûk vekirî bûn û xelk ji malê derketin."
PERSIAN = "باران در شهر بارید و مدرسه‌ها بسته شد، اما بازارها باز بود و مردم از خانه بیرون آمدند."
ARABIC = "هطل المطر في المدينة وأغلقت المدارس، لكن الأسواق كانت مفتوحة وخرج الناس من البيوت."
TURKISH = (
    "Kentte yağmur yağdı ve okullar kapandı, ama pazarlar açıktı ve bir çok kişi dışarı çıktı."
)
ENGLISH = "Rain fell on the city and the schools were closed, but people went to the markets."
TEXTS = {"ku": KURMANJI, "fa": PERSIAN, "ar": ARABIC, "tr": TURKISH, "en": ENGLISH}


def test_language_is_identified_from_a_sentence_on() -> None:
    for language in ("en", "de", "fr", "ru", "ar", "fa", "tr", "he"):
        assert identify(ON_TOPIC[language] * 2) == language
    assert identify("too short") is None


@pytest.mark.parametrize("text", [SORANI, SORANI_BY_HEH, SORANI[:30], SORANI * 10])
def test_sorani_is_told_by_its_letters_whatever_its_length(text: str) -> None:
    assert is_sorani(text)
    assert identify(text) == "ku"


@pytest.mark.parametrize(
    "text",
    [
        PERSIAN,
        PERSIAN.replace("ه", "ە"),  # typed on a Kurdish keyboard
        ARABIC,
        "ھاۋا بۈگۈن ياخشى بولۇپ، شەھەردىكى بازارلار ئېچىلدى",  # Uyghur
    ],
)
def test_other_languages_in_arabic_letters_are_no_sorani(text: str) -> None:
    assert not is_sorani(text)


@pytest.mark.parametrize("claimed", ["en", "tr", "ar", "fa", "ku"])
@pytest.mark.parametrize("language", TEXTS)
def test_what_is_written_counts_more_than_what_is_claimed(language: str, claimed: str) -> None:
    assert language_of([TEXTS[language]], claimed) == language
    assert contradicts(claimed, TEXTS[language]) == (language != claimed)


def test_a_claim_that_the_script_contradicts_is_seen() -> None:
    assert contradicts("en", ON_TOPIC["ar"])
    assert contradicts("ar", ON_TOPIC["en"] * 2)
    assert contradicts("ru", ON_TOPIC["he"])
    assert not contradicts("en", "")


def test_a_claim_is_kept_where_nothing_shows_another_language() -> None:
    norwegian = "Det regnet i byen i går, og skolene var stengt, men torget var åpent."
    assert not contradicts("no", norwegian)
    assert not contradicts("de", "Regen in der Stadt")
    assert not contradicts("tr", "Suriye, Irak, Lübnan")


def test_a_notice_in_another_language_before_a_text_does_not_decide() -> None:
    notice = "We use cookies and the like to make this site of ours work for you."
    assert language_of([notice * 3, *[TURKISH] * 12], "en") == "tr"
    assert language_of([notice * 3, *[SORANI] * 12], "en") == "ku"
    assert language_of([notice, *[ENGLISH] * 12], "en") == "en"


def test_a_short_text_is_told_by_its_common_words() -> None:
    assert likeliest("Leşker ji Sûriyê dê bi şev derkevin", ["tr", "ku", "fr"]) == "ku"
    assert likely("BMW X5") is None


def test_words_of_a_paragraph_show_that_it_is_in_another_language() -> None:
    assert has_its_words(TURKISH.split(), "tr")
    assert not has_its_words(ENGLISH.split(), "tr")
    assert has_its_words(["Ankara"], "en")
    assert has_its_words(ENGLISH.split(), "eo")  # no words are listed
