"""TLS on both engines: what is refused, with the reason, and what an operator may allow."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from crawler.errors import FetchError
from crawler.fetch.http.client import Client
from crawler.fetch.http.request import Order
from storage.records.model import Engine
from storage.records.outcome import Outcome

NAME = "www.example.org"
ENGINES = list(Engine)
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


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


def client(places: dict[str, str], ca_file: Path | None, engine: Engine) -> Client:
    return Client(
        user_agent="drawdown/test", connect_timeout=0.5, connect_to=places, ca_file=ca_file,
        allow_private=["127.0.0.0/8"], engine=engine,
    )  # fmt: skip


async def get(fetching: Client, *, lenient: bool = False) -> bytes:
    order = Order(url=f"https://{NAME}/", max_bytes=100, deadline=5.0, allow_invalid_tls=lenient)
    return (await fetching.get(order)).body


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_kept_connection_and_the_name_that_was_asked_for(
    authority: trustme.CA, ca_file: Path, engine: Engine
) -> None:
    outlet = Outlet(authority)
    async with outlet.serve() as places, client(places, ca_file, engine) as fetching:
        bodies = [await get(fetching) for _ in range(3)]

    assert bodies == [b"secret"] * 3
    assert (outlet.connections, outlet.names) == (1, [NAME])


@pytest.mark.parametrize("engine", ENGINES)
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


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_server_without_tls_is_named_so(ca_file: Path, engine: Engine) -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with plain_outlet(answer) as places, client(places, ca_file, engine) as fetching:
        with pytest.raises(FetchError) as caught:
            await get(fetching)

    assert caught.value.outcome is Outcome.TLS


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_handshake_that_stalls_ends_at_the_connect_timeout(
    ca_file: Path, engine: Engine
) -> None:
    gone = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        gone.set()
        writer.close()

    async with plain_outlet(answer) as places, client(places, ca_file, engine) as fetching:
        with pytest.raises(FetchError) as caught:
            await get(fetching)
        async with asyncio.timeout(5):
            await gone.wait()  # the socket is closed too

    assert caught.value.outcome is Outcome.TIMEOUT
