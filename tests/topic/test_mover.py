"""The rules that say who moves: each decides its own example."""

import pytest

from crawler.topic.file import load
from crawler.topic.lexicon import MOVEMENTS, spans_of
from crawler.topic.mover import RULES, Rule, around, mover_of, rule_for
from crawler.topic.sentence import Sentence

WINDOW = 16


def sentence(text: str) -> Sentence:
    lexicon = load().lexicon("en")
    return Sentence(text, spans_of(text), lexicon.find(text, lexicon.words(text)))


def deciding(text: str) -> list[Rule | None]:
    """Return the rule that decides each movement of a sentence."""
    read = sentence(text)
    return [
        rule_for(around(read, kind, hit, WINDOW), RULES)
        for kind in MOVEMENTS
        for hit in read.terms(kind)
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example)
def test_each_rule_decides_its_example(rule: Rule) -> None:
    assert deciding(rule.example)[0] is rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example)
def test_without_its_rule_an_example_means_something_else(rule: Rule) -> None:
    read = sentence(rule.example)
    kind = next(kind for kind in MOVEMENTS if read.terms(kind))
    found = around(read, kind, read.terms(kind)[0], WINDOW)
    next_rule = rule_for(found, [other for other in RULES if other is not rule])

    assert (next_rule.mover if next_rule else None) != rule.mover


@pytest.mark.parametrize(
    ("text", "mover"),
    [
        ("Russia hands over its base to the Syrian army", "foreign_force"),
        ("American troops stay in Syria", "foreign_force"),
        ("Moscow has said for many long years of war that it will leave Syria", None),
        ("Troops will leave Syria", "unnamed"),
        ("Nobody minds that the troops of all these countries will leave Syria", None),
    ],
)
def test_who_moves(text: str, mover: str | None) -> None:
    read = sentence(text)
    kind = next(kind for kind in MOVEMENTS if read.terms(kind))
    found = mover_of(read, kind, read.terms(kind)[0], WINDOW)

    assert (found.name if found else None) == mover
