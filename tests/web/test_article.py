"""`/articles/ID`: text, evidence, revisions, copies, archived page."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crawler.web.cleaning import clean
from crawler.web.pages.marking import mark
from storage.articles import revisions
from storage.articles.corpus import get
from storage.records.article import Insert, InsertKind
from storage.records.verdict import Evidence, Mark
from storage.sqlite.database import open_corpus
from tests.support.filling import visit
from tests.web.conftest import PARAGRAPHS, add, client_of, filled, site_of

SENTENCE = "The last convoy left the base before noon."
EVIDENCE = Evidence(
    terms=("leave",), place="lead", sentence=SENTENCE, weight=0.8, paragraph=0, start=0,
    movement="leave", mover="foreign", marks=(Mark("convoy", 9, 15), Mark("leave", 16, 20)),
)  # fmt: skip

AROUND: dict[str, object] = {
    "captions": ("A truck on the road.",),
    "inserts": (Insert(kind=InsertKind.TABLE, text="town\ttrucks\nHasaka\t12", after=1),),
}


@pytest.fixture
def revised(tmp_path: Path) -> TestClient:
    """The page of a store with an article that was revised and then taken down, and a copy."""
    path = tmp_path / "corpus.db"
    with filled(path) as connection:
        number = add(connection, "a", headline="A convoy leaves", **AROUND)  # type: ignore[arg-type]  # a test's shorthand
        add(connection, "b", 2, headline="The same elsewhere")
        changed = [*PARAGRAPHS[:2], "In the town behind the base the market was closed all day."]
        seen = visit("https://host0.example/a", changed, headline="A convoy has left", **AROUND)  # type: ignore[arg-type]  # a test's shorthand
        verdict = seen.reading.verdict
        assert verdict is not None
        reading = replace(seen.reading, verdict=replace(verdict, evidence=(EVIDENCE,)))
        revisions.add(
            connection, number, replace(seen, reading=reading), number=2, change="body",
            changes=("headline", "addition"),
        )  # fmt: skip
    return client_of(site_of(path))


def test_every_paragraph_has_an_address(revised: TestClient) -> None:
    page = revised.get("/articles/1").text

    for number in (1, 2, 3):
        assert f'<p id="p{number}"' in page
        assert f'href="#p{number}"' in page
    assert "A truck on the road." in page
    assert '<td dir="auto">Hasaka</td>' in page
    assert "<img" not in page


def test_a_sentence_of_evidence_is_whole_in_its_mark(revised: TestClient) -> None:
    page = revised.get("/articles/1").text
    marked = re.search(r'<mark class="ev ev2" id="e1"[^>]*>(.*?)</mark>', page)

    assert marked is not None
    assert re.sub("<[^>]+>", "", marked[1]) == SENTENCE
    assert '<b class="term">convoy</b>' in marked[1]
    assert "0.80" in page
    assert "leave, foreign forces" in page
    assert 'href="#e1"' in page


def test_the_words_of_a_query_are_marked_in_the_text(revised: TestClient) -> None:
    page = revised.get("/articles/1", params={"q": "markets"}).text

    assert '<mark class="asked">market</mark>' in page


def test_an_article_says_how_to_cite_it_and_where_it_is_from(revised: TestClient) -> None:
    page = revised.get("/articles/1").text

    assert "@online{drawdown1r" in page
    assert "Drawdown article 1, revision 2." in page
    assert 'rel="noopener noreferrer nofollow"' in page
    assert "Page, SHA-256" in page


def test_a_revision_shows_what_show_diff_names(revised: TestClient) -> None:
    page = revised.get("/articles/1/revisions/2").text
    whole = revised.get("/articles/1/revisions/2", params={"view": "side"}).text

    assert "<del>" in page
    assert "<ins>" in page
    assert re.search(r"market <del>stayed open", page)
    assert re.search(r"<ins>was closed all day", page)
    assert "<td" in whole
    assert revised.get("/articles/1/revisions").text.count('<li class="card">') == 2
    assert revised.get("/articles/1/revisions/3").status_code == 404
    assert revised.get("/articles/1/revisions/1").status_code == 200


def test_two_related_articles_are_compared_and_no_others(revised: TestClient) -> None:
    page = revised.get("/articles/2/copies/1").text

    assert "Original" in page
    assert "<ins>The same elsewhere</ins>" in page
    assert revised.get("/articles/1/copies/2").status_code == 200
    assert revised.get("/articles/1/copies/1").status_code == 404
    assert revised.get("/articles/1/copies/77").status_code == 404


def test_an_article_before_it_was_known_is_not_there(revised: TestClient) -> None:
    with open_corpus(revised.app._site.store) as connection:  # type: ignore[attr-defined]  # the guard
        first = connection.execute(
            "SELECT stored_at FROM verdict WHERE article_id = 1 AND revision = 1"
        ).fetchone()[0]

    assert revised.get("/articles/1", params={"as_of": "2020-01-01"}).status_code == 404
    page = revised.get("/articles/1", params={"as_of": first}).text
    assert "A convoy leaves" in page
    assert "A convoy has left" not in page


def test_an_article_that_was_taken_down_keeps_its_text_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with filled(path) as connection:
        number = add(connection)
        revisions.mark_removed(connection, number, datetime(2026, 11, 26, tzinfo=UTC), 404)
    client = client_of(site_of(path))

    assert "took this article down" in client.get("/articles/1").text
    assert PARAGRAPHS[0] in client.get("/articles/1").text
    assert "taken down" in client.get("/search").text
    assert "took the article down" in client.get("/articles/1/revisions/2").text


@pytest.mark.parametrize("address", ["/articles/0", "/articles/x", f"/articles/{'9' * 30}",
                                     "/articles/1/page", "/articles/1/page/raw"])  # fmt: skip
def test_what_is_not_there_is_not_found(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_evidence_of_older_verdicts_is_looked_for(file: Path) -> None:
    older = replace(EVIDENCE, paragraph=None, start=0, place="body")
    wrong = replace(EVIDENCE, paragraph=1, start=7)
    missing = replace(EVIDENCE, sentence="Nobody wrote this.")
    with open_corpus(file) as connection:
        article = get(connection, 1)

    for evidence in (older, wrong):
        marked = mark(replace(article, evidence=[evidence]), frozenset())
        assert marked.body[0][0].evidence == 1
    assert not mark(replace(article, evidence=[missing]), frozenset()).placed


def test_marks_never_lose_a_character(file: Path) -> None:
    with open_corpus(file) as connection:
        article = get(connection, 1)
    marked = mark(replace(article, evidence=[EVIDENCE, EVIDENCE]), frozenset({"convoy", "left"}))

    for paragraph, pieces in zip(article.body, marked.body, strict=True):
        assert "".join(run.text for piece in pieces for run in piece.runs) == paragraph


ASKING = """<html lang="ar" dir="rtl" onload="x()"><head><base href="http://a.example/">
<link rel="stylesheet" href="/a.css"><meta http-equiv="refresh" content="0;url=http://a.example">
<title>T</title><style>@import url(http://a.example)</style></head>
<body background="http://a.example/b.png"><script>fetch("http://a.example")</script>
<svg><image href="http://a.example/x"/><foreignObject><p>in</p></foreignObject></svg>
<math><mtext><img src=x onerror=alert(1)></mtext></math>
<img src="http://a.example/i.png" srcset="http://a.example/i2.png 2x" alt="A tank">
<iframe src="http://a.example"></iframe><object data="http://a.example"></object>
<video src="http://a.example" poster="http://a.example"></video><embed src="http://a.example">
<form action="http://a.example"><input type="image" src="http://a.example/j"><button>b</button></form>
<a href="http://a.example" ping="http://a.example">link</a><table background="http://a.example"><tr>
<td colspan="2" style="background:url(http://a.example)">cell</td></tr></table>
<p class="c" id="i" title='"><script>x()</script>'>kept</p><x-own>own</x-own></body></html>"""


def test_a_cleaned_page_asks_for_nothing() -> None:
    page = clean(ASKING)

    assert '<html lang="ar" dir="rtl">' in page
    assert "a.example" not in page
    assert "[picture: A tank]" in page
    assert 'colspan="2">cell' in page
    assert "own" in page
    names = set(re.findall(r"<([a-z0-9-]+)", page))
    assert names <= {"html", "head", "meta", "title", "body", "p", "a", "table", "tbody", "tr",
                     "td", "span"}  # fmt: skip
    assert set(re.findall(r' ([a-z-]+)="', page)) <= {
        "lang", "dir", "charset", "class", "id", "title", "colspan",
    }  # fmt: skip


def test_a_page_that_nests_without_end_is_cleaned() -> None:
    assert clean("<div>" * 20_000 + "deep").startswith("<!doctype html>")
