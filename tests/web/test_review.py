"""`/review`: the press of a button appends one label, and nothing else writes one."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crawler.web.site import Site
from storage.articles import labels
from tests.web.conftest import client_of, site_of

OWN = {"Origin": "http://localhost:8321"}


@pytest.fixture
def site(file: Path) -> Site:
    return site_of(file)


@pytest.fixture
def reader(site: Site) -> TestClient:
    return client_of(site)


def given(site: Site, answer: str = "yes") -> dict[str, str]:
    return {"token": site.form_token, "answer": answer}


def test_a_press_of_a_button_appends_one_label(site: Site, reader: TestClient) -> None:
    answer = reader.post("/review/2", data=given(site), headers=OWN)

    assert answer.status_code == 303
    assert reader.get(answer.headers["location"]).status_code == 200
    stored = labels.read(site.labels)
    assert [(one.headline, one.relevant) for one in stored] == [("Bread in the market", True)]


def test_a_second_answer_counts(site: Site, reader: TestClient) -> None:
    reader.post("/review/2", data=given(site), headers=OWN)
    reader.post("/review/2", data=given(site, "no"), headers=OWN)

    assert [one.relevant for one in labels.read(site.labels)] == [False]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:9"},
        OWN | {"Sec-Fetch-Site": "cross-site"},
        OWN | {"Sec-Fetch-Site": "same-site"},
        OWN | {"Host": "evil.example"},
    ],
)
def test_another_origin_writes_nothing(
    site: Site, reader: TestClient, headers: dict[str, str]
) -> None:
    answer = reader.post("/review/2", data=given(site), headers=headers)

    assert answer.status_code in (403, 421)
    assert not site.labels.exists()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"answer": "yes"}, 403),
        ({"answer": "yes", "token": "guess"}, 403),
        ({"answer": "yes", "token": "\ud7ff\u00e9"}, 403),
        ({"answer": "maybe", "token": "TOKEN"}, 400),
        ({"token": "TOKEN", "answer": "yes" * 9000}, 403),
    ],
)
def test_a_wrong_form_writes_nothing(
    site: Site, reader: TestClient, data: dict[str, str], status: int
) -> None:
    data = {name: site.form_token if value == "TOKEN" else value for name, value in data.items()}

    assert reader.post("/review/2", data=data, headers=OWN).status_code == status
    assert not site.labels.exists()


def test_reading_writes_nothing(site: Site, reader: TestClient) -> None:
    assert reader.get("/review/2", params=given(site)).status_code in (404, 405)
    assert reader.post("/review/99", data=given(site), headers=OWN).status_code == 404
    assert not site.labels.exists()


def test_the_page_has_the_token_of_its_forms(site: Site, reader: TestClient, file: Path) -> None:
    import sqlite3

    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE verdict SET relevant = 0, probability = 0.4")
    page = reader.get("/review").text

    assert re.findall(r'name="token" value="([^"]+)"', page) == [site.form_token] * 3
    reader.post("/review/2", data=given(site), headers=OWN)
    assert 'action="/review/2"' not in reader.get("/review").text
