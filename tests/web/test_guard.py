"""Who may read the page, and what every answer forbids the browser."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crawler.web import hosts
from crawler.web.policy import HEADERS
from tests.web.conftest import TOKEN, client_of, site_of

ADDRESSES = ("/help", "/nothing", "/static/style.css", "/search?q=%28", "/articles/99")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.8", "",
             "a b", "[::1", "localhost:port", "192.0.2.1", "2130706433"],
)  # fmt: skip
def test_another_name_is_refused_without_a_word_of_the_corpus(
    client: TestClient, host: str
) -> None:
    answer = client.get("/search", headers={"Host": host})

    assert answer.status_code == 421
    assert "convoy" not in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:9", "127.0.0.1:8321", "[::1]:80", "127.1.2.3", "localhost."]
)
def test_this_machine_may_be_named_at_any_port(client: TestClient, host: str) -> None:
    assert client.get("/help", headers={"Host": host}).status_code == 200


def test_a_name_of_the_configuration_is_allowed(file: Path) -> None:
    client = client_of(site_of(file, hosts=("corpus.example",)))

    assert client.get("/help", headers={"Host": "Corpus.Example:443"}).status_code == 200
    assert client.get("/help", headers={"Host": "www.corpus.example"}).status_code == 421


def test_the_address_of_a_connection_may_be_named_and_no_other() -> None:
    assert hosts.is_allowed("192.0.2.7:8321", "192.0.2.7", ())
    assert not hosts.is_allowed("192.0.2.8", "192.0.2.7", ())


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST", "BREW"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_other_methods_are_refused(client: TestClient, method: str, address: str) -> None:
    answer = client.request(method, address)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_the_policy_and_no_cookie(client: TestClient, address: str) -> None:
    for answer in (
        client.get(address),
        client.head(address),
        client.post(address),
        client.get(address, headers={"Host": "evil.example"}),
    ):
        for name, value in HEADERS.items():
            if name != "cache-control":
                assert answer.headers[name] == value
        assert "set-cookie" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("cross-site", "no-cors", "image", 403),
        ("cross-site", "cors", "empty", 403),
        ("same-site", "cors", "empty", 403),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "navigate", "document", 200),
        ("same-origin", "cors", "empty", 200),
        ("none", "navigate", "document", 200),
    ],
)
def test_other_sites_may_link_and_not_read(
    client: TestClient, site: str, mode: str, dest: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}

    assert client.get("/help", headers=headers).status_code == status


def test_a_long_address_is_refused(client: TestClient) -> None:
    assert client.get("/search", params={"q": "a" * 8200}).status_code == 414


def test_a_static_file_is_kept_for_ever_under_its_digest_alone(client: TestClient) -> None:
    page = client.get("/help").text
    address = re.findall(r'href="(/static/style[^"]+)"', page)[0]

    assert "immutable" in client.get(address).headers["cache-control"]
    assert "immutable" not in client.get("/static/style.css").headers["cache-control"]
    assert client.get("/static/../app.py").status_code == 404


def test_without_the_token_no_address_answers(file: Path) -> None:
    client = client_of(site_of(file, TOKEN))

    for address in (*ADDRESSES, "/", "/events", "/login"):
        answer = client.get(address)
        assert answer.status_code == 401
        assert "convoy" not in answer.text
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/help", headers=bearer).status_code == 200


def test_the_form_sets_one_cookie_that_is_not_the_token(file: Path) -> None:
    client = client_of(site_of(file, TOKEN))
    own = {"Origin": "http://localhost:8321"}

    assert client.post("/login", data={"token": "wrong"}, headers=own).status_code == 401
    assert client.post("/login", data={"token": TOKEN}).status_code == 403  # no Origin
    answer = client.post("/login", data={"token": TOKEN}, headers=own)

    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert client.get("/help").status_code == 200


def test_guesses_wait_longer_and_longer(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("crawler.web.entry.asyncio.sleep", sleep)
    client = client_of(site_of(file, TOKEN))
    for _ in range(30):
        client.get("/help", headers={"Authorization": "Bearer guess"})

    assert waited[:3] == [0.0, 0.0, 0.0]
    assert waited == sorted(waited)
    assert waited[-1] == 4.0


def test_without_a_token_there_is_no_login(client: TestClient) -> None:
    assert client.post("/login", data={"token": TOKEN}).status_code == 405
