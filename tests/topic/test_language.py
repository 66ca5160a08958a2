from crawler.topic.language import contradicts, identify
from tests.topic.test_rules import ON_TOPIC


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


def test_a_template_that_claims_english_is_not_believed_over_other_words() -> None:
    for language in ("de", "tr", "ru", "ar"):
        assert contradicts("en", ON_TOPIC[language] * 3)
    assert not contradicts("en", ON_TOPIC["en"] * 3)
    assert not contradicts("tr", ON_TOPIC["de"] * 3)
