"""The press of a campaign: outlets that publish as time passes, hostile hosts, and what was asked.

All of it listens on loopback and in the process of the campaign, so one log has every request.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from crawler.demo.server import Outlet, Request, Response, serve
from tests.support import hostile
from tests.support.farm import make_page, make_text
from tests.support.small_farm import RSS

# Two hosts of one domain at one address are one server, which has one delay.
_HOSTS = ("a.herald.example", "b.herald.example", *(f"paper{n}.example" for n in range(8)))
_TWINS = {"b.herald.example": "a.herald.example"}
_TRAP = "trap.example"  # an outlet that links to whatever does harm
_HOSTILE_HOSTS = 4
_COPIES = 8  # one article in so many is a copy of another outlet's

# What ends by itself and leaves the servers idle; the others are in bench.hostile.
_BEHAVIOURS = (
    "resets within a body", "headers a byte at a time", "a chunk size that is no number",
    "chunks without an end", "a redirect to itself", "a redirect that grows", "slow redirects",
    "a redirect to broken Punycode", "a redirect to half an address", "closes before a head",
    "a gzip bomb", "a redirect to the metadata service", "two lengths", "429", "503",
)  # fmt: skip
_ADDRESSES = (
    "http://xn--a/", "http://xn--a.example/story", "http://[::1/", "http://trap.example:99999/",
    "http://trap.example:0/", "http://10.0.0.1/", "http://169.254.169.254/latest",
    "http://user:secret@trap.example/x", "http://trap.example:25/", "http://" + "a" * 300 + "/",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that reached a server."""

    at: float  # monotonic seconds
    host: str
    server: str  # registrable domain and address: what has one delay
    path: str = ""


@dataclass(slots=True)
class Press:
    """Outlets, what they have published, and what they were asked."""

    rng: random.Random
    published: dict[str, tuple[str, list[str]]] = field(default_factory=dict)  # by URL
    asked: list[Asked] = field(default_factory=list)
    is_hostile: bool = True
    _listed: dict[str, list[str]] = field(default_factory=dict)  # paths, the newest first

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the hosts that are polled."""
        return (*_HOSTS, _TRAP)

    def publish(self) -> None:
        """Let each outlet publish an article."""
        for host in _HOSTS:
            number = len(self.published)
            path = f"/story/{number}"
            headline = f"Report {number} of {host.partition('.')[0]}"
            self.published[f"http://{host}{path}"] = headline, self._text(number)
            self._listed.setdefault(host, []).insert(0, path)

    def _text(self, number: int) -> list[str]:
        if number and number % _COPIES == 0:
            _, copied = self.rng.choice(list(self.published.values()))
            return copied
        return make_text(self.rng, on_topic=True)

    async def publish_every(self, seconds: float) -> None:
        """Publish until cancelled."""
        while True:
            self.publish()
            await asyncio.sleep(seconds)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[Mapping[str, str]]:
        """Serve all; yield what `[network] connect_to` has to say."""
        outlets: dict[str, Outlet] = dict.fromkeys(self.sources, self._answer)
        for twin in _TWINS:
            del outlets[twin]
        async with serve(outlets) as places, hostile.serving() as origin:
            places |= {f"{twin}:80": places[f"{host}:80"] for twin, host in _TWINS.items()}
            place = origin.removeprefix("http://")
            places |= {f"{_hostile_host(n)}:80": place for n in range(_HOSTILE_HOSTS)}
            yield places

    def _answer(self, request: Request) -> Response:
        site = ".".join(request.host.split(".")[-2:])
        self.asked.append(Asked(time.monotonic(), request.host, site, request.path))
        path = request.path.partition("?")[0]
        if path == "/feed":
            return Response(self._feed(request.host), media_type="application/rss+xml")
        found = self.published.get(f"http://{request.host}{path}")
        if found is None:
            return Response(b"not here", 404)
        return Response(make_page(*found, f"http://{request.host}{path}"))

    def _feed(self, host: str) -> bytes:
        if host == _TRAP:
            links = _traps() if self.is_hostile else []
        else:
            links = [f"http://{host}{path}" for path in self._listed.get(host, ())]
        items = "".join(
            f"<item><title>Of {link}</title><link>{link}</link></item>" for link in links
        )
        return RSS.format(items=items).encode()


def _hostile_host(number: int) -> str:
    return f"hostile{number}.example"


def _traps() -> list[str]:
    """Return the addresses that do harm."""
    behaviours = [
        f"http://{_hostile_host(number % _HOSTILE_HOSTS)}{hostile.path_of(name)}"
        for number, name in enumerate(_BEHAVIOURS)
    ]
    return [*_ADDRESSES, *behaviours]
