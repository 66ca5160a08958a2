"""Name resolution: cached, one query a name at a time, within a few seconds.

c-ares asks all names at once on the loop's own sockets. The system's resolver would need a thread
a name: with asyncio's six threads, or the two that uvloop uses, six dead names hold up every
other host for seconds.
"""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import aiodns
import pycares

from crawler.errors import FetchError
from storage.records.outcome import Outcome

_LEAST_SECONDS, _MOST_SECONDS = 60.0, 300.0  # bounds of a TTL
_MISSING_SECONDS = 30.0  # for a name that does not exist
_BROKEN_SECONDS = 5.0  # for a resolver that did not answer
_REREAD_SECONDS = 30.0  # between two readings of the system's configuration
_TRIES = 4  # datagrams get lost
_CACHED = 10_000  # names
_ABSENT = {pycares.errno.ARES_ENOTFOUND, pycares.errno.ARES_ENODATA}


class Resolver:
    """Resolves names. `servers` are "address" or "address:port"; without them the system's.

    The answers for `most_known` names are remembered, each for its time to live.
    """

    def __init__(self, timeout: float, servers: Sequence[str] = (), *, most_known: int = _CACHED):
        self._most_known = most_known
        self._timeout = timeout
        self._servers = list(servers) or None
        self._channel: aiodns.DNSResolver | None = None
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._reread_at = 0.0  # when the system's configuration may be read again
        self._asking: dict[str, asyncio.Future[pycares.AddrInfoResult]] = {}

    async def aclose(self) -> None:
        """Cancel pending queries and close the sockets."""
        if self._channel is not None:
            await self._channel.close()

    async def resolve(self, host: str, url: str = "") -> tuple[str, ...]:
        """Return the addresses of a name, IPv4 first; `url` is what wants it.

        Raises FetchError (dns).
        """
        if is_literal(host):
            return (host,)
        answer = self._answers.get(host)
        if answer is None or answer.expires_at <= asyncio.get_running_loop().time():
            answer = await self.query(host)
        if not answer.addresses:
            raise FetchError(Outcome.DNS, url or host, answer.detail, unreached=True)
        return answer.addresses

    async def query(self, host: str) -> "_Answer":
        """Query a name, or join the query under way; a cancelled caller cancels no query."""
        asking = self._asking.get(host)
        if asking is None:
            asking = self._open().getaddrinfo(host, type=socket.SOCK_STREAM)
            self._asking[host] = asking
            asking.add_done_callback(partial(self._learn, host))
        with suppress(aiodns.error.DNSError):  # the answer says it
            await asyncio.shield(asking)
        # Made from the response: other names may have pushed this one out of the cache by now.
        return _answer_to(asking, asyncio.get_running_loop().time())

    def _open(self) -> aiodns.DNSResolver:
        if self._channel is None:
            self._channel = aiodns.DNSResolver(
                nameservers=self._servers,
                timeout=self._timeout / (2**_TRIES - 1),  # each try waits twice as long
                tries=_TRIES,
                flags=pycares.ARES_FLAG_NOSEARCH,  # a search domain would lead to other hosts
            )
        return self._channel

    def _learn(self, host: str, asked: "asyncio.Future[pycares.AddrInfoResult]") -> None:
        del self._asking[host]
        if asked.cancelled():
            return
        now = asyncio.get_running_loop().time()
        error = asked.exception()
        if error is not None and error.args[0] not in _ABSENT:
            self._reread_configuration(now)
        self._answers[host] = _answer_to(asked, now)
        self._answers.move_to_end(host)
        if len(self._answers) > self._most_known:
            self._answers.popitem(last=False)

    def _reread_configuration(self, now: float) -> None:
        """Read the system's configuration again: this machine may have moved to another network."""
        if self._channel is None or self._servers is not None or now < self._reread_at:
            return
        self._reread_at = now + _REREAD_SECONDS
        self._channel._channel.reinit()  # aiodns has no method for it


@dataclass(frozen=True, slots=True)
class _Answer:
    expires_at: float  # loop time
    addresses: tuple[str, ...]
    detail: str = ""


def _answer_to(asked: "asyncio.Future[pycares.AddrInfoResult]", now: float) -> _Answer:
    """Return the answer of a finished query; a failure is an answer without addresses."""
    error = asked.exception()
    if error is None:
        return _read(asked.result(), now)
    seconds = _MISSING_SECONDS if error.args[0] in _ABSENT else _BROKEN_SECONDS
    return _Answer(now + seconds, (), f"the name has no address: {error.args[-1]}")


def _read(result: pycares.AddrInfoResult, now: float) -> _Answer:
    """Take the addresses, IPv4 first, for the shortest TTL among them within bounds."""
    found = [str(node.addr[0], "ascii") if isinstance(node.addr[0], bytes) else node.addr[0]
             for node in result.nodes]  # fmt: skip
    addresses = tuple(sorted(dict.fromkeys(found), key=lambda address: ":" in address))
    ttl = min((node.ttl for node in result.nodes), default=0)
    seconds = min(max(float(ttl), _LEAST_SECONDS), _MOST_SECONDS)
    return _Answer(now + seconds, addresses, "the name has no address")


def is_literal(host: str) -> bool:
    """Whether a host is an address itself; names of the web never look like one."""
    return ":" in host or host.replace(".", "").isdigit()
