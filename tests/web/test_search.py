"""`/search` finds what `drawdown search` finds, in its order, with counts that add up."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from storage.search import find
from storage.search.parts import narrowed, parts, without
from storage.sqlite.database import open_corpus
from tests.web.conftest import PARAGRAPHS, add, client_of, filled, site_of

QUERIES = (
    "convoy",
    "convoy OR market",
    "lang:en",
    "source:two",
    "-market OR bread",
    '"no date"',
)


def ids_of(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<h2[^>]*><a href="/articles/(\d+)', page)]


@pytest.mark.parametrize("order", ["rank", "newest", "oldest"])
@pytest.mark.parametrize("query", QUERIES)
def test_a_page_lists_what_the_command_finds(
    client: TestClient, file: Path, query: str, order: str
) -> None:
    with open_corpus(file) as connection:
        found = [one.id for one in find.find(connection, query, order=order)]  # type: ignore[arg-type]

    answer = client.get("/search", params={"q": query, "order": order})

    assert ids_of(answer.text) == found
    assert found


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("page", [1, 2, 3])
def test_pages_by_date_are_those_of_the_command(tmp_path: Path, order: str, page: int) -> None:
    file = tmp_path / "corpus.db"
    with filled(file) as connection:
        for number in range(47):
            day = datetime(2026, 11, 1 + number % 9, tzinfo=UTC) if number % 5 else None
            add(connection, f"n{number}", body=[f"{number} of many texts."], published=day)
    with open_corpus(file) as opened:
        found = find.find(opened, "lang:en", order=order, offset=20 * (page - 1))  # type: ignore[arg-type]

    answer = client_of(site_of(file)).get(
        "/search", params={"q": "lang:en", "order": order, "page": str(page)}
    )

    assert ids_of(answer.text) == [one.id for one in found]


def test_without_a_query_everything_is_listed_the_newest_first(client: TestClient) -> None:
    page = client.get("/search").text

    assert ids_of(page) == [3, 2, 1]
    assert "<h1>3 articles</h1>" in page


def test_a_list_goes_on_by_its_next_page(tmp_path: Path) -> None:
    with filled(tmp_path / "corpus.db") as connection:
        for number in range(45):
            add(connection, f"n{number}", body=[f"Number {number} of a long list of texts."])
    client = client_of(site_of(tmp_path / "corpus.db"))
    seen: list[int] = []
    address: str | None = "/search?q=list&order=oldest"
    while address:
        page = client.get(address).text
        seen += ids_of(page)
        following = re.search(r'<a rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None

    assert seen == list(range(1, 46))


def test_a_mistake_is_pointed_at_where_it_is(client: TestClient) -> None:
    answer = client.get("/search", params={"q": "convoy (bread"})

    assert answer.status_code == 400
    assert answer.text.count('role="alert"') == 1
    assert "at character 8" in answer.text
    assert 'value="convoy (bread"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "\n       ^</pre>" in answer.text


def test_a_facet_adds_its_term_and_finds_as_many_as_it_says(client: TestClient) -> None:
    page = client.get("/search", params={"q": "convoy"}).text
    section = re.search(r'<section class="facets.*?</section>', page, re.S)
    assert section is not None
    links = re.findall(
        r'<a href="(/search[^"]+)"><bdi>[^<]+</bdi></a><span class="number">(\d+)', section[0]
    )

    assert links
    for address, count in links:
        address = address.replace("&amp;", "&")
        query = parse_qs(urlsplit(address).query)["q"][0]
        assert query.startswith("convoy ")
        assert f"<h1>{count} article" in client.get(address).text


def test_an_outlet_whose_name_is_in_another_one_is_counted_alone(tmp_path: Path) -> None:
    with filled(tmp_path / "corpus.db", ("Post", "Evening Post")) as connection:
        add(connection, "a", 1)
        add(connection, "b", 2, body=PARAGRAPHS[:1])
    client = client_of(site_of(tmp_path / "corpus.db"))
    page = client.get("/search").text
    address = re.findall(r'<a href="(/search[^"]+)"><bdi>Post</bdi>', page)[0]

    assert ids_of(client.get(address.replace("&amp;", "&")).text) == [1]


def test_the_words_that_are_asked_for_are_marked(client: TestClient) -> None:
    page = client.get("/search", params={"q": "convoys"}).text

    assert "<mark>convoy</mark>" in page


def test_a_list_is_json_for_programs(client: TestClient, file: Path) -> None:
    answer = client.get("/search", params={"q": "convoy"}, headers={"Accept": "application/json"})
    with open_corpus(file) as connection:
        found = find.find(connection, "convoy")

    assert [row["id"] for row in answer.json()] == [one.id for one in found]
    assert [row["snippet"] for row in answer.json()] == [one.snippet for one in found]
    assert answer.headers["x-total-count"] == "2"


def test_a_program_gets_a_mistake_as_json(client: TestClient) -> None:
    answer = client.get("/search", params={"q": "("}, headers={"Accept": "application/json"})

    assert answer.status_code == 400
    assert json.loads(answer.text)["error"]


def test_nothing_found_says_which_part_could_go(client: TestClient) -> None:
    page = client.get("/search", params={"q": "convoy lang:fa"}).text

    assert "Nothing found" in page
    assert 'without <a href="/search?q=convoy"><code><bdi>lang:fa' in page


def test_before_anything_was_known_nothing_is_found(client: TestClient) -> None:
    answer = client.get("/search", params={"as_of": "2020-01-01"})

    assert answer.status_code == 200
    assert ids_of(answer.text) == []
    assert "as_of=2020-01-01" in answer.text


@pytest.mark.parametrize(
    "parameters",
    [{"page": "0"}, {"page": "x"}, {"order": "best"}, {"as_of": "then"}, {"page": "9" * 30}],
)
def test_a_wrong_parameter_is_a_mistake(client: TestClient, parameters: dict[str, str]) -> None:
    assert client.get("/search", params=parameters).status_code == 400


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("a b", ["a", "b"]),
        ("a -b", ["a", "-b"]),
        ("a NOT b", ["a", "NOT b"]),
        ("a AND b", ["a", "b"]),
        ('a -"b c" d*', ["a", '-"b c"', "d*"]),
        ("NEAR(a b, 3) -(c OR d) lang:ar", ["NEAR(a b, 3)", "-(c OR d)", "lang:ar"]),
        ('source:"A B" c', ['source:"A B"', "c"]),
        ("a OR b c", ["a OR b c"]),
        ("after:-7d url:http://a.example/b c", ["after:-7d", "url:http://a.example/b", "c"]),
    ],
)
def test_a_query_has_parts_that_can_be_taken_out(query: str, listed: list[str]) -> None:
    assert parts(query) == listed
    assert without(query, listed[-1]).split() == " ".join(listed[:-1]).split()


def test_a_term_is_added_to_alternatives_as_a_whole() -> None:
    assert narrowed("a OR b", "lang:ar") == "(a OR b) lang:ar"
    assert narrowed("(a OR b) c", "lang:ar") == "(a OR b) c lang:ar"
    assert narrowed("lang:ar a", "lang:ar") == "lang:ar a"


def test_a_saved_query_is_searched_by_its_name(file: Path) -> None:
    client = client_of(replace(site_of(file), saved={"bread": "title:bread OR title:flour"}))

    found = client.get("/search?q=@bread", headers={"accept": "application/json"}).json()
    assert [article["id"] for article in found] == [2]
    refused = client.get("/search?q=convoy+@bred")
    assert refused.status_code == 400
    assert "did you mean @bread?" in unescape(refused.text)
