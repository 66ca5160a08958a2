"""Dates as pages write them, and which of a page's many dates is the article's."""

import pytest

from crawler.extract import moments
from crawler.extract.article import extract


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("2018-05-19T20:27:31+00:00", "2018-05-19T20:27:31+00:00"),
        ("2018-05-19T20:27:31.123-0500", "2018-05-19T20:27:31-05:00"),
        ("2018-05-19T20:27", "2018-05-19T20:27:00"),
        ("20180519", "2018-05-19T00:00:00"),
        ("Sat, 19 May 2018 22:27:31 +0200", "2018-05-19T22:27:31+02:00"),
        ("21 May 2018, 4:52 pm", "2018-05-21T16:52:00"),
        ("May 19, 2018", "2018-05-19T00:00:00"),
        ("19. März 2018", "2018-03-19T00:00:00"),
        ("19 мая 2018 г.", "2018-05-19T00:00:00"),
        ("19 Mayıs 2018", "2018-05-19T00:00:00"),
        ("19 أيار 2018", "2018-05-19T00:00:00"),
        ("19 במאי 2018", "2018-05-19T00:00:00"),
        ("19. Jänner 2018", "2018-01-19T00:00:00"),
        ("١٩ أيار ٢٠١٨", "2018-05-19T00:00:00"),
        ("٢٠١٨/٠٥/١٩", "2018-05-19T00:00:00"),
        ("۲۰۱۸-۰۵-۱۹", "2018-05-19T00:00:00"),
        ("2018年5月19日", "2018-05-19T00:00:00"),
        ("19.05.2018", "2018-05-19T00:00:00"),
        ("05/19/2018", "2018-05-19T00:00:00"),
        ("0000-00-00T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2018-13-45", None),
        ("yesterday", None),
        ("19 \u00b2\u00b2 2018", None),
        ("", None),
    ],
)
def test_dates_are_read_as_claimed(claim: str, expected: str | None) -> None:
    """A claim without a zone stays naive: nobody here knows the outlet's clock."""
    moment = moments.parse(claim)

    assert (moment.isoformat() if moment else None) == expected


def test_a_day_that_reads_two_ways_is_read_as_the_page_writes() -> None:
    page = '<html lang="{}"><h1>A headline of the day</h1><p class="date">03/04/2026</p>'

    days = [_published(page.format(tag)) for tag in ("en-US", "en-GB", "de")]

    assert days == ["2026-03-04", "2026-04-03", "2026-04-03"]


@pytest.mark.parametrize(
    ("page", "day", "origin"),
    [
        ('<meta property="article:published_time" content="2026-01-02T03:04:05+03:00">',
         "2026-01-02", "meta"),
        ('<aside><time datetime="2020-01-01">old</time></aside>' + "<li>Menu</li>" * 20
         + '<h1>The headline</h1><time datetime="2026-01-02T10:00Z">today</time><p>Text.</p>',
         "2026-01-02", "time element"),
        ('<script>window.state = {"publishedAt":"2026-01-02T10:00:00Z"}</script><h1>Headline</h1>',
         "2026-01-02", "script"),
        ("<h1>The headline</h1><p>By Ida Holm, 2 January 2026</p><p>In 2019 it was hot.</p>",
         "2026-01-02", "page text"),
    ],
)  # fmt: skip
def test_the_date_of_the_article_is_found(page: str, day: str, origin: str) -> None:
    article = extract(page.encode(), url="https://outlet.example/story")

    assert article.published is not None
    assert (article.published.date().isoformat(), article.origins["published"]) == (day, origin)


def test_the_outlets_zone_is_kept_and_its_absence_told() -> None:
    head = '<meta property="article:published_time" content="2026-01-02T01:04:05{}"><h1>X</h1>'

    zoned = extract(head.format("+03:00").encode(), url="https://outlet.example/story")
    naive = extract(head.format("").encode(), url="https://outlet.example/story")

    assert (zoned.published_zone, naive.published_zone) == ("+03:00", None)
    assert str(zoned.published) == "2026-01-02 01:04:05+03:00"


def _published(page: str) -> str:
    article = extract(page.encode(), url="https://outlet.example/story")
    return article.published.date().isoformat() if article.published else ""


LEAD = "<p>The council agreed to mend the old sea wall before the winter storms arrive.</p>"
TICKER = "".join(
    f'<a href="/{n}"><time datetime="2026-11-2{n}">Ferry {n}</time></a>' for n in range(4)
)


@pytest.mark.parametrize(
    ("page", "day"),
    [
        (f"<div>{TICKER}</div><h1>Sea wall</h1><p>Vadsø, 5 January 2026</p>{LEAD}", "2026-01-05"),
        (f"<h1>Sea wall</h1><p>5 January 2026</p>{LEAD}"
         '<div class="comment"><time datetime="2026-02-14">x</time>Good.</div>', "2026-01-05"),
        ('<div><b class="date">28 November 2026</b></div><h1>Sea wall</h1>'
         f"<p>5 January 2026</p>{LEAD}", "2026-01-05"),
        ('<script>x={{"more":{{"publishedAt":"2026-11-02"}},"this":{{"publishedAt":"2026-01-03"}}}}'
         f"</script><h1>Sea wall</h1><p>5 January 2026</p>{LEAD}", "2026-01-05"),
        ("<h1>Sea wall</h1><p>On 8 December 2024 the old wall broke, and the sea came in as far as "
         f"the church, which has been dry since.</p>{LEAD}", None),
        ('<html lang="en"><meta property="article:modified_time" content="2026-01-06T08:00Z">'
         f'<h1>Sea wall</h1><p class="pubdate">05/01/2026 18:30</p>{LEAD}', "2026-01-05"),
    ],
    ids=["ticker", "comment", "masthead", "scripts", "event", "modified"],
)  # fmt: skip
def test_the_day_is_that_of_the_article(page: str, day: str | None) -> None:
    read = extract(page.encode(), url="https://outlet.example/wall")

    assert (str(read.published)[:10] if read.published else None) == day


def test_a_claim_with_a_zone_completes_one_without() -> None:
    page = (
        '<script type="application/ld+json">{"@type":"NewsArticle",'
        '"datePublished":"2026-01-05T23:30:00"}</script>'
        '<meta property="article:published_time" content="2026-01-05T23:30:00+03:00">'
    )

    read = extract(page.encode(), url="https://outlet.example/wall")

    assert str(read.published) == "2026-01-05 23:30:00+03:00"
