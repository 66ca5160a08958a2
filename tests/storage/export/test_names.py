"""Names in the parts that a list of references sorts by."""

import pytest

from storage.export.names import read_name


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("Tom Barrow", "Barrow, Tom"),
        ("Mary Ann Heron", "Heron, Mary Ann"),
        ("Barrow, Tom", "Barrow, Tom"),
        ("Jan van der Meer", "van der Meer, Jan"),
        ("Ursula von der Aue", "von der Aue, Ursula"),
        ("Omar bin Salman", "bin Salman, Omar"),
        ("Leila al-Masri", "al-Masri, Leila"),
        ("Leila Al Masri", "Al Masri, Leila"),
        ("Martin Wren, Jr.", "Wren, Jr., Martin"),
        ("Martin Wren III", "Wren, III, Martin"),
        ("Сергей Цаплин", "Цаплин, Сергей"),
        ("سامر الحداد", "الحداد, سامر"),
        ("خالد بن يوسف", "بن يوسف, خالد"),
        ("دانا כהן", "כהן, دانا"),
        ("משה בן דוד", "בן דוד, משה"),
        ("Ayşe Yılmaz", "Yılmaz, Ayşe"),
        ("Berfîn Demir", "Demir, Berfîn"),
        ("O'Neil Heron-Wren", "Heron-Wren, O'Neil"),
    ],
)
def test_a_person_is_listed_by_the_family_name(written: str, listed: str) -> None:
    assert read_name(written).sorted() == listed


@pytest.mark.parametrize(
    "written",
    [
        "Reuters",
        "Reuters and AFP",
        "AFP Beirut",
        "The Lantern News Desk",
        "وكالة المرفأ",
        "Редакция «Причал»",
        "خبرگزاری بندر",
        "מערכת הנמל",
        "山田太郎",
        "By our correspondent in the far north",
        "desk@heron.example",
        "bin Salman",
        "",
    ],
)
def test_what_is_no_person_with_certainty_stays_whole(written: str) -> None:
    assert read_name(written).literal == written
