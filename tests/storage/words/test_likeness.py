"""Spellings of one name are kept apart from other words with the same consonants."""

import pytest

from storage.words.likeness import is_one_name


@pytest.mark.parametrize(
    "names",
    [
        "Lavrentiev Lavrentyev Lawrentjew Лаврентьев לברנטייב لافرينتييف لاورنتیف",
        "Putin Poutine Путин פוטין بوتين پوتین",
        "Israel Израиль ישראל إسرائيل İsrail",
        "Haftar Хафтар חפתר حفتر",
        "Zelensky Zelenskyj Зеленский זלנסקי زيلينسكي",
        "Lebanon לבנון لبنان",
        "Biden Байден بايدن",
        "Gaddafi Каддафи קדאפי قذافي",
        "Kissinger Киссинджер كيسنجر קיסינג'ר",
        "Qamishli Камышлы قامشلي",
        "Hezbollah Хезболла חיזבאללה Hisbollah",
        "Turkey تركيا",
        "Erdogan Эрдоган أردوغان ארדוגאן",
    ],
)
def test_spellings_of_one_name(names: str) -> None:
    first, *others = names.split()
    for other in others:
        assert is_one_name(first, other), other
        assert is_one_name(other, first), other


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Putin", "Biden Paton Patten Python Байден بايدن بدون بطن باطن פתן"),
        ("Turkey", "تركوا"),
        ("Lavrov", "Larvae"),
        ("Israel", "Azrael's"),
        ("Kuznetsov", "Gusenitsyn"),
    ],
)
def test_other_words_with_the_same_consonants(name: str, words: str) -> None:
    for word in words.split():
        assert not is_one_name(name, word), word
