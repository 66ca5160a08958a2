"""The engine httpx behind proxies of our own on loopback, and over HTTP/2."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import trustme

from crawler.errors import FetchError
from crawler.fetch.http.client import Client
from crawler.fetch.http.guard import is_private_name
from crawler.fetch.http.request import Request
from storage.records.model import Engine, Page
from storage.records.outcome import Outcome
from tests.support.fakes import Site

NAME = "news.example.org"
needs_socks = pytest.mark.skipif(find_spec("socksio") is None, reason="socksio is not installed")
needs_h2 = pytest.mark.skipif(find_spec("h2") is None, reason="h2 is not installed")

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


async def _copy(reader: Reader, writer: Writer) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


class Proxy:
    """Passes everything on to one server, whatever was asked for; notes what was."""

    def __init__(self, port: int):
        self.asked: list[str] = []
        self.heads: list[bytes] = []
        self._port = port

    @asynccontextmanager
    async def serve(self, scheme: str) -> AsyncIterator[str]:
        handle = self._http if scheme == "http" else self._socks
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        async with server:
            yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _http(self, reader: Reader, writer: Writer) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        method, target, _ = head.decode().split(" ", 2)
        self.asked.append(target)
        if b"refused.example" in head:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        elif b"\r\nProxy-Authorization: Basic bWU6aHVzaA==\r\n" not in head:
            writer.write(b"HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n")
        elif method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await self._pass_on(reader, writer)
            return
        else:
            await self._pass_on(reader, writer, head)
            return
        writer.close()

    async def _socks(self, reader: Reader, writer: Writer) -> None:
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        assert kind == 3  # a name, which the proxy resolves
        name = await reader.readexactly((await reader.readexactly(1))[0])
        await reader.readexactly(2)
        self.asked.append(name.decode())
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        await self._pass_on(reader, writer)

    async def _pass_on(self, reader: Reader, writer: Writer, head: bytes = b"") -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        back.write(head)
        with suppress(asyncio.CancelledError):  # the test has ended
            async with asyncio.TaskGroup() as group:
                group.create_task(_copy(reader, back))
                group.create_task(_copy(there, writer))


@asynccontextmanager
async def proxied(scheme: str, site: Site, **changes: str) -> AsyncIterator[tuple[Client, Proxy]]:
    """Return a client behind a proxy that leads everything to a site."""
    async with site.serve() as origin:
        proxy = Proxy(int(origin.rpartition(":")[2]))
        async with proxy.serve(scheme) as url:
            user = changes.get("user", "me:hush@") if scheme == "http" else ""
            url = url.replace("://", f"://{user}")
            async with Client(user_agent="x", engine=Engine.HTTPX, proxy=url) as client:
                yield client, proxy


async def get(client: Client, url: str) -> Page:
    return await client.get(Request(url=url, max_bytes=1000, deadline=30.0))


@pytest.mark.parametrize("scheme", ["http", pytest.param("socks5", marks=needs_socks)])
async def test_a_page_comes_through_a_proxy_which_resolves_its_name(scheme: str) -> None:
    site = Site()
    async with proxied(scheme, site) as (client, proxy):
        pages = [await get(client, f"http://{NAME}/{n}?a=%zz") for n in range(2)]

    assert [page.body for page in pages] == [b"hello"] * 2
    assert pages[0].address is None  # the proxy's is not the outlet's
    assert NAME in proxy.asked[0]
    assert f"\r\nHost: {NAME}\r\n".encode() in site.heads[0]
    form = f"http://{NAME}" if scheme == "http" else ""  # RFC 9112, 3.2.2
    assert site.heads[0].startswith(f"GET {form}/0?a=%zz HTTP/1.1\r\n".encode())


@pytest.mark.parametrize("scheme", ["http", pytest.param("socks5", marks=needs_socks)])
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "169.254.169.254", "0x7f.1", "localhost", "a.localhost", "printer.local",
     "metadata.google.internal", "intranet", "10.0.0.1.nip.io", "router.home.arpa"],
)  # fmt: skip
async def test_private_targets_are_refused_behind_a_proxy_too(scheme: str, host: str) -> None:
    async with proxied(scheme, Site()) as (client, proxy):
        with pytest.raises(FetchError) as caught:
            await get(client, f"http://{host}/")

    assert caught.value.outcome is Outcome.BLOCKED_ADDRESS
    assert proxy.asked == []


def test_names_of_the_web_are_not_private() -> None:
    names = [
        "www.example.org",
        "local.example.org",
        "internal-news.com",
        "a.home.pl",
        "8.8.8.8.com",
    ]
    assert not any(map(is_private_name, names))


async def test_a_proxy_that_wants_another_password_is_named_so() -> None:
    async with proxied("http", Site(), user="") as (client, _):
        with pytest.raises(FetchError, match="the proxy wants another user") as plain:
            await get(client, f"http://{NAME}/")
        with pytest.raises(FetchError, match="the proxy: 407") as secure:
            await get(client, f"https://{NAME}/")

    assert {plain.value.outcome, secure.value.outcome} == {Outcome.NETWORK}
    assert plain.value.unreached


async def test_a_proxy_that_refuses_a_host_is_no_answer_of_the_host() -> None:
    async with proxied("http", Site()) as (client, _):
        with pytest.raises(FetchError) as caught:
            await get(client, "https://refused.example/")

    assert (caught.value.outcome, caught.value.unreached) == (Outcome.NETWORK, True)


async def test_a_proxy_that_is_not_there_is_said() -> None:
    proxy = "http://127.0.0.1:1"
    async with Client(user_agent="x", engine=Engine.HTTPX, proxy=proxy) as client:
        with pytest.raises(FetchError) as caught:
            await get(client, f"http://{NAME}/")

    assert caught.value.outcome is Outcome.NETWORK


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    site = Site()
    async with (
        site.serve() as origin,
        Client(user_agent="x", engine=Engine.HTTPX, allow_private=["127.0.0.0/8"]) as client,
    ):
        page = await get(client, f"{origin}/")

    assert page.body == b"hello"


class Http2Outlet:
    """An outlet that speaks HTTP/2 alone; each path has an answer of its own."""

    def __init__(self, authority: trustme.CA):
        self.connections = 0
        self.asked: list[dict[str, str]] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.set_alpn_protocols(["h2"])
        authority.issue_cert(NAME).configure_cert(self._context)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[dict[str, str]]:
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0, ssl=self._context)
        async with server:
            yield {f"{NAME}:443": f"127.0.0.1:{server.sockets[0].getsockname()[1]}"}

    async def _handle(self, reader: Reader, writer: Writer) -> None:
        from h2.config import H2Configuration
        from h2.connection import H2Connection
        from h2.events import RequestReceived

        self.connections += 1
        state = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        state.initiate_connection()
        writer.write(state.data_to_send())
        try:
            path = ""
            while path != "/cut" and (data := await reader.read(65536)):
                for event in state.receive_data(data):
                    if isinstance(event, RequestReceived):
                        asked = [(str(name), str(value)) for name, value in event.headers]
                        self.asked.append(dict(asked))
                        path = self.asked[-1][":path"]
                        self._answer(state, event.stream_id, path)
                writer.write(state.data_to_send())
        except ConnectionError:
            pass
        finally:
            writer.close()

    def _answer(self, state: Any, stream: int, path: str) -> None:  # Any: h2 may be missing
        more = [(f"x-{n}", "y") for n in range(150)] if path == "/headers" else []
        state.send_headers(stream, [(":status", "200"), ("content-type", "text/html"), *more])
        if path == "/reset":
            state.reset_stream(stream)
            return
        state.send_data(stream, f"page {path}".encode(), end_stream=path != "/cut")


@needs_h2
async def test_http_2_is_spoken_where_the_server_wants_it(tmp_path: Path) -> None:
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    outlet = Http2Outlet(authority)
    found: dict[str, object] = {}
    async with (
        outlet.serve() as places,
        Client(
            user_agent="drawdown/test", engine=Engine.HTTPX, connect_to=places,
            ca_file=tmp_path / "ca.pem", allow_private=["127.0.0.0/8"],
        ) as client,
    ):  # fmt: skip
        for path in ("/one", "/two?a=%zz", "/headers", "/reset", "/cut", "/three"):
            try:
                found[path] = (await get(client, f"https://{NAME}{path}")).body
            except FetchError as error:
                found[path] = error.outcome

    assert found == {
        "/one": b"page /one",
        "/two?a=%zz": b"page /two?a=%zz",
        "/headers": Outcome.PROTOCOL,
        "/reset": Outcome.PROTOCOL,
        "/cut": found["/cut"],
        "/three": b"page /three",
    }
    assert found["/cut"] in {Outcome.TRUNCATED, Outcome.NETWORK}  # a reset may come first
    assert outlet.asked[0][":authority"] == NAME
    assert outlet.asked[0]["user-agent"] == "drawdown/test"
    assert outlet.asked[1][":path"] == "/two?a=%zz"
