"""Cookies of one chain of redirects, and the credentials of a source: to whom they are sent."""

import base64
import re
from collections.abc import Callable

import pytest

from crawler.errors import FetchError
from crawler.fetch.http import cookies
from crawler.fetch.http.client import Client
from crawler.fetch.http.request import Redirected, Request
from crawler.pipeline.discover import with_url
from crawler.urls.address import address_of
from storage.records.model import Cookie, Credentials, Engine, FrontierUrl, Page, TargetKind
from storage.records.outcome import Outcome
from tests.fetch.test_client import server
from tests.support.behaviours import page as answer

HOST = "paper.example"
AT = address_of(f"https://{HOST}/news/1")


def client(engine: Engine = Engine.DRAWDOWN) -> Client:
    return Client(user_agent="drawdown/test", allow_private=["127.0.0.0/8"], engine=engine)


async def ask(
    script: Callable[[str], bytes], engine: Engine, path: str = "/news/1", **order: object
) -> Page:
    async with server(script) as base, client(engine) as asking:
        request = Request(url=base + path, max_bytes=1000, deadline=30.0, **order)  # type: ignore[arg-type]  # a test's own keywords
        return await asking.get(request)


def cookie_of(head: str) -> str:
    found = re.search(r"\r\ncookie: ([^\r]*)", head, re.I)
    return found[1] if found else ""


def same_again(*set_cookies: str) -> bytes:
    lines = [f"Set-Cookie: {line}" for line in set_cookies]
    return answer(b"", "Location: /news/1", *lines, status="302 Found")


@pytest.mark.parametrize("engine", list(Engine))
async def test_a_cookie_that_leads_to_the_same_address_is_sent_there(engine: Engine) -> None:
    def script(head: str) -> bytes:
        return answer(b"text") if cookie_of(head) == "seen=1" else same_again("seen=1; path=/")

    page = await ask(script, engine)

    assert page.body == b"text"
    assert len(page.redirects) == 1


@pytest.mark.parametrize("engine", list(Engine))
async def test_a_server_that_sets_the_same_cookie_again_is_a_loop(engine: Engine) -> None:
    heads: list[str] = []

    def script(head: str) -> bytes:
        heads.append(head)
        return same_again("seen=1; path=/")

    with pytest.raises(FetchError) as caught:
        await ask(script, engine)

    assert caught.value.outcome is Outcome.REDIRECT_LOOP
    assert [cookie_of(head) for head in heads] == ["", "seen=1"]


async def test_a_server_that_counts_in_a_cookie_ends_at_the_limit_of_hops() -> None:
    heads: list[str] = []

    def script(head: str) -> bytes:
        heads.append(head)
        return same_again(f"n={len(heads)}; path=/")

    with pytest.raises(FetchError) as caught:
        await ask(script, Engine.DRAWDOWN)

    assert caught.value.outcome is Outcome.REDIRECT_LOOP
    assert len(heads) == 11


async def test_the_cookies_of_a_chain_pass_from_turn_to_turn_and_no_further() -> None:
    target = FrontierUrl(id=1, kind=TargetKind.ARTICLE, url=f"http://{HOST}/news/1", host=HOST)
    script = same_again("seen=1; path=/")

    with pytest.raises(Redirected) as led:
        await ask(lambda _: script, Engine.DRAWDOWN, is_one_turn=True)
    moved = led.value.moved(target)

    assert [(one.name, one.value) for one in moved.cookies] == [(b"seen", b"1")]
    assert with_url(moved, f"http://{HOST}/news/2").cookies == ()


async def test_the_next_fetch_of_a_client_has_no_cookies() -> None:
    heads: list[str] = []

    def script(head: str) -> bytes:
        heads.append(head)
        return answer(b"text", "Set-Cookie: seen=1; path=/")

    async with server(script) as base, client() as asking:
        for _ in range(2):
            await asking.get(Request(url=base, max_bytes=1000, deadline=30.0))

    assert [cookie_of(head) for head in heads] == ["", ""]


@pytest.mark.parametrize(
    ("line", "url", "sent"),
    [
        ("a=1; Path=/", "https://paper.example/", "a=1"),
        ("a=1", "https://paper.example/news/2?x", "a=1"),
        ("a=1", "https://paper.example/newsletter", ""),
        ("a=1; path=/news/", "https://paper.example/news", ""),
        ("a=1; Path=/; Domain=.example", "https://other.example/", ""),
        ("a=1; path=/; domain=paper.example", "https://www.paper.example/", ""),
        ("a=1; path=/; Secure", "http://paper.example/", ""),
        ("a=1; path=/; SameSite=None; Secure", "https://paper.example/", "a=1"),
        ("a=1; path=/; Max-Age=0", "https://paper.example/", ""),
        ("a=1; path=/; Max-Age=09", "https://paper.example/", "a=1"),
        ("a=1; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://paper.example/", ""),
        ("a=1; path=/; expires=Thu, 01-Jan-2037 00:00:00 GMT", "https://paper.example/", "a=1"),
        ("a=; path=/", "https://paper.example/", "a="),
        ("=1; path=/", "https://paper.example/", ""),
        ("a; path=/", "https://paper.example/", ""),
        ("a=1\x00; path=/", "https://paper.example/", ""),
        ("a=" + "x" * 5000 + "; path=/", "https://paper.example/", ""),
    ],
)
def test_a_cookie_is_sent_where_it_belongs(line: str, url: str, sent: str) -> None:
    held = cookies.after((), AT, [(b"Set-Cookie", line.encode())], 0)
    headers = cookies.header_for(held, address_of(url))

    assert headers == ([(b"Cookie", sent.encode())] if sent else [])


def test_a_cookie_that_is_taken_back_is_gone_and_many_are_bounded() -> None:
    many = [(b"set-cookie", b"c%d=1; path=/" % number) for number in range(500)]
    held = cookies.after((), AT, many, 0)
    gone = cookies.after(held[:1], AT, [(b"Set-Cookie", b"c0=; path=/; max-age=-1")], 1)

    assert len(held) == 50
    assert gone == ()


def test_a_cookie_does_not_show_its_value() -> None:
    assert "heron" not in repr(Cookie(host=HOST, name=b"a", value=b"heron"))


READER = Credentials(user="desk", password="h:érön")  # noqa: S106 - of no account


@pytest.mark.parametrize("engine", list(Engine))
async def test_credentials_are_sent_to_their_origin_alone(engine: Engine) -> None:
    """The other origin here is another port of the same host."""
    heads: list[str] = []

    def other(head: str) -> bytes:
        heads.append(head)
        return answer(b"text")

    async with server(other) as elsewhere:

        def script(head: str) -> bytes:
            heads.append(head)
            return answer(b"", f"Location: {elsewhere}/feed", status="302 Found")

        async with server(script) as base, client(engine) as asking:
            request = Request(
                url=f"{base}/feed", max_bytes=1000, deadline=30.0, credentials=READER, origin=base
            )
            await asking.get(request)

    sent = [re.search(r"authorization: basic (\S+)", head, re.I) for head in heads]
    assert sent[0] is not None
    assert base64.b64decode(sent[0][1]).decode() == "desk:h:érön"
    assert sent[1] is None
    assert "heron" not in repr(request)
    assert "érön" not in f"{request!r} {READER!r}"
