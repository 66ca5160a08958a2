"""TLS on both engines: what is refused, with the reason, and what an operator may allow."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from crawler.errors import FetchError
from crawler.fetch.http.client import Client
from crawler.fetch.http.request import Request
from storage.records.model import Engine
from storage.records.outcome import Outcome

NAME = "www.example.org"
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]


class Outlet:
    """An outlet on TLS; counts its connections."""

    def __init__(self, authority: trustme.CA, name: str = NAME, until: datetime | None = None):
        self.connections = 0
        self.names: list[str | None] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name, not_after=until).configure_cert(self._context)
        self._context.sni_callback = lambda _, asked, __: self.names.append(asked)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[dict[str, str]]:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, ssl=self._context)
        async with server:
            yield {f"{NAME}:443": f"127.0.0.1:{server.sockets[0].getsockname()[1]}"}

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def plain_outlet(answer: Answer) -> AsyncIterator[dict[str, str]]:
    """Serve something that is not TLS in the outlet's place."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield {f"{NAME}:443": f"127.0.0.1:{server.sockets[0].getsockname()[1]}"}


@pytest.fixture(params=list(Engine))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the engines: what holds of TLS holds of both."""
    return Engine(request.param)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


def client(
    places: dict[str, str], ca_file: Path | None, engine: Engine, connect_timeout: float = 20.0
) -> Client:
    return Client(
        user_agent="drawdown/test", connect_timeout=connect_timeout, connect_to=places,
        ca_file=ca_file, allow_private=["127.0.0.0/8"], engine=engine,
    )  # fmt: skip


async def get(fetching: Client, *, lenient: bool = False) -> bytes:
    order = Request(url=f"https://{NAME}/", max_bytes=100, deadline=30.0, allow_invalid_tls=lenient)
    return (await fetching.get(order)).body


async def test_a_kept_connection_and_the_name_that_was_asked_for(
    authority: trustme.CA, ca_file: Path, engine: Engine
) -> None:
    outlet = Outlet(authority)
    async with outlet.serve() as places, client(places, ca_file, engine) as fetching:
        bodies = [await get(fetching) for _ in range(3)]

    assert bodies == [b"secret"] * 3
    assert (outlet.connections, outlet.names) == (1, [NAME])


@pytest.mark.parametrize(
    ("name", "until", "is_trusted", "reason"),
    [
        ("other.example.org", None, True, "ostname mismatch"),
        (NAME, datetime(2020, 1, 1, tzinfo=UTC), True, "expired"),
        (NAME, None, False, "unable to get local issuer|self.signed"),
    ],
)
async def test_a_bad_certificate_is_refused_unless_an_operator_allows_it(
    authority: trustme.CA, ca_file: Path, engine: Engine, name: str, until: datetime | None,
    is_trusted: bool, reason: str,
) -> None:  # fmt: skip
    outlet = Outlet(authority, name, until)
    trusted = ca_file if is_trusted else None
    async with outlet.serve() as places, client(places, trusted, engine) as fetching:
        with pytest.raises(FetchError, match=reason) as caught:
            await get(fetching)
        allowed = await get(fetching, lenient=True)

    assert (caught.value.outcome, caught.value.unreached) == (Outcome.TLS, True)
    assert allowed == b"secret"


async def test_a_server_without_tls_is_named_so(ca_file: Path, engine: Engine) -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with plain_outlet(answer) as places, client(places, ca_file, engine) as fetching:
        with pytest.raises(FetchError) as caught:
            await get(fetching)

    assert caught.value.outcome is Outcome.TLS


async def test_a_handshake_that_stalls_ends_at_the_connect_timeout(
    ca_file: Path, engine: Engine
) -> None:
    gone = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        gone.set()
        writer.close()

    async with plain_outlet(answer) as places, client(places, ca_file, engine, 0.5) as fetching:
        with pytest.raises(FetchError) as caught:
            await get(fetching)
        async with asyncio.timeout(30):
            await gone.wait()  # the socket is closed too

    assert caught.value.outcome is Outcome.TIMEOUT


async def test_a_certificate_that_names_its_host_as_common_name_alone_is_refused(
    authority: trustme.CA, ca_file: Path, engine: Engine
) -> None:
    outlet = Outlet(authority)
    outlet._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # An address among its names, so that it has subjectAltName but no name of a host in it.
    authority.issue_cert("192.0.2.1", common_name=NAME).configure_cert(outlet._context)
    async with outlet.serve() as places, client(places, ca_file, engine) as fetching:
        with pytest.raises(FetchError) as caught:
            await get(fetching)

    assert caught.value.outcome is Outcome.TLS


class Ending:
    """Answers over TLS once, without a length, then ends, with close_notify or without."""

    def __init__(self, authority: trustme.CA, head: bytes, *, says_goodbye: bool):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(NAME).configure_cert(self._context)
        self._head = head
        self._says_goodbye = says_goodbye

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[dict[str, str]]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(30)
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.to_thread(self._answer, listening))
                yield {f"{NAME}:443": f"127.0.0.1:{listening.getsockname()[1]}"}

    def _answer(self, listening: socket.socket) -> None:
        accepted, _ = listening.accept()
        accepted.settimeout(30)
        with self._context.wrap_socket(accepted, server_side=True) as secured:
            secured.recv(1000)
            secured.sendall(self._head + b"half a page")
            if self._says_goodbye:
                with suppress(OSError):  # the client may not wait for the end of the handshake
                    secured.unwrap()
                return
            with socket.socket(fileno=secured.detach()) as bare:
                bare.shutdown(socket.SHUT_WR)
                with suppress(OSError):
                    bare.recv(1000)


async def test_a_page_without_a_length_ends_with_close_notify_alone(
    authority: trustme.CA, ca_file: Path, engine: Engine
) -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    async with (
        Ending(authority, head, says_goodbye=True).serve() as places,
        client(places, ca_file, engine) as fetching,
    ):
        whole = await get(fetching)
    async with (
        Ending(authority, head, says_goodbye=False).serve() as places,
        client(places, ca_file, engine) as fetching,
    ):
        with pytest.raises(FetchError) as caught:
            await get(fetching)

    assert whole == b"half a page"
    assert caught.value.outcome is Outcome.TRUNCATED


async def test_a_page_with_a_length_needs_no_close_notify(
    authority: trustme.CA, ca_file: Path, engine: Engine
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"
    async with (
        Ending(authority, head, says_goodbye=False).serve() as places,
        client(places, ca_file, engine) as fetching,
    ):
        body = await get(fetching)

    assert body == b"half a page"
