"""Dates as the world's feeds, sitemaps and pages write them: each is read right, or not at all."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import dates
from crawler.text.dates import Locale, locale_of
from crawler.text.dates.calendars import solar_day
from crawler.text.dates.names import names

# What is on the left is the instant on the right, in UTC; without a zone, as if it were UTC.
INSTANTS = """
2026-03-09T18:04:05Z                          2026-03-09 18:04:05
2026-03-09T18:04:05.123456789+02:00           2026-03-09 16:04:05.123456
2026-03-09T18:04:05,5-0330                    2026-03-09 21:34:05.5
2026-03-09 18:04:05 +0200                     2026-03-09 16:04:05
2026-03-09T18:04:05+02                        2026-03-09 16:04:05
2026-03-09T18:04:05+02:00Z                    2026-03-09 16:04:05
2026-03-09t18:04:05z                          2026-03-09 18:04:05
2026-03-09T24:00:00Z                          2026-03-10
2026-03-09T23:59:60Z                          2026-03-09 23:59:59
2026-3-9 8:04:05                              2026-03-09 08:04:05
2026-03-09Z                                   2026-03-09
2026-03-09+03:00                              2026-03-08 21:00
2026-03                                       2026-03-01
2026-W11-1                                    2026-03-09
2026-068                                      2026-03-09
20260309                                      2026-03-09
20260309T180405Z                              2026-03-09 18:04:05
20260309T180405+0300                          2026-03-09 15:04:05
20260309 1804                                 2026-03-09 18:04
20260309180405                                2026-03-09 18:04:05
1773079445                                    2026-03-09 18:04:05
1773079445.75                                 2026-03-09 18:04:05
1773079445123                                 2026-03-09 18:04:05
/Date(1773079445123)/                         2026-03-09 18:04:05
2026/03/09 18:04                              2026-03-09 18:04
2026.03.09. 18:04                             2026-03-09 18:04
2026. 3. 9. 오후 6:04                          2026-03-09 18:04
25/03/2026 18:04:05                           2026-03-25 18:04:05
25-03-2026 18:04                              2026-03-25 18:04
25.03.2026                                    2026-03-25
09.03.2026 18:04                              2026-03-09 18:04
09.03.26, 18.04                               2026-03-09 18:04
25/03/26 18:04                                2026-03-25 18:04
03/25/2026 06:04 PM                           2026-03-25 18:04
Wed, 03/25/2026 - 18:04                       2026-03-25 18:04
Monday 09/03/2026 18:04                       2026-03-09 18:04
Mon 03/09/2026 18:04                          2026-03-09 18:04
03/09/2026 18:04 EST                          2026-03-09 23:04
09/03/2026 18:04 CET                          2026-03-09 17:04
18:04 25.03.2026                              2026-03-25 18:04
18:04, 9 March 2026                           2026-03-09 18:04
18:04 | 9 March 2026                          2026-03-09 18:04
Mon, 09 Mar 2026 18:04:05 GMT                 2026-03-09 18:04:05
Mon, 9 Mar 2026 18:04:05 +0000                2026-03-09 18:04:05
Mon, 09 Mar 26 18:04 UT                       2026-03-09 18:04
Mon,09 Mar 2026 18:04:05 +0300                2026-03-09 15:04:05
Mon , 09 Mar 2026 18:04:05 +0300              2026-03-09 15:04:05
Mon, 09-Mar-2026 18:04:05 GMT                 2026-03-09 18:04:05
Monday, 09-Mar-26 18:04:05 GMT                2026-03-09 18:04:05
Mon Mar  9 18:04:05 2026                      2026-03-09 18:04:05
Mon Mar 09 18:04:05 +0300 2026                2026-03-09 15:04:05
Mon Mar 9 18:04:05 EET 2026                   2026-03-09 16:04:05
Mon, 09 Mar 2026 18:04:05 -0000               2026-03-09 18:04:05
Mon, 09 Mar 2026 18:04:05 +300                2026-03-09 15:04:05
Mon, 09 Mar 2026 18:04:05 +3                  2026-03-09 15:04:05
Mon, 09 Mar 2026 18:04:05 -03                 2026-03-09 21:04:05
Mon, 09 Mar 2026 18:04:05 −0300               2026-03-09 21:04:05
Mon, 09 Mar 2026 18:04:05 GMT+3               2026-03-09 15:04:05
Mon, 09 Mar 2026 18:04:05 GMT +0300           2026-03-09 15:04:05
Mon, 09 Mar 2026 18:04:05 UTC-03:30           2026-03-09 21:34:05
Mon, 09 Mar 2026 18:04:05 +0300 EET           2026-03-09 15:04:05
Mon, 09 Mar 2026 18:04:05 EST-0500            2026-03-09 23:04:05
Mon, 09 Mar 2026 18:04:05 (MSK)               2026-03-09 15:04:05
Mon Mar 09 2026 18:04:05 GMT+0300 (East Africa Time)  2026-03-09 15:04:05
Mon, 09 Mar 2026 18:04:05 A                   2026-03-09 18:04:05
Mon, 09 Mar 2026 18:04:05 Z                   2026-03-09 18:04:05
Mon, 09 Mar 2026 18:04:05 EDT                 2026-03-09 22:04:05
Mon, 09 Mar 2026 18:04:05 CEST                2026-03-09 16:04:05
Mon, 09 Mar 2026 18:04:05 EEST                2026-03-09 15:04:05
Mon, 09 Mar 2026 18:04:05 TRT                 2026-03-09 15:04:05
Mon, 09 Mar 2026 18:04:05 AEDT                2026-03-09 07:04:05
Mon, 09 Mar 2026 18:04:05 PKT                 2026-03-09 13:04:05
Thu, 09 Jul 2026 18:04:05 ET                  2026-07-09 22:04:05
Thu, 08 Jan 2026 18:04:05 PT                  2026-01-09 02:04:05
Mon, 09 Mar 2026 18:04:05 Europe/Istanbul     2026-03-09 15:04:05
2026-07-09 18:04:05 America/New_York          2026-07-09 22:04:05
2026-07-09 18:04:05 Asia/Damascus             2026-07-09 15:04:05
2026-07-09 18:04:05 Etc/GMT-3                 2026-07-09 15:04:05
9 March 2026 GMT                              2026-03-09
March 9, 2026 6:04 p.m.                       2026-03-09 18:04
March 9, 2026 6:04 p. m.                      2026-03-09 18:04
March 9, 2026 at 6:04 PM EDT                  2026-03-09 22:04
March 9th, 2026 6pm                           2026-03-09 18:00
Mar. 9, 2026 12:04 AM                         2026-03-09 00:04
Mar 9 2026 12:04PM                            2026-03-09 12:04
the 9th of March, 2026                        2026-03-09
9 Sept. 2026                                  2026-09-09
Thurs 9 July 2026, 18:04                      2026-07-09 18:04
2026 Mar 9                                    2026-03-09
9Mar2026                                      2026-03-09
9 Mar '26                                     2026-03-09
06:04 PM 9 Mar 2026                           2026-03-09 18:04
Mo, 09 Mär 2026 18:04:05 +0100                2026-03-09 17:04:05
Montag, 9. März 2026, 18:04 Uhr               2026-03-09 18:04
Montag, 9. März 2026, 18.04 Uhr MEZ           2026-03-09 17:04
9. Jänner 2026 18:04                          2026-01-09 18:04
lundi 9 mars 2026 à 18h04                     2026-03-09 18:04
lun., 09 févr. 2026 18:04:05 +0100            2026-02-09 17:04:05
mar., 03 mars 2026 18:04                      2026-03-03 18:04
mar., 02 juin 2026 18:04                      2026-06-02 18:04
1er août 2026                                 2026-08-01
9 de marzo de 2026, 18:04                     2026-03-09 18:04
mié, 09 sep 2026 18:04:05 +0200               2026-09-09 16:04:05
lunedì 9 marzo 2026 - 18:04                   2026-03-09 18:04
9 de março de 2026 às 18h04                   2026-03-09 18:04
maandag 9 maart 2026 18:04                    2026-03-09 18:04
9. března 2026 18:04                          2026-03-09 18:04
poniedziałek, 9 listopada 2026                2026-11-09
petak, 9. listopada 2026.                     2026-10-09
понедельник, 9 марта 2026 г. 18:04 МСК        2026-03-09 15:04
пн, 9 мар. 2026 18:04:05 +0300                2026-03-09 15:04:05
9 березня 2026, 18:04                         2026-03-09 18:04
Δευτέρα, 9 Μαρτίου 2026 6:04 μ.μ.             2026-03-09 18:04
9 ΜΑΡΤΙΟΥ 2026 6:04 π.μ.                      2026-03-09 06:04
9 Mart 2026 Pazartesi 18:04                   2026-03-09 18:04
Pzt, 09 Şub 2026 18:04:05 +0300               2026-02-09 15:04:05
09 KASIM 2026 18:04                           2026-11-09 18:04
09 Subat 2026                                 2026-02-09
Senin, 09 Mar 2026 18:04 WIB                  2026-03-09 11:04
الإثنين 9 مارس 2026 - 18:04                   2026-03-09 18:04
٩ تشرين الثاني ٢٠٢٦ ٠٦:٠٤ م                   2026-11-09 18:04
9 تشرين الثاني/نوفمبر 2026                    2026-11-09
9 كانون الثاني 2026 6:04 صباحاً               2026-01-09 06:04
9 أغسطس 2026                                  2026-08-09
9 اغسطس 2026م                                 2026-08-09
‏25‏/03‏/2026 18:04                              2026-03-25 18:04
دوشنبه 9 مارس 2026 18:04                      2026-03-09 18:04
۱۸ اسفند ۱۴۰۴ ۱۸:۰۴                           2026-03-09 18:04
دوشنبه 18 اسفند 1404                          2026-03-09
۱۴۰۴/۱۲/۱۸ - ۱۸:۰۴                            2026-03-09 18:04
1404/12/18 18:04 IRST                         2026-03-09 14:34
יום שני, 9 במרץ 2026, 18:04                   2026-03-09 18:04
9 जुलाई 2026 18:04                            2026-07-09 18:04
９ Ｍａｒ ２０２６                               2026-03-09
2026年3月9日 18:04                             2026-03-09 18:04
2026年03月09日 下午6:04                         2026-03-09 18:04
2026年3月9日(月) 18時04分                        2026-03-09 18:04
令和8年3月9日                                   2026-03-09
2026년 3월 9일 오전 6:04                         2026-03-09 06:04
9 มีนาคม 2569 18:04                            2026-03-09 18:04
  Mon,   09 Mar   2026  18:04:05  +0300        2026-03-09 15:04:05
