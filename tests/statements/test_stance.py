"""The rules that say in which direction a movement is meant: each decides its own example."""

import pytest

from crawler.statements.case import Case
from crawler.statements.claiming import distinct
from crawler.statements.holder import holder_of
from crawler.statements.stance import LEAVING_RULES, STAYING_RULES, Rule, stance_of
from crawler.statements.voices import scene_of
from crawler.statements.wordbook import Wordbook
from crawler.topic.file import load
from crawler.topic.movement import Binder
from crawler.topic.sentence import Sentence

RULES = (*LEAVING_RULES, *STAYING_RULES)


def case_of(text: str, language: str = "en") -> Case:
    """Return the clearest movement of a sentence, with whose claim it is."""
    topic = load()
    lexicon = Wordbook(topic).lexicon(language)
    sentence = Sentence(text, lexicon.find(text, lexicon.words(text)))
    movement = distinct(sentence, Binder(topic.settings).bind(sentence, is_near=True))[0]
    held = holder_of(scene_of(sentence, language), movement.around.movement)
    return Case(sentence, movement, held, language)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example)
def test_each_rule_decides_its_example(rule: Rule) -> None:
    assert stance_of(case_of(rule.example)) is rule


@pytest.mark.parametrize(
    ("language", "text", "stance"),
    [
        ("tr", "Türk askerleri Suriye'den ayrılmayacak", "stays"),
        ("tr", "ABD askerleri Suriye'den çekilecek", "will_leave"),
        ("ru", "Российские войска не уйдут из Сирии", "stays"),
        ("ru", "Дамаск потребовал вывода турецких войск из Сирии", "should_leave"),
        ("ar", "دمشق تطالب بانسحاب القوات التركية من سوريا", "should_leave"),
        ("ar", "القوات الأمريكية غادرت سوريا بالكامل", "left"),
        ("fa", "نیروهای آمریکایی سوریه را ترک کردند", "left"),
        ("he", "צה\"ל יישאר בסוריה", "stays"),
        ("de", "Damaskus fordert den Abzug der türkischen Truppen aus Syrien", "should_leave"),
        ("de", "Die letzten amerikanischen Soldaten haben Syrien verlassen, der Abzug ist "
               "abgeschlossen", "left"),
        ("fr", "Les soldats américains ont quitté la Syrie", "left"),
        ("fr", "Les forces étrangères doivent quitter la Syrie", "should_leave"),
        ("ku", "Leşkerên Tirkiyê ji Sûriyê venakişin", "stays"),
    ],
)  # fmt: skip
def test_directions_are_read_in_nine_languages(language: str, text: str, stance: str) -> None:
    rule = stance_of(case_of(text, language))

    assert rule is not None
    assert rule.stance == stance
