"""Weights learnt from labels, and what is said of them."""

from datetime import date

import pytest

from crawler.topic.file import load, read_text
from crawler.topic.fit import (
    NAMES,
    Example,
    TooFew,
    best_threshold,
    calibrate,
    fit,
    learn,
    refuse_too_few,
    unseen,
)
from crawler.topic.probability import logistic
from crawler.topic.writing import with_numbers

BASE = 0.01
NOTHING = dict.fromkeys(NAMES, 0.0)


def example(
    *,
    label: bool,
    kind: str,
    group: str = "a",
    event: str = "",
) -> Example:
    sentence = {"bias": 1.0, kind: 1.0}
    events = frozenset([event]) if event else frozenset[str]()
    return Example(label=label, sentences=[sentence], group=group, events=events)


def corpus() -> list[Example]:
    """Return labels that say: withdrawals are on topic, presence is not; nine in ten."""
    found = []
    for number in range(140):
        is_odd = number % 10 == 9
        group = f"outlet {number % 7}"
        found.append(example(label=not is_odd, kind="k_withdraw", group=group))
        found.append(example(label=is_odd, kind="k_presence", group=group))
    return found


def test_what_labels_say_is_learnt() -> None:
    weights = learn(corpus(), NOTHING, BASE)

    assert weights["k_withdraw"] > 1
    assert weights["k_presence"] < -1
    assert weights["k_stay"] == 0
    assert logistic(weights["bias"] + weights["k_withdraw"]) == pytest.approx(0.9, abs=0.05)


def test_the_slope_is_that_of_the_loss() -> None:
    """The minimum is one: no step from it is better."""
    rows = corpus()
    weights = learn(rows, NOTHING, BASE)
    again = learn(rows, NOTHING | {"bias": 2.0, "k_withdraw": 0.0}, BASE)

    assert again["k_withdraw"] == pytest.approx(weights["k_withdraw"], abs=0.1)


def test_few_labels_change_little_of_what_was_begun_with() -> None:
    begun = NOTHING | {"k_stay": 1.5}
    weights = learn([example(label=False, kind="k_stay")], begun, BASE)

    assert 0.5 < weights["k_stay"] < 1.5
    assert weights["k_withdraw"] == 0


def test_nothing_is_learnt_from_the_outlet_or_event_of_a_text_left_out() -> None:
    """One outlet says of a kind what no other says; and one event is in two outlets."""
    alone = [example(label=True, kind="k_fate", group="alone") for _ in range(20)]
    probabilities = unseen([*corpus(), *alone], NOTHING, BASE)
    assert max(probabilities[-20:]) < 0.7

    event = [
        example(label=True, kind="k_fate", group=group, event="one")
        for group in ("outlet 1", "outlet 2")
        for _ in range(10)
    ]
    probabilities = unseen([*corpus(), *event], NOTHING, BASE)
    assert max(probabilities[-20:]) < 0.7


def test_calibration_turns_overconfidence_into_shares() -> None:
    raw = [0.999] * 10 + [0.001] * 10
    labels = [True] * 8 + [False] * 2 + [False] * 8 + [True] * 2
    slope, offset = calibrate(raw, labels)

    assert 0 < slope < 0.5
    assert offset == pytest.approx(0, abs=0.1)


def test_a_threshold_is_higher_where_less_is_on_topic() -> None:
    probabilities = [0.9, 0.8, 0.55, 0.6, 0.3, 0.2]
    labels = [True, True, True, False, False, False]

    often = best_threshold(probabilities, labels, 0.5)
    seldom = best_threshold(probabilities, labels, 0.05)
    assert seldom > 0.6 > often


def test_too_few_labels_are_refused() -> None:
    with pytest.raises(TooFew, match="3 labels on topic and 0 off topic: learning needs 60"):
        refuse_too_few([example(label=True, kind="k_stay")] * 3)
    one_outlet = [example(label=label, kind="k_stay") for label in (True, False) for _ in range(60)]
    with pytest.raises(TooFew, match="of 1 outlets: learning needs 5"):
        refuse_too_few(one_outlet)


def test_what_was_learnt_is_written_between_terms_and_comments() -> None:
    found = fit(corpus(), load().model.weights, BASE)
    text = read_text()
    written = with_numbers(text, found.tables(date(2026, 1, 2), "280 labels"))

    assert found.score.f1 > 0.85
    assert 'date = "2026-01-02"' in written
    assert f"k_presence = {found.weights['k_presence']:.2f}" in written
    before, after = text.splitlines(), written.splitlines()
    assert len(after) == len(before)
    changed = [line for line in before if line not in after]
    assert all("=" in line and "[" not in line for line in changed)
    assert any("# a presence" in line for line in after)
