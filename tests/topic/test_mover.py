"""The rules that say who moves: each decides its own example."""

import pytest

from crawler.topic.file import load
from crawler.topic.lexicon import MOVEMENTS
from crawler.topic.mover import RULES, Around, Rule, around, mover_of, rule_for
from crawler.topic.sentence import Sentence

WINDOW = 16


def movements(text: str) -> list[Around]:
    """Return the movements of a sentence, in the order of kinds."""
    lexicon = load().lexicon("en")
    read = Sentence(text, lexicon.find(text, lexicon.words(text)))
    return [around(read, kind, hit, WINDOW) for kind in MOVEMENTS for hit in read.terms(kind)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example)
def test_each_rule_decides_its_example(rule: Rule) -> None:
    assert rule_for(movements(rule.example)[0], RULES) is rule


@pytest.mark.parametrize("rule", RULES[:-1], ids=lambda rule: rule.example)
def test_without_its_rule_an_example_means_something_else(rule: Rule) -> None:
    others = [other for other in RULES if other is not rule]
    next_rule = rule_for(movements(rule.example)[0], others)

    assert next_rule is not None
    assert next_rule.mover != rule.mover


@pytest.mark.parametrize(
    ("text", "mover"),
    [
        ("Russia hands over its base to the Syrian army", "foreign_force"),
        ("American troops stay in Syria", "foreign_force"),
        ("Moscow has said for many long years of war and of talks that it will leave", "foreign"),
        ("Troops will leave Syria", "unnamed"),
        ("Families in Aleppo leave as American troops advance", "local"),
        ("American troops will stay in Syria to fight IS", "foreign_force"),
        ("Daesh withdraws from a town in Syria", "local"),
    ],
)
def test_who_moves(text: str, mover: str) -> None:
    assert mover_of(movements(text)[0]) == mover
