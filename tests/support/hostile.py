"""The hostile farm: serves the behaviours, and says how each has to end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crawler.errors import FetchError
from crawler.fetch.http.client import Client
from crawler.fetch.http.request import Request
from storage.records.model import Engine
from tests.support.behaviours import BEHAVIOURS, CAP, DEADLINE, PLAIN, Behaviour, page


@asynccontextmanager
async def serving(requests: list[bytes] | None = None) -> AsyncIterator[str]:
    """Serve all behaviours; yield the origin. Request heads are added to a list."""

    handlers: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if requests is not None:
                    requests.append(head)
                path = head.split(b" ", 2)[1].partition(b"?")[0].decode("latin-1")
                if path == "/plain":
                    writer.write(page(PLAIN))
                    continue
                behaviour = _behaviour_at(path)
                if behaviour is None:
                    writer.write(page(b"nothing here", status="404 Not Found"))
                    continue
                await behaviour.serve(writer, path)
                break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client went away, or the servers end
        finally:
            handlers.discard(task)
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            for handler in handlers:
                handler.cancel()


def path_of(name: str) -> str:
    """Return where a behaviour is served."""
    return "/b/" + name.replace(" ", "-").replace("/", "-").replace(",", "")


_BY_PATH = {path_of(name): behaviour for name, behaviour in BEHAVIOURS.items()}


def _behaviour_at(path: str) -> Behaviour | None:
    return _BY_PATH.get(path.rstrip("x")) or _BY_PATH.get(path)


async def fetch(fetching: Client, origin: str, name: str) -> object:
    """Fetch a behaviour; return the body of its page, or its outcome."""
    behaviour = BEHAVIOURS[name]
    limits = {"max_bytes": CAP, "deadline": DEADLINE} | behaviour.order
    try:
        return (await fetching.get(Request(url=origin + path_of(name), **limits))).body
    except FetchError as error:
        return error.outcome


def expected(name: str, engine: Engine) -> object:
    """Return how a behaviour must end."""
    behaviour = BEHAVIOURS[name]
    if engine is Engine.HTTPX and behaviour.httpx is not None:
        return behaviour.httpx
    return behaviour.body if behaviour.outcome is None else behaviour.outcome


async def plain(fetching: Client, origin: str) -> bool:
    """Whether a plain page of the origin comes back right."""
    order = Request(url=f"{origin}/plain", max_bytes=CAP, deadline=DEADLINE)
    return (await fetching.get(order)).body == PLAIN
