"""What outlets write is text: it runs nothing, leads nowhere, turns nothing around."""

import re
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from crawler.web import routes
from storage.monitoring import alerts, notices
from storage.monitoring.notices import Notice
from storage.records.article import Insert, InsertKind
from tests.support.filling import NOW
from tests.web.conftest import add, client_of, filled, site_of

BAD = "<script>alert(1)</script>\u202e\u2066\x07\"'><img src=x onerror=alert(2)>javascript:x()"
TURNING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
NAMES = (f"a/b?c#d {BAD}", "../../etc", "two")
STREAMS = ("/events",)
GIVEN = {"{id}": "1", "{number}": "1", "{other}": "2", "{name:path}": "two", "{name}": "two"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The page of a store in which every collected field is hostile."""
    file = tmp_path_factory.mktemp("hostile") / "corpus.db"
    with filled(file, NAMES) as connection:
        fields: dict[str, object] = {
            "headline": BAD, "standfirst": BAD, "byline": (BAD,), "captions": (BAD,),
            "inserts": (Insert(kind=InsertKind.POST, text=BAD, after=1),
                        Insert(kind=InsertKind.TABLE, text=f"{BAD}\t{BAD}", after=0)),
            "credit": BAD, "wire": BAD, "section": BAD, "tags": (BAD,), "image": "javascript:x()",
            "site_name": BAD, "published_claim": BAD, "origins": {BAD: BAD}, "language": BAD,
        }  # fmt: skip
        body = [f"{BAD} and the convoy left", "A plain one about the convoy that left the base."]
        add(connection, "a", 1, body=body, **fields)
        add(connection, "b", 2, body=body, **fields)
        connection.execute("UPDATE revision SET url = 'javascript:alert(3)' WHERE article_id = 1")
        connection.execute("UPDATE frontier_url SET outcome = 'stored'")
        notices.add(connection, Notice(at=NOW, kind="source failing", source=NAMES[0], detail=BAD))
        alerts.synchronize(
            connection,
            [alerts.Planned(name=BAD, schedule="", targets={"d": NOW})],
            NOW,
        )
        connection.execute("UPDATE alert_target SET attempts = 1, detail = ?", (BAD,))
        _doubt(connection)
    return client_of(site_of(file))


def _doubt(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE verdict SET relevant = 0, probability = 0.4 WHERE article_id = 2")


def addresses() -> list[str]:
    """Return an address of each page."""
    found = []
    for route in routes.ROUTES:
        address = route.address
        for name, value in GIVEN.items():
            address = address.replace(name, value)
        if route.method == "GET" and address not in STREAMS and not address.startswith("/export"):
            found.append(address)
    return [
        *found,
        "/search?q=convoy",
        "/articles/1?q=convoy&at=1",
        "/articles/1/copies/2?view=whole",
    ]


@pytest.mark.parametrize("address", addresses())
def test_hostile_words_are_shown_as_text(client: TestClient, address: str) -> None:
    answer = client.get(address)
    if "html" not in answer.headers["content-type"]:
        return
    page = LexborHTMLParser(answer.text)

    assert answer.status_code in (200, 404)
    assert not TURNING.search(answer.text)
    for script in page.css("script"):
        assert script.attributes.keys() == {"src", "defer"}
        assert not script.text()
    for element in page.css("*"):
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            assert not (value or "").strip().lower().startswith("javascript:"), name
    assert not page.css("img, object, embed, base")


def test_names_of_sources_lead_to_an_address_of_ours(client: TestClient) -> None:
    page = client.get("/search").text

    for link in re.findall(r'href="(/sources/[^"]*)"', page):
        assert re.fullmatch(r"/sources/[A-Za-z0-9%._~-]+", link)


def test_an_address_that_is_none_is_not_linked(client: TestClient) -> None:
    assert "at the outlet" not in client.get("/articles/1").text
    assert "at the outlet" in client.get("/articles/2").text


ADDRESSES = st.sampled_from([*addresses(), "/articles/", "/articles//page", "/static/", "/review/1",
                             "/export", "/export/manifest", "/sources/%00", "/%ff"])  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["(", '"', "a OR", "NEAR(", "-", "after:9999-99", "id:" + "9" * 30, "lang:",
                     "*", "-" * 200, "(" * 200, "\x00", "%", "title:x*", "yes", "0001-01-01",
                     "9999-12-31T23:59:59-23:59", "1e9", "-1", "٣", "next"]),
)  # fmt: skip
NAMES_OF_PARAMETERS = st.sampled_from(
    ["q", "page", "order", "as_of", "at", "days", "against", "view", "format", "since", "done",
     "all", "source", "cause", "kind", "before", "state", "compress", "unique"]
)  # fmt: skip


@settings(max_examples=300)
@given(
    address=ADDRESSES,
    parameters=st.dictionaries(NAMES_OF_PARAMETERS, TEXTS, max_size=4),
    accept=st.sampled_from(["text/html", "application/json", "*/*", ""]),
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "POST"]),
)
def test_no_address_is_a_failure(
    client: TestClient, address: str, parameters: dict[str, str], accept: str, method: str
) -> None:
    path, _, query = address.partition("?")
    answer = client.request(
        method, path, params=query if query and not parameters else parameters,
        headers={"Accept": accept},
    )  # fmt: skip

    assert answer.status_code in (200, 303, 400, 403, 404, 405, 414), answer.text
