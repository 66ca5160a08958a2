"""Which invented reports tell one event, in several languages."""

import json
from datetime import date
from pathlib import Path

import pytest

from crawler.stories.grouping import Grouping, Method, Placement
from crawler.stories.reason import in_words
from crawler.stories.report import Days, Report, read_report

# Two events of one week that share their subject, and a third without any relation to them.
HARBOUR = {
    "en": (
        "Foreign warships begin to leave the harbour of Tartus, Colonel Merovan says",
        "The first of 14 ships sailed on Tuesday with 350 soldiers, Colonel Ilyan Merovan said.",
    ),
    "de": (
        "Erste Kriegsschiffe verlassen den Hafen von Tartus",
        "Das erste von 14 Schiffen lief am Dienstag mit 350 Soldaten aus, sagte Oberst Merowan.",
    ),
    "ru": (
        "Первые корабли начали покидать порт Тартус, заявил Мерован",
        "Первый из 14 кораблей вышел во вторник с 350 солдатами, сказал полковник Ильян Мерован.",
    ),
}
OUTPOST = {
    "en": (
        "Troops hand over hilltop outpost at Qarzan after night of talks",
        "The outpost above Qarzan with 90 soldiers was handed over, General Tovik Sarmad said.",
    ),
    "ru": (
        "Войска передали пост на высоте у Карзана",
        "Пост над Карзаном с 90 солдатами передан, сообщил генерал Товик Сармад.",
    ),
}
OTHERS = (
    ("Potato harvest is the best in years", "Farmers of the plain filled 800 sacks a day."),
    ("Museum opens a hall of clocks", "Visitors can see 120 clocks of three centuries."),
    ("Railway raises fares in spring", "Tickets cost 12 percent more, the board decided."),
    ("Soldiers parade for anniversary", "Troops marched past the tribune of the president."),
    ("River ferry is repaired", "The ferry returns in 3 weeks, its captain Dorel Manu said."),
)


def report(texts: tuple[str, str], language: str = "en", day: int = 17) -> Report:
    """Return an invented report of a day in November."""
    one = date(2026, 11, day)
    return Report(texts[0], (texts[1],), language, Days(one, one))


def placed(reports: list[Report]) -> list[Placement]:
    """Place reports after five others, as `drawdown group` does."""
    grouping = Grouping()
    everything = [*(report(texts) for texts in OTHERS), *reports]
    for number, one in enumerate(everything):
        grouping.learn(number, one)
    return [grouping.place(number, one) for number, one in enumerate(everything)][len(OTHERS) :]


def test_reports_of_one_event_in_three_languages_are_one_story() -> None:
    found = placed([report(HARBOUR[language], language) for language in ("en", "de", "ru")])

    assert found[0].method is Method.FOUNDED
    assert {placement.story for placement in found} == {found[0].article}


def test_two_hand_overs_of_one_day_are_two_stories() -> None:
    found = placed(
        [
            report(HARBOUR["en"]),
            report(OUTPOST["en"]),
            report(HARBOUR["ru"], "ru"),
            report(OUTPOST["ru"], "ru"),
        ]
    )

    stories = [placement.story for placement in found]
    assert stories[0] == stories[2]
    assert stories[1] == stories[3]
    assert stories[0] != stories[1]


def test_the_same_words_two_weeks_later_are_another_story() -> None:
    first, later = placed([report(HARBOUR["en"], day=3), report(HARBOUR["en"], day=17)])

    assert first.story != later.story


def test_a_copy_takes_the_story_of_its_original_without_a_comparison() -> None:
    grouping = Grouping()
    grouping.place(1, report(HARBOUR["en"]))

    copy = grouping.place(2, report(OTHERS[1], day=28), copy_of=1)

    assert (copy.story, copy.method) == (1, Method.COPY)


def test_a_membership_says_what_the_two_articles_share() -> None:
    found = placed([report(HARBOUR["en"], day=16), report(HARBOUR["ru"], "ru")])[1]

    assert found.reason is not None
    words = in_words(found.reason.facts())
    assert "Мерован (Merovan)" in words
    assert "14" in words
    assert "1 day apart" in words


def test_an_article_that_a_reader_moved_draws_later_ones_to_its_new_story() -> None:
    grouping = Grouping()
    for number, one in enumerate([report(texts) for texts in OTHERS]):
        grouping.place(number, one)
    grouping.place(10, report(HARBOUR["en"]))
    grouping.move(10, 2)

    later = grouping.place(11, report(HARBOUR["en"]))

    assert later.story == 2


def test_articles_outside_of_the_window_are_no_longer_compared() -> None:
    grouping = Grouping(size=3)
    grouping.place(1, report(HARBOUR["en"]))
    for number, texts in enumerate(OTHERS[:3], 2):
        grouping.place(number, report(texts))

    again = grouping.place(9, report(HARBOUR["en"]))

    assert again.story == 9


def test_the_same_articles_in_the_same_order_get_the_same_stories() -> None:
    reports = [report(HARBOUR[language], language) for language in ("en", "de", "ru")]

    assert placed(reports) == placed(reports)


def test_an_empty_article_founds_a_story() -> None:
    found = placed([Report("", (), None, None), Report("", (), None, None)])

    assert [placement.method for placement in found] == [Method.FOUNDED, Method.FOUNDED]


def test_the_central_article_is_most_like_the_others() -> None:
    grouping = Grouping()
    for number, texts in enumerate(OTHERS):
        grouping.place(number, report(texts))
    grouping.place(10, report(OTHERS[3], day=17))
    for number in (11, 12):
        grouping.place(number, report(HARBOUR["en"]))

    assert grouping.central([10, 11, 12]) == 11


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("2026-11-27", ("2026-11-27", "2026-11-27")),
        ("2026-11-27T23:30:00Z", ("2026-11-27", "2026-11-27")),
        ("2026-02", ("2026-02-01", "2026-02-28")),
        ("2026", ("2026-01-01", "2026-12-31")),
    ],
)
def test_a_date_may_be_a_day_an_instant_a_month_or_a_year(
    written: str,
    days: tuple[str, str],
) -> None:
    read = read_report("", (), "en", written).days

    assert read == Days(date.fromisoformat(days[0]), date.fromisoformat(days[1]))


def test_an_article_without_a_date_is_of_the_day_that_its_beginning_names() -> None:
    named = read_report("", ("TARTUS, 17. November 2026 - Schiffe",), "de", None)
    unnamed = read_report("", ("The ships sailed on Tuesday.",), "en", None)

    assert named.days == Days(date(2026, 11, 17), date(2026, 11, 17))
    assert unnamed.days is None


def test_what_is_no_date_is_an_error() -> None:
    with pytest.raises(ValueError, match="no date: 'soon'"):
        read_report("", (), "en", "soon")
    with pytest.raises(ValueError, match="no date: '2026-13'"):
        read_report("", (), "en", "2026-13")


def test_the_two_sample_articles_are_one_story(shared: Path) -> None:
    truth = json.loads((shared / "seed-site/statements.json").read_text("utf-8"))
    grouping = Grouping()
    articles = [
        read_report(article["title"], article["body"], "en", "2018-05-19")
        for article in truth["articles"]
    ]
    others = [report(texts) for texts in OTHERS]
    for number, article in enumerate([*others, *articles]):
        grouping.learn(number, article)
    stories = [
        grouping.place(number, article).story for number, article in enumerate([*others, *articles])
    ]

    assert stories[-1] == stories[-2]
    assert stories[-1] >= len(others)
