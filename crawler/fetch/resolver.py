"""Names become addresses: cached, one question a name at a time, never more than some seconds.

The system's resolver in threads of our own: asyncio's default pool is so small that six dead
names hold up every other host.
"""

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from crawler.errors import FetchError
from storage.model import Outcome

_THREADS = 32
_FOUND_SECONDS = 60.0
_MISSING_SECONDS = 30.0
_CACHED = 10_000  # names


class Resolver:
    """Looks names up; close it when done."""

    def __init__(self, timeout: float):
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="resolver")
        self._answers: dict[str, tuple[float, list[str]]] = {}
        self._asking: dict[str, asyncio.Future[list[str]]] = {}

    def close(self) -> None:
        """Let go of the threads; a look-up under way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def resolve(self, host: str) -> list[str]:
        """Return the addresses of a name, IPv4 first. Raises FetchError (dns)."""
        expires, addresses = self._answers.get(host, (0.0, []))
        if expires <= time.monotonic():
            addresses = await self._ask_once(host)
        if not addresses:
            raise FetchError(Outcome.DNS, host, "the name has no address")
        return addresses

    async def _ask_once(self, host: str) -> list[str]:
        if (asking := self._asking.get(host)) is None:
            asking = asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host)
            self._asking[host] = asking
            asking.add_done_callback(lambda _: self._asking.pop(host, None))
        try:
            async with asyncio.timeout(self._timeout):
                addresses = await asyncio.shield(asking)
        except TimeoutError:
            raise FetchError(Outcome.DNS, host, f"no answer in {self._timeout:g} s") from None
        if len(self._answers) >= _CACHED:
            self._answers.clear()
        lifetime = _FOUND_SECONDS if addresses else _MISSING_SECONDS
        self._answers[host] = (time.monotonic() + lifetime, addresses)
        return addresses


def _look_up(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
    return sorted(addresses, key=lambda address: ":" in address)
