"""Outlets that answer in memory: no sockets, so that a daemon runs on the simulated clock.

All but the connection is the client of the program: redirects, validators, decoding, limits.
"""

import asyncio
from collections.abc import Mapping
from functools import partial

from crawler.config import Config
from crawler.demo.server import Outlet, Request, Response, conditional
from crawler.errors import FetchError
from crawler.fetch.http.client import Client
from crawler.fetch.http.engine import RawHeaders
from crawler.fetch.http.timing import Timing
from crawler.pipeline.assembly import Parts, user_agent_of
from crawler.urls.address import Address
from storage.records.model import Engine
from storage.records.outcome import Outcome
from tests.support.inline import inline_workers

_LATENCY = 0.05  # seconds of simulated time


class MemoryResponse:
    """A response whose body comes in one piece."""

    def __init__(self, response: Response):
        sent = {"Content-Type": response.media_type, **response.headers}
        self.status = response.status
        self.headers: RawHeaders = [
            (name.encode(), value.encode("latin-1")) for name, value in sent.items()
        ]
        self._body = response.body

    async def read(self) -> bytes:
        """Return the body, and nothing the next time."""
        body, self._body = self._body, b""
        return body

    async def aclose(self) -> None:
        """Nothing is open."""


class MemoryEngine:
    """Carries each request to the outlet of its host."""

    def __init__(self, outlets: Mapping[str, Outlet], latency: float):
        self._outlets = outlets
        self._latency = latency

    async def ask(self, address: Address, headers: RawHeaders, timing: Timing) -> MemoryResponse:
        """Let the outlet answer. Raises FetchError for a host that nobody made."""
        await asyncio.sleep(self._latency)
        outlet = self._outlets.get(address.host)
        if outlet is None:
            raise FetchError(Outcome.DNS, address.url, "no such host", unreached=True)
        named = {name.decode().lower(): value.decode("latin-1") for name, value in headers}
        request = Request("GET", address.target, address.host, named)
        response = MemoryResponse(conditional(request, outlet(request)))
        timing.answered()
        return response

    async def aclose(self) -> None:
        """Nothing is open."""


class MemoryClient(Client):
    """The client, over outlets in memory."""

    def __init__(self, outlets: Mapping[str, Outlet], latency: float, config: Config):
        super().__init__(user_agent=user_agent_of(config), contact=config.drawdown.contact)
        self._memory = MemoryEngine(outlets, latency)

    def engine(self, name: Engine, *, verify: bool = True) -> MemoryEngine:
        """Return the one engine that there is."""
        return self._memory


def parts_of(outlets: Mapping[str, Outlet], latency: float = _LATENCY) -> Parts:
    """Return what a crawler is made with that never leaves this process."""
    return Parts(client=partial(MemoryClient, outlets, latency), workers=inline_workers)
