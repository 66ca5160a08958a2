"""Charts over time: bars that add up, links that find what they say, times nobody looked."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from crawler.web.coverage import Band, bars, drawing
from crawler.web.pages.facets import facets
from storage.monitoring import running
from storage.search import find
from storage.search.nodes import QueryError
from storage.sqlite.database import open_corpus
from tests.web.conftest import PARAGRAPHS, add, client_of, filled, site_of

DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))
COUNTS = st.dictionaries(DAYS, st.integers(1, 9), min_size=1, max_size=20)


@given(COUNTS, COUNTS)
def test_bars_have_every_article_once(texts: dict[date, int], copies: dict[date, int]) -> None:
    first, last = min([*texts, *copies]), max([*texts, *copies])
    found = bars(texts, copies, first, last)

    assert sum(bar.texts for bar in found) == sum(texts.values())
    assert sum(bar.copies for bar in found) == sum(copies.values())
    assert found[0].start <= first
    assert last < found[-1].end
    assert all(one.end == other.start for one, other in pairwise(found))
    assert len(found) <= 241


@pytest.mark.parametrize(
    ("days", "length"), [(1, 1), (130, 1), (131, 7), (800, 7), (2000, 31), (9000, 365)]
)
def test_a_longer_time_has_longer_bars(days: int, length: int) -> None:
    first = date(2001, 1, 1)
    bar = bars({}, {}, first, first + timedelta(days=days - 1))[0]

    assert (bar.end - bar.start).days == length


def test_a_drawing_has_a_link_a_bar_and_a_band_behind() -> None:
    moment = datetime(2026, 11, 2, tzinfo=UTC)
    band = Band(start=moment, end=moment + timedelta(hours=6), kind="paused", said="<nobody>")
    shown = bars(
        {date(2026, 11, 1): 3}, {date(2026, 11, 3): 1}, date(2026, 11, 1), date(2026, 11, 4)
    )
    text = drawing(shown, [band], width=400, height=100, kind="wide", label='a "chart"')

    assert text.count("<a ") == 4
    assert text.count('class="texts"') == 1
    assert text.count('class="copies"') == 1
    assert "1 Nov 2026: 3 texts, 0 copies" in text
    assert "<title>&lt;nobody&gt;</title>" in text
    assert text.index('class="band paused"') < text.index("<a ")
    assert "style=" not in text


def test_the_table_of_a_chart_adds_up_to_what_is_found(client: TestClient) -> None:
    page = client.get("/search").text
    rows = re.findall(r'<td class="number">(\d+)</td><td class="number">(\d+)</td>', page)
    *days, total = [(int(texts), int(copies)) for texts, copies in rows]

    assert total == (1, 2)
    assert tuple(map(sum, zip(*days, strict=True))) == total
    assert "<h1>3 articles</h1>" in page


def test_a_bar_opens_a_search_that_finds_as_many(tmp_path: Path) -> None:
    file = tmp_path / "corpus.db"
    with filled(file) as connection:
        for number in range(6):
            moment = datetime(2026, 11, 1 + number % 3, tzinfo=UTC)
            add(connection, f"n{number}", body=[f"{number} {PARAGRAPHS[0]}"], published=moment)
        running.end(connection, running.begin(connection, datetime(2026, 11, 1, tzinfo=UTC))[0],
                    datetime(2026, 11, 2, tzinfo=UTC))  # fmt: skip
    client = client_of(site_of(file))
    page = client.get("/search", params={"q": "convoy OR bread"}).text

    assert 'class="band paused"' in page
    links = re.findall(r'<th scope="row"><a href="(/search[^"]+)">', page)
    assert len(links) == 3
    for link in links:
        assert "<h1>2 articles</h1>" in client.get(link.replace("&amp;", "&")).text


PARTS = st.sampled_from(
    ["convoy", "bread", "market", "no", "lang:en", "lang:ar", "source:one", "source:two",
     "verdict:on", "duplicate:no", "duplicate:yes", "after:2026-11-03", "before:2026-11-05",
     "-convoy", "OR", "title:late"]
)  # fmt: skip


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with articles of two outlets, days and languages, some of them copies."""
    file = tmp_path_factory.mktemp("many") / "corpus.db"
    with filled(file) as connection:
        for number in range(24):
            day = datetime(2026, 11, 1 + number % 7, tzinfo=UTC) if number % 6 else None
            body = PARAGRAPHS if number % 4 else [f"{number} about bread and a market"]
            add(connection, f"n{number}", 1 + number % 2, body=body, published=day,
                language=("en", "ar", None)[number % 3],
                headline="Late" if number % 5 else "Early")  # fmt: skip
    return file


@settings(max_examples=60)
@given(words=st.lists(PARTS, min_size=1, max_size=4))
def test_charts_and_facets_count_what_search_finds(many: Path, words: list[str]) -> None:
    query = " ".join(words)
    site = site_of(many)
    with open_corpus(many) as connection:
        try:
            found = find.ids(connection, query)
        except QueryError:
            return
        facts = site.facts.now(connection)
        mask = facts.find(connection, query)
        assert facts.ids(mask) == found
        texts = facts.per_day(mask & ~facts.copies)
        copies = facts.per_day(mask & facts.copies)
        if not found:
            return
        days = [*texts, *copies]
        drawn = bars(texts, copies, min(days), max(days))
        assert sum(bar.texts + bar.copies for bar in drawn) == len(found)
        originals = find.ids(connection, f"({query}) duplicate:no")
        assert sum(bar.texts for bar in drawn) == len(originals)
        for _, values in facets(facts, mask, query):
            for facet in values:
                if facet.query:
                    assert len(find.ids(connection, facet.query)) == facet.count, facet.query
