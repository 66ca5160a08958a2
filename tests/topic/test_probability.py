"""Sentences joined to the probability of a text, and what is shown of it."""

import pytest

from crawler.topic.probability import Model, logistic, logit

WEIGHTS = {"bias": -1.0, "k_withdraw": 2.0, "civil": -0.6}
PLAIN = {"slope": 1.0, "offset": 0.0, "learnt_share": 0.3, "share": 0.3, "base": 0.001}


def test_each_sentence_may_be_reason_enough() -> None:
    model = Model(WEIGHTS, PLAIN)

    assert model.joined([]) == pytest.approx(0.001)
    assert model.joined([0.5]) == pytest.approx(1 - 0.999 * 0.5)
    assert model.joined([0.5, 0.5]) == pytest.approx(1 - 0.999 * 0.25)


def test_weights_are_added() -> None:
    model = Model(WEIGHTS, PLAIN)
    assert model.probability_of({"bias": 1, "k_withdraw": 1}) == pytest.approx(logistic(1))
    assert model.probability_of({"bias": 1, "k_withdraw": 0.5}) == pytest.approx(0.5)


def test_a_stream_with_less_on_topic_makes_each_text_less_likely() -> None:
    rare = Model(WEIGHTS, PLAIN | {"share": 0.05})
    usual = Model(WEIGHTS, PLAIN)

    shift = logit(usual.joined([0.7])) - logit(rare.joined([0.7]))
    assert shift == pytest.approx(logit(0.3) - logit(0.05))


def test_reasons_are_the_largest_parts_of_one_side() -> None:
    model = Model(WEIGHTS, PLAIN)
    features = {"bias": 1.0, "k_withdraw": 1.0, "civil": 1.0}

    assert model.reasons(features, for_it=True) == ("a withdrawal +2.0",)
    assert model.reasons(features, for_it=False) == ("civilians are named -0.6",)


@pytest.mark.parametrize("value", [-800.0, -3.0, 0.0, 3.0, 800.0])
def test_no_logit_is_too_large(value: float) -> None:
    assert 0 <= logistic(value) <= 1
    assert logit(logistic(value)) == pytest.approx(max(-28, min(28, value)), abs=1)
