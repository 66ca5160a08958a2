"""Names have one skeleton in every script, and the names of a text are found where they are."""

import pytest

from storage.words.consonants import agree, sounds_of
from storage.words.sound import Name, names, skeleton, skeletons

_SPELLINGS = {
    "lbrntb": "Lavrentiev Lavrentyev Лаврентьев לברנטייב لافرينتييف لاورنتیف",
    "lbrb": "Lavrov Лавров לברוב لافروف لاوروف Lavrow",
    "rtkn": "Erdogan Erdoğan Эрдоган أردوغان اردوغان ئەردۆغان",
    "ksnsb": "Kuznetsov Кузнецов كوزنيتسوف קוזנצוב",
    "mslm": "Mazloum Mazlum Мазлум مظلوم",
    "slnsk": "Zelensky Zelenskyj Зеленский زيلينسكي זלנסקי",
    "slmn": "Sulaiman Süleyman Сулейман سليمان סולימאן سلێمان",
    "srs": "Jarjis Джарджис ג'רג'יס جرجس",
}


@pytest.mark.parametrize("shared", _SPELLINGS)
def test_a_name_has_one_skeleton_in_every_script(shared: str) -> None:
    for word in _SPELLINGS[shared].split():
        assert shared in skeletons(word), word


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("Lawrentjew", "de", "lbrntb"),
        ("Achmadow", "de", "kmtb"),
        ("Cemilan", "tr", "smln"),
        ("Xelîlan", "ku", "kln"),
        ("رضوان", "fa", "rsbn"),
        ("رضوان", "ar", "rtbn"),
    ],
)
def test_a_language_reads_its_letters_in_its_own_way(
    word: str,
    language: str,
    expected: str,
) -> None:
    assert skeleton(word, language) == expected


@pytest.mark.parametrize("word", ["", "Omar", "Ali", "Sisi", "F16Batman", "x" * 41, "'", "—"])
def test_a_word_with_fewer_than_three_consonants_has_no_skeleton(word: str) -> None:
    assert skeleton(word) is None


def test_accents_points_and_wide_letters_change_no_skeleton() -> None:
    assert skeleton("Ｌａｖｒｏｖ") == skeleton("Lavrov")
    assert skeleton("لَافْـرُوف") == skeleton("لافروف")
    assert skeleton("לַבְרוֹב") == skeleton("לברוב")


def _found(text: str, language: str | None) -> list[tuple[str, str]]:
    found = names(text, language)
    return [(name.skeleton, text[name.start : name.end]) for name in found]


def test_names_with_capitals_are_the_capitalised_words() -> None:
    text = "Yesterday the envoy Lavrentiev met KUZNETSOV in Damascus."

    assert _found(text, "en") == [
        ("strt", "Yesterday"),
        ("lbrntb", "Lavrentiev"),
        ("ksnsb", "KUZNETSOV"),
        ("tmsks", "Damascus"),
    ]


def test_a_word_that_the_text_also_writes_small_is_no_name() -> None:
    assert _found("Troops Leave Mirbat: the troops leave", "en") == [("mrbt", "Mirbat")]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("l'Ukraine", "fr", ("krn", "Ukraine")),
        ("Lavrov’s", "en", ("lbrb", "Lavrov")),
        ("Mirbat’tan", "tr", ("mrbt", "Mirbat")),
        ("ولافروف", "ar", ("lbrb", "لافروف")),
        ("والقذافي", "ar", ("ktb", "قذافي")),
        ("שבלברנטייב", "he", ("lbrntb", "לברנטייב")),
        ("Лаврентьевым", "ru", ("lbrntb", "Лаврентьев")),
        ("Хафтар", "ru", ("btr", "Хафтар")),
        ("Lawrows", "de", ("lbrb", "Lawrow")),
        ("مدودف", "fa", ("mtbtb", "مدودف")),
        ("لافرۆڤەکان", "ku", ("lbrb", "لافرۆڤ")),
    ],
)
def test_a_name_is_found_without_what_is_joined_to_it(
    text: str, language: str, expected: tuple[str, str]
) -> None:
    assert expected in _found(text, language)


def test_a_name_that_begins_like_a_clitic_keeps_its_whole_skeleton() -> None:
    assert ("lksntr", "الكسندر") in _found("الكسندر", "ar")
    assert ("btn", "بوتين") in _found("قال بوتين", "ar")


def test_the_places_are_those_of_the_text_as_it_is_written() -> None:
    text = "“Ｌavrov” said"

    assert names(text, "en") == [Name("lbrb", 1, 7)]


def test_a_long_text_has_as_many_names_as_its_parts() -> None:
    sentence = "The envoy Lavrentiev met Kuznetsov. "

    assert len(names(sentence * 2000, "en")) == 2000 * len(names(sentence, "en"))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Putin", "Путин", True),
        ("Putin", "بوتين", True),
        ("Putin", "פוטין", True),
        ("Putin", "Biden", False),
        ("Putin", "Байден", False),
        ("Biden", "بايدن", True),
        ("Gorbach", "גורבץ'", True),
        ("Şamil", "Шамиль", True),
        ("Jamila", "جميلة", True),
    ],
)
def test_the_sounds_of_two_names_part_those_of_one_class(
    one: str, other: str, expected: bool
) -> None:
    assert agree(sounds_of(one), sounds_of(other)) == expected
