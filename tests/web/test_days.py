"""Days as cells: what was found, and each kind of hole with a pattern of its own."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crawler.web.charts import Day, Span, calendar, step_of, strip
from storage.crawl import polls
from storage.crawl.polls import PollRecord
from storage.facts.facts import Facts
from storage.records.outcome import Outcome
from storage.sqlite.database import open_corpus
from tests.web.conftest import add, client_of, filled, site_of

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize(
    ("on_topic", "new", "step"),
    [(0, 0, "quiet"), (0, 3, "n0"), (1, 3, "n1"), (3, 3, "n2"), (4, 4, "n3"), (8, 8, "n4"),
     (15, 20, "n5"), (400, 400, "n5")],
)  # fmt: skip
def test_steps_double(on_topic: int, new: int, step: str) -> None:
    assert step_of(on_topic, new) == step


def test_quiet_days_are_one_cell_and_a_day_with_articles_is_a_link() -> None:
    days = [Day(label=f"day {n}", step="quiet") for n in range(3)]
    days.append(Day(label="day 3: 1 on topic", step="n1", link="/search?q=a&b"))
    drawn = str(strip(days))

    assert drawn.count("<rect") == 2
    assert "day 0 to day 2" in drawn
    assert '<a href="/search?q=a&amp;b" tabindex="-1"><title>day 3: 1 on topic</title>' in drawn


def test_each_hole_has_a_pattern_of_its_own_over_its_part_of_the_day() -> None:
    holes = [Span(hole="idle", end=0.5), Span(hole="failed"), Span(hole="refused"),
             Span(hole="silent"), Span(hole="overflow")]  # fmt: skip
    drawn = [str(strip([Day(label="x", step="quiet", spans=(hole,))])) for hole in holes]

    patterns = [re.findall(r"url\(#p-(\w+)\)|(h-overflow)", one) for one in drawn]
    assert [found[0][0] or found[0][1] for found in patterns] == [
        "idle", "failed", "refused", "silent", "h-overflow",
    ]  # fmt: skip
    assert 'width="3.5"' in drawn[0]
    assert 'width="7.0"' in drawn[1]


def test_before_an_outlet_was_a_source_there_is_nothing() -> None:
    assert "<rect" not in str(strip([Day(label="", step="")]))


def test_a_calendar_has_a_column_a_week_with_monday_on_top() -> None:
    days = [Day(label=f"{n}", step="n1", link=f"/{n}") for n in range(9)]
    drawn = str(calendar(days, date(2026, 11, 25).weekday()))

    places = re.findall(r'x="([\d.]+)" y="([\d.]+)"', drawn)
    assert places[0] == ("0.5", "24.5")  # a Wednesday
    assert places[5] == ("12.5", "0.5")  # the Monday after
    assert 'viewBox="0 0 24 84"' in drawn


def test_names_cannot_turn_the_text_or_be_markup() -> None:
    label = "a\u202eb <script>"
    drawn = str(strip([Day(label=label, step="n1", link="/")]))

    assert "\u202e" not in drawn
    assert "<script>" not in drawn


@pytest.fixture
def page(tmp_path: Path) -> TestClient:
    """A store of two outlets: one was not answered for a day, the other has an article."""
    file = tmp_path / "corpus.db"
    with filled(file, ("<i>Heron</i>", "Lamp")) as connection:
        connection.execute("UPDATE source SET added_at = ?", (f"{TODAY - timedelta(days=20):%F}",))
        for hours, outcome in (
            (-96, "polled"),
            (-72, "network"),
            (-60, "network"),
            (-48, "polled"),
        ):
            at = TODAY + timedelta(hours=hours)
            record = PollRecord(at=at, outcome=Outcome(outcome), known=3)
            polls.save(connection, 1, record, polls.state(connection, 1))
        number = add(connection, "a", 2)
        connection.execute(
            "UPDATE article SET first_seen = ? WHERE id = ?",
            (f"{TODAY - timedelta(days=3):%FT%T}.000Z", number),
        )
    return client_of(site_of(file))


def cells(html: str, outlet: str) -> Sequence[str]:
    """Return the cells of a line of a heat map's table."""
    line = re.search(rf'<tr><th scope="row"><bdi>{re.escape(outlet)}</bdi></th>(.*?)</tr>', html)
    assert line is not None
    return re.findall(r"<td[^>]*>(.*?)</td>", line[1])


def test_the_table_of_the_heat_map_is_what_the_ledger_says(page: TestClient) -> None:
    html = page.get("/?days=30").text

    assert cells(html, "&lt;i&gt;Heron&lt;/i&gt;")[1:] == ["2", "0.0", "2.0", "0.0", "0"]
    assert cells(html, "Lamp")[1:] == ["0", "0.0", "0.0", "0.0", "1"]
    day = TODAY - timedelta(days=3)
    assert f"seen%3A{day:%F}" in html
    assert f"<title>{day:%-d %b %Y}: 1 on topic of 1 new</title>" in html


def test_a_source_of_the_list_has_its_last_days_without_links(page: TestClient) -> None:
    html = page.get("/sources").text
    (heron, lamp) = re.findall(r'<span class="spark" aria-hidden="true">(.*?)</span>', html)

    assert "url(#p-failed)" in heron
    assert 'class="n1"' in lamp
    assert "<a " not in heron + lamp


def test_an_outlet_has_a_calendar_with_its_holes(page: TestClient) -> None:
    html = page.get("/sources/%3Ci%3EHeron%3C%2Fi%3E").text

    assert html.count("url(#p-failed)") > 2
    assert 'class="band failed"' in html
    assert "failed or refused" in html
    assert 'class="calendar"' in html


def test_counts_by_day_are_a_file_whose_sums_are_what_is_found(
    page: TestClient, tmp_path: Path
) -> None:
    answer = page.get("/coverage.csv", params={"q": "verdict:on"})
    lines = answer.text.splitlines()

    assert lines[0] == "day,texts,copies,gap"
    rows = [line.split(",") for line in lines[1:]]
    with open_corpus(tmp_path / "corpus.db") as connection:
        facts = Facts.read(connection)
        found = facts.find(connection, "verdict:on")
    assert sum(int(texts) + int(copies) for _, texts, copies, _ in rows) == found.sum()
    assert answer.headers["content-disposition"] == 'attachment; filename="coverage.csv"'
    assert page.get("/coverage.csv?q=colour:red").status_code == 400
