"""The features of a sentence: each seen in a sentence that has it, and not in one that lacks it."""

import pytest

from crawler.topic.assessment import assess
from crawler.topic.features import MEANINGS, Features
from crawler.topic.file import load


def features(
    headline: str,
    *body: str,
    number: int = 0,
) -> Features:
    """Return the features of one judged sentence of an English text."""
    assessed = assess(load(), headline=headline, body=body, language="en")
    return assessed[number].features


@pytest.mark.parametrize(
    ("name", "having", "lacking"),
    [
        ("z_headline", "Troops leave Syria", None),
        ("k_handover", "Russia hands over a base in Syria", "Russia leaves Syria"),
        ("k_stay", "Russian forces remain in Syria", "Russian forces leave Syria"),
        ("k_fate", "The fate of the Russian base in Syria", "Russia leaves Syria"),
        ("k_talks", "Talks on the Russian base at Tartus", "Russia leaves Syria"),
        ("k_presence", "The Russian presence in Syria", "Russia leaves Syria"),
        ("m_foreign_force", "American troops leave Syria", "Troops leave Syria"),
        ("m_unnamed", "Troops withdraw from Syria", "American troops leave Syria"),
        ("m_local", "Rebels withdraw from Aleppo", "American troops leave Aleppo"),
        ("p_here", "American troops leave Syria", None),
        ("p_toward", "Russia sends troops to Syria, none to leave", "Russian troops leave Syria"),
        ("else_nearer", "US troops leave Iraq, says envoy in Syria", "US troops leave Syria"),
        ("object", "Russia withdraws from a treaty, Syria says", "Russia leaves Syria"),
        ("civil", "Refugees see American troops leave Syria", "American troops leave Syria"),
        ("arrive", "American troops raid a town in Syria and leave", "US troops leave Syria"),
        ("arrive_leave", "American troops raid a town in Syria and leave", "US troops leave Syria"),
        ("local_any", "Rebels see the American troops leave Syria", "US troops leave Syria"),
        ("duration", "Israeli army to stay in Syria indefinitely", "Israeli army leaves Syria"),
        ("call", "Damascus demands that Israeli forces leave Syria", "Israeli forces leave Syria"),
        ("actor_first", "Americans leave Syria", "The withdrawal of Americans from Syria"),
        ("here_x_force", "American troops leave Syria", "American troops stay in Syria"),
        ("leave_noforce", "Iran will leave Damascus", "Iranian forces will leave Damascus"),
        ("leave_asked", "Iran has to leave Damascus, they demand", "Iran will leave Damascus"),
        ("background", "Minister resigns after American troops withdraw from Syria",
         "American troops withdraw from Syria after ten years"),
        ("head_place", "American troops leave Syria", None),
        ("lead_strike", "Airstrike as American troops leave Syria", "US troops leave Syria"),
    ],
)  # fmt: skip
def test_a_feature_is_seen(name: str, having: str, lacking: str | None) -> None:
    assert features(having).get(name, 0) > 0
    if lacking is not None:
        assert not features(lacking).get(name)


def test_closeness_falls_with_the_words_between() -> None:
    near = features("American troops leave Syria")
    far = features("American and other troops will in the end and by the spring leave Syria")

    assert near["c_force"] > far["c_force"] > 0


def test_what_was_named_before_is_known() -> None:
    sentence = "The troops will withdraw within a month."
    found = features("A plan for Syria", "American envoys spoke.", sentence)

    assert found["p_context"] == 1
    assert found["mover_context"] == 1
    assert "p_here" not in found


def test_what_the_next_sentence_names_is_known_at_the_top() -> None:
    found = features("American troops to withdraw", "They were in Syria for years.")

    assert found["p_after"] == 1


def test_a_text_without_a_headline_is_known() -> None:
    assert features("", "American troops leave Syria.")["no_title"] == 1
    assert "no_title" not in features("A plan", "American troops leave Syria.")


def test_a_sentence_of_the_body_is_read_only_near_the_place() -> None:
    filler = ["The market opened late on Monday and nobody minded."] * 8
    leaves = "American troops will leave the town, he said."
    assessed = assess(load(), headline="A fair", body=[*filler, leaves, "Syria."], language="en")

    assert assessed == []


def test_every_feature_has_a_weight_and_no_other() -> None:
    assert set(load().model.weights) == set(MEANINGS)