Mon, 09 Mar 2026 18:04:05GMT                  2026-03-09 18:04:05
2026-03-09T18:04:05+03:00[Europe/Istanbul]    2026-03-09 15:04:05
2026-03-09T1804+0300                          2026-03-09 15:04
[09/Mar/2026:18:04:05 +0300]                  2026-03-09 15:04:05
2026:03:09 18:04:05                           2026-03-09 18:04:05
9 March 2026 18:04 Eastern Daylight Time      2026-03-09 22:04
9 March 2026 18:04 (Central European Time)    2026-03-09 17:04
9 March 2026, 18:04 (UTC+3)                   2026-03-09 15:04
Updated 6:04 PM EDT, Mon March 9, 2026        2026-03-09 22:04
Mon Mar 9 18:04:05 XYZ 2026                   2026-03-09 18:04:05
2026 m. kovo 9 d. 18:04                       2026-03-09 18:04
2026. gada 9. marts                           2026-03-09
9 من مارس 2026                                2026-03-09
9 noi. 2026                                   2026-11-09
9 三月 2026                                    2026-03-09
三月 9, 2026                                   2026-03-09
3월 9, 2026                                    2026-03-09
Thứ Hai, 9 tháng 3, 2026                      2026-03-09
ngày 9 tháng 3 năm 2026                       2026-03-09
"""
FORMS = [line.rsplit("  ", 1) for line in INSTANTS.strip().splitlines()]


@pytest.mark.parametrize(("claim", "expected"), FORMS)
def test_a_date_is_the_instant_that_it_says(claim: str, expected: str) -> None:
    found = dates.instant(claim.strip())

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def _documented() -> list[tuple[str, str]]:
    """Return the dates of the table in docs/sources.md, with how each is read."""
    text = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")
    table = text.partition("| Written |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return [(claim, said) for claims, said in rows for claim in re.findall("`([^`]+)`", claims)]


@pytest.mark.parametrize(("claim", "said"), _documented())
def test_the_documentation_says_how_a_date_is_read(claim: str, said: str) -> None:
    found = dates.instant(claim)

    assert (f"{found:%Y-%m-%d %H:%M:%S}" if found else "no date") == said


@pytest.mark.parametrize(
    "claim",
    [
        "",
        "   ",
        "yesterday",
        "3 hours ago",
        "today, 18:04",
        "18:04",
        "Monday",
        "March 2026",
        "2026",
        "9 March",
        "03/04/2026",  # March or April
        "03-04-2026 18:04",
        "26-11-27",  # written from both ends
        "01/02/03",
        "1404/12/18",  # of two calendars
        "2026-02-30T00:00:00Z",
        "2026-13-01",
        "31.02.2026",
        "2026-03-09 25:04",
        "9 March 2026 18:75",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "9999-12-31T23:59:59-12:00",
        "9 March 2026, 18:04 - 19:30",  # from one to the other
        "9 March 2026 - 12 March 2026",
        "9-12 March 2026",
        "5 min read, November 2026",
        "Issue 3, November 2026",
        "3 people in May 2026",
        "March 9 is not in 2026",
        "9 Foo 2026",
        "123456",
        "20261345",
        "9 \u00b2\u00b2 2026",
        "9" * 5000,
        "9 Mar " * 40,
    ],
)
def test_what_cannot_be_determined_is_no_date(claim: str) -> None:
    assert dates.read(claim) is None


@pytest.mark.parametrize(
    "claim", ["Mon, 09 Mar 2026 18:04:05 XYZ", "9 March 2026 18:04 Lunar Standard Time",
              "Mon, 09 Mar 2026 18:04:05 +9900", "Mon, 09 Mar 2026 18:04:05 Mars/Olympus_Mons"]
)  # fmt: skip
def test_a_zone_that_is_unknown_is_no_zone(claim: str) -> None:
    found = dates.read(claim)

    assert found is not None
    assert (found.hour, found.minute, found.tzinfo) == (18, 4, None)


@pytest.mark.parametrize(
    ("tag", "day"),
    [("en-US", "2026-03-04"), ("es-PR", "2026-03-04"), ("en-GB", "2026-04-03"),
     ("de", "2026-04-03"), ("ar", "2026-04-03"), ("en", None),
     ("en-CA", None), ("hu", None), ("", None), (None, None)],
)  # fmt: skip
def test_who_wrote_it_decides_what_reads_two_ways(tag: str | None, day: str | None) -> None:
    found = dates.read("03/04/2026", locale_of(tag))

    assert (found.date().isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("weekday", "day"),
    [("Wednesday", "2026-03-04"), ("Friday", "2026-04-03"), ("Sunday", "2026-03-04")],
)
def test_the_weekday_decides_before_the_language_does(weekday: str, day: str) -> None:
    found = dates.read(f"{weekday}, 03/04/2026", Locale(order="month first"))

    assert found is not None
    assert found.date().isoformat() == day


def test_a_month_of_two_languages_is_the_one_of_the_source() -> None:
    days = [dates.read("9 listopada 2026", locale_of(tag)) for tag in ("pl", "hr", None)]

    assert [day.month if day else None for day in days] == [11, 10, None]


def test_years_of_iran_are_read_by_its_calendar_where_that_is_certain() -> None:
    assert dates.read("1404/12/18", locale_of("fa-IR")) == datetime(2026, 3, 9)  # noqa: DTZ001
    # Leap years of the cycle of 33: 1399 and 1403.
    days = [solar_day(1399, 12, 30), solar_day(1400, 1, 1), solar_day(1404, 1, 1)]
    assert [day.isoformat() for day in days] == ["2021-03-20", "2021-03-21", "2025-03-21"]
    with pytest.raises(ValueError, match="1404-12-30"):
        solar_day(1404, 12, 30)


_PIECES = st.sampled_from(
    [
        *"0123456789:/-. +,TZ()[]\n\x00\ud800\u00b2",
        "2026",
        "9 Mar",
        "GMT+3",
        "PM",
        "م",
        "٩",
        "年",
        "月",
    ]
)


@given(st.lists(_PIECES, max_size=40).map("".join), st.sampled_from(["en-US", "de", "fa", None]))
def test_no_claim_raises_and_each_date_is_of_the_web(claim: str, tag: str | None) -> None:
    found = dates.instant(claim, locale_of(tag))

    assert found is None or 1970 <= found.year <= 2100


def test_every_name_of_a_month_is_read_in_its_language() -> None:
    wrong = [
        (name, language)
        for name, months in names().months.items()
        for month, languages in months.items()
        for language in languages
        if (found := dates.read(f"9 {name} 2026 18:04", Locale(language=language))) is None
        or found.month != month
    ]

    assert wrong == []
