import pytest

from crawler.topic.lexicon import Lexicon
from storage.words.forms import fold, forms


def found(lexicon: Lexicon, text: str) -> list[tuple[str, str]]:
    """Return the terms in a text, with their concepts."""
    words = lexicon.words(text)
    hits = lexicon.find(text, words)
    return [(hit.concept, " ".join(words[hit.first : hit.after])) for hit in hits]


def test_folding_makes_writings_of_a_word_equal() -> None:
    assert fold("إسرائيل") == fold("اسرائيل")
    assert fold("Ёлка") == fold("елка")
    assert fold("ISPARTA") == fold("ısparta")
    assert fold("Qamişlo") == "qamislo"
    assert fold("סוריה") == fold("סוריה\u05b0")
    assert fold("تسلّم") == fold("تسلم")
    assert fold("ک") == fold("ك")
    assert fold("İsrail") == "israil"


@pytest.mark.parametrize(
    ("word", "bare"),
    [
        ("وبالقوات", "قوات"), ("للانسحاب", "انسحاب"), ("سينسحب", "ينسحب"), ("והכוחות", "כוחות"),
        ("Suriye’den", "suriye"), ("l'armée", "armee"), ("Russia's", "russia"),
    ],
)  # fmt: skip
def test_words_are_known_without_their_clitics(word: str, bare: str) -> None:
    assert fold(bare) in [form.folded for form in forms(word)]


def test_terms_are_words_beginnings_endings_and_gaps() -> None:
    lexicon = Lexicon(
        {
            "leave": ["pull* out", "bring * home", "zieh* ** ab"],
            "force": ["*truppen", "troop*"],
            "exclude": [],
        }
    )

    assert found(lexicon, "They pulled out.") == [("leave", "pulled out")]
    assert found(lexicon, "Bring our brave troops home")[0][0] == "leave"
    assert found(lexicon, "bring one two three four home") == []
    assert found(lexicon, "pullover outside") == []
    assert found(lexicon, "Sie ziehen ihre Bodentruppen aus dem Norden ab") == [
        ("leave", "ziehen ihre Bodentruppen aus dem Norden ab"),
        ("force", "Bodentruppen"),
    ]


def test_capitals_and_qualifiers() -> None:
    lexicon = Lexicon({"actor": ["US", "iran*"], "exclude": ["*-backed"]})

    assert found(lexicon, "The US and U.S. tell us") == [("actor", "US"), ("actor", "U.S.")]
    assert found(lexicon, "US-backed and Iran\u2011backed") == []
    assert found(lexicon, "The US backed it") == [("actor", "US")]


def test_a_phrase_that_is_one_thing_hides_its_words() -> None:
    lexicon = Lexicon(
        {"place": ["syria*"], "force": ["army"], "local": ["syrian army"], "exclude": ["left wing"],
         "leave": ["left"]}
    )  # fmt: skip

    assert found(lexicon, "The Syrian army left Syria") == [
        ("local", "Syrian army"), ("leave", "left"), ("place", "Syria"),
    ]  # fmt: skip
    assert found(lexicon, "the left wing") == []


def test_no_text_is_too_long_for_what_is_remembered() -> None:
    lexicon = Lexicon({"place": ["syria*"], "leave": ["pull* out"]}, most_known=10)
    text = "Syria is first. " + " ".join(f"word{n} Syria{n}" for n in range(50)) + " pulled us out"
    words = lexicon.words(text)

    assert lexicon.may_say(words, "place")
    assert lexicon.may_say(words, "movement")
    assert lexicon.last(words, "place") == len(words) - 4
    assert lexicon.last(words, "leave") is None  # no word of it is a term by itself
    assert len(found(lexicon, text)) == 51


@pytest.mark.parametrize("most_known", [0, 1, 3, 1000])
def test_answers_do_not_depend_on_what_was_asked_before(most_known: int) -> None:
    terms = {"place": ["syria*", "north east"], "force": ["troop*"], "leave": ["bring * home"]}
    words = "Bring the troops home from the North East of Syria said nobody".split()
    text = " ".join(words)
    fresh = [Lexicon(terms) for _ in range(4)]
    used = Lexicon(terms, most_known=most_known)

    for _ in range(2):  # `words` is never called: no call has to come first
        assert used.last(words, "place") == fresh[0].last(words, "place") == 9
        assert used.find(text, words) == fresh[1].find(text, words)
        assert used.says(words) == fresh[2].says(words)
        assert used.may_say(words, "movement")
        assert fresh[3].may_say(words, "movement")
        assert used.last(["Other", "words"], "place") is None


def test_readers_of_one_lexicon_do_not_disturb_each_other() -> None:
    lexicon = Lexicon({"place": ["syria*"]}, most_known=5)
    one, other = lexicon.words("Syria is near"), lexicon.words("a b c d e f g Syria")

    assert lexicon.last(other, "place") == 7
    assert lexicon.last(one, "place") == 0
    assert lexicon.last(other, "place") == 7
