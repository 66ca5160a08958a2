"""One fetch against servers that behave badly: every outcome is named."""

import asyncio
import gzip
import math
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from crawler.errors import FetchError
from crawler.fetch.client import Client
from crawler.fetch.order import Order, Redirected
from crawler.fetch.resolver import _Answer
from storage.model import Engine, Page
from storage.outcome import Outcome

OPEN = ["127.0.0.0/8"]
GZIP = "Content-Encoding: gzip"
Script = bytes | list[bytes | float]  # what a server writes, with pauses in seconds


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers]).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def server(script: Callable[[str], Script]) -> AsyncIterator[str]:
    """Serve raw bytes by path on loopback; yield the address."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            said = script(head.decode("latin-1"))
            for part in [said] if isinstance(said, bytes) else said:
                if isinstance(part, bytes):
                    writer.write(part)
                    await writer.drain()
                else:
                    await asyncio.sleep(part)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    running = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with running:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}"


def client(**changes: object) -> Client:
    settings: dict[str, object] = {
        "user_agent": "drawdown/test (+me@example.org)", "contact": "me@example.org",
        "connect_timeout": 2.0, "read_timeout": 1.0, "allow_private": OPEN,
    }  # fmt: skip
    return Client(**(settings | changes))  # type: ignore[arg-type]  # a test's shorthand


async def get(script: Callable[[str], Script] | Script, path: str = "/", **order: Any) -> Page:
    fixed = script if callable(script) else (lambda _: script)
    values: dict[str, object] = {"max_bytes": 100_000, "deadline": 3.0}
    async with server(fixed) as base, client() as fetching:
        return await fetching.get(Order(url=base + path, **(values | order)))  # type: ignore[arg-type]  # a test's shorthand


async def outcome_of(script: Script, **order: Any) -> Outcome:
    with pytest.raises(FetchError) as caught:
        await get(script, **order)
    return caught.value.outcome


async def test_a_page_comes_with_all_that_was_said_around_it() -> None:
    page = await get(answer(b"hello", 'ETag: "1"', "X-A: b"))

    assert (page.status, page.body, page.header("etag")) == (200, b"hello", '"1"')
    assert page.address == "127.0.0.1"
    assert page.phases.total > 0
    assert page.phases.connect is not None


async def test_requests_name_us_and_ask_for_bounded_codings_only() -> None:
    heads: list[str] = []

    def script(head: str) -> bytes:
        heads.append(head.lower())
        return answer(b"x")

    await get(script)

    assert "user-agent: drawdown/test (+me@example.org)" in heads[0]
    assert "from: me@example.org" in heads[0]
    assert "accept-encoding: gzip, deflate\r\n" in heads[0]
    assert "cookie" not in heads[0]


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (b"", Outcome.NETWORK),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive.", Outcome.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Outcome.PROTOCOL),
        (b"ICY 200 OK\r\n\r\n", Outcome.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Outcome.PROTOCOL),
        (answer(b"x" * 200_000), Outcome.TOO_LARGE),
        (answer(b"x", length=200_000), Outcome.TOO_LARGE),
        (answer(gzip.compress(b"0" * 30_000_000), GZIP), Outcome.TOO_LARGE_DECODED),
        (answer(gzip.compress(b"x" * 999)[:-9], GZIP), Outcome.TRUNCATED_ENCODING),
        (answer(b"x", "Content-Encoding: br"), Outcome.ENCODING),
        (answer(b"plain", GZIP), Outcome.DECODE),
        (answer(b""), Outcome.EMPTY),
        (answer(b"x", status="206 Partial Content"), Outcome.PARTIAL),
        (answer(b"x", status="304 Not Modified"), Outcome.PROTOCOL),
        (answer(b"x", status="403 Forbidden"), Outcome.DENIED),
        (answer(b"x", status="404 Not Found"), Outcome.NOT_FOUND),
        (answer(b"x", status="410 Gone"), Outcome.GONE),
        (answer(b"x", status="418 Teapot"), Outcome.CLIENT_ERROR),
        (answer(b"x", status="429 Too Many Requests"), Outcome.RATE_LIMITED),
        (answer(b"x", status="500 Oops"), Outcome.SERVER_ERROR),
        (answer(b"x", *(f"X-{n}: y" for n in range(120))), Outcome.PROTOCOL),
        ([b"HTTP/1.1 200 OK\r\n", 1.4], Outcome.TIMEOUT),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", *[b"x", 0.3] * 30], Outcome.DEADLINE),
        ([*[b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.05] * 100], Outcome.PROTOCOL),
    ],
)  # fmt: skip
async def test_what_a_server_does_wrong_is_named(script: Script, outcome: Outcome) -> None:
    assert await outcome_of(script, deadline=1.5) is outcome


async def test_a_flood_of_tiny_chunks_is_cut_off() -> None:
    chunks = b"1\r\nx\r\n" * 60_000
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert await outcome_of(head + chunks) is Outcome.TINY_CHUNKS


async def test_the_wrong_type_is_refused_before_its_body() -> None:
    script: Script = [
        b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 90000\r\n\r\n", 1.5,
    ]  # fmt: skip

    # Waiting for the body would have ended with a timeout.
    assert await outcome_of(script, types=("html",)) is Outcome.NOT_HTML


async def test_retry_after_is_handed_on() -> None:
    with pytest.raises(FetchError) as caught:
        await get(answer(b"x", "Retry-After: 77", status="503 Busy"))

    assert caught.value.retry_after == 77


def redirects(head: str) -> Script:
    path = head.split(" ")[1]
    endless: Script = [
        b"HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 999999999\r\n\r\n",
        b"x" * 99,
    ]
    answers: dict[str, Script] = {
        "/one": endless,
        "/loop": answer(b"", "Location: /loop", status="301 Moved"),
        "/grow": answer(b"", f"Location: {path}x", status="301 Moved"),
        "/file": answer(b"", "Location: file:///etc/passwd", status="302 Found"),
        "/script": answer(b"", "Location: javascript:alert(1)", status="302 Found"),
        "/bad": answer(b"", "Location: http://[::1", status="302 Found"),
        "/port": answer(b"", "Location: http://x.example:99999/", status="302 Found"),
        "/metadata": answer(b"", "Location: http://169.254.169.254/latest", status="302 Found"),
        "/end": answer(b"here"),
    }  # fmt: skip
    return answers.get(path, answer(b"", f"Location: {path}x", status="301 Moved"))


async def test_a_redirect_is_followed_without_its_body() -> None:
    page = await get(redirects, "/one")

    assert page.body == b"here"
    assert [url.rpartition("/")[2] for url in page.redirects] == ["one"]


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/loop", Outcome.REDIRECT_LOOP),
        ("/grow", Outcome.REDIRECT_LOOP),
        ("/file", Outcome.SCHEME),
        ("/script", Outcome.SCHEME),
        ("/bad", Outcome.BAD_URL),
        ("/port", Outcome.BAD_URL),
        ("/metadata", Outcome.BLOCKED_ADDRESS),
    ],
)
async def test_redirects_that_lead_nowhere_good(path: str, outcome: Outcome) -> None:
    with pytest.raises(FetchError) as caught:
        await get(redirects, path)

    assert caught.value.outcome is outcome


async def test_another_host_is_handed_back_to_the_frontier() -> None:
    leads = answer(b"", "Location: http://other.example/a", status="301 Moved")

    with pytest.raises(Redirected) as caught:
        await get(leads, stay_on_host=True)

    assert caught.value.url == "http://other.example/a"
    assert len(caught.value.hops) == 1


async def test_validators_are_sent_to_the_address_they_came_from_only() -> None:
    heads: list[str] = []

    def script(head: str) -> bytes:
        heads.append(head)
        return answer(b"", "Location: /b", status="302 Found") if "GET /a" in head else answer(b"x")

    await get(script, "/a", etag='"1"', last_modified="then")

    assert 'If-None-Match: "1"' in heads[0]
    assert "If-Modified-Since: then" in heads[0]
    assert "If-None-Match" not in heads[1]


async def test_a_response_never_answers_for_the_next_request() -> None:
    poison = answer(b"mine") + answer(b"attack")
    async with server(lambda _: poison) as base, client() as fetching:
        for _ in range(3):
            page = await fetching.get(Order(url=base, max_bytes=100, deadline=3))

            assert page.body == b"mine"


class Recorder:
    """Stands where addresses are dialled, so that forbidden ones never are."""

    def __init__(self) -> None:
        self.dialled: list[str] = []

    async def connect(self, address: str, _port: int) -> Any:
        self.dialled.append(address)
        raise ConnectionRefusedError

    def stand_in(self, fetching: Client) -> None:
        engine = fetching.engine(Engine.DRAWDOWN)
        engine._dialler._connect = self.connect  # type: ignore[attr-defined]  # the recorder's place


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://127.1/",
        "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/", "http://10.1.2.3/",
    ],
)  # fmt: skip
async def test_private_addresses_are_never_dialled(url: str) -> None:
    recorder = Recorder()
    async with client(allow_private=[]) as fetching:
        recorder.stand_in(fetching)
        with pytest.raises(FetchError) as caught:
            await fetching.get(Order(url=url, max_bytes=100, deadline=3))

    assert caught.value.outcome is Outcome.BLOCKED_ADDRESS
    assert recorder.dialled == []


async def test_a_name_with_one_private_address_is_blocked() -> None:
    recorder = Recorder()
    async with client(allow_private=[]) as fetching:
        fetching._resolver._answers["mixed.example"] = _Answer(
            math.inf, ("93.184.216.34", "10.0.0.1")
        )
        recorder.stand_in(fetching)
        with pytest.raises(FetchError) as caught:
            await fetching.get(Order(url="http://mixed.example/", max_bytes=100, deadline=3))

    assert caught.value.outcome is Outcome.BLOCKED_ADDRESS
    assert recorder.dialled == []


async def test_a_name_that_does_not_exist_is_a_dns_failure() -> None:
    async with client() as fetching:
        with pytest.raises(FetchError) as caught:
            await fetching.get(Order(url="http://nowhere.invalid/", max_bytes=100, deadline=5))

    assert caught.value.outcome is Outcome.DNS


async def test_connect_to_and_ca_file_put_a_real_name_on_loopback(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("www.example.org")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(b"secure"))
        await writer.drain()
        writer.close()

    running = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    port = running.sockets[0].getsockname()[1]
    connect_to = {
        "www.example.org:443": f"127.0.0.1:{port}",
        "other.example:443": f"127.0.0.1:{port}",
    }
    order = Order(url="https://www.example.org/", max_bytes=100, deadline=3)
    async with running:
        async with client(connect_to=connect_to, ca_file=tmp_path / "ca.pem") as fetching:
            assert (await fetching.get(order)).body == b"secure"
            with pytest.raises(FetchError, match="Hostname mismatch") as mismatch:
                await fetching.get(Order(url="https://other.example/", max_bytes=100, deadline=3))
        async with client(connect_to=connect_to) as fetching:
            with pytest.raises(FetchError) as untrusted:
                await fetching.get(order)

    assert mismatch.value.outcome is Outcome.TLS
    assert untrusted.value.outcome is Outcome.TLS
