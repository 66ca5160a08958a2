"""A name server on loopback for tests and measurements: answers, delays, silence (RFC 1035)."""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

_A, _AAAA = 1, 28
_NO_ERROR, _NO_NAME = 0x8180, 0x8183


class NameServer(asyncio.DatagramProtocol):
    """Answers for known names after a delay; `dead` names get no answer at all."""

    def __init__(
        self,
        names: Mapping[str, Sequence[str]],
        *,
        delay: float = 0.0,
        ttl: int = 60,
        dead: Sequence[str] = (),
    ):
        self.names = dict(names)
        self.asked: Counter[str] = Counter()  # questions, by name
        self._delay = delay
        self._ttl = ttl
        self._dead = set(dead)
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport  # type: ignore[assignment]  # a datagram transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one question."""
        name, end = _name_in(data)
        self.asked[name] += 1
        if name in self._dead:
            return
        (kind,) = struct.unpack("!H", data[end : end + 2])
        answer = self._answer(data, name, kind, end)
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        loop.call_later(self._delay, self._transport.sendto, answer, addr)

    def _answer(self, data: bytes, name: str, kind: int, end: int) -> bytes:
        family = {_A: socket.AF_INET, _AAAA: socket.AF_INET6}.get(kind)
        known = self.names.get(name, ())
        found = [a for a in known if (":" in a) == (kind == _AAAA) and family is not None]
        flags = _NO_ERROR if name in self.names else _NO_NAME
        head = data[:2] + struct.pack("!HHHHH", flags, 1, len(found), 0, 0)
        records = b"".join(
            b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, self._ttl, len(packed)) + packed
            for packed in (socket.inet_pton(family, a) for a in found if family is not None)
        )
        return head + data[12 : end + 4] + records


def _name_in(data: bytes) -> tuple[str, int]:
    """Return the name that a question asks for, and where it ends."""
    labels, place = [], 12
    while size := data[place]:
        labels.append(data[place + 1 : place + 1 + size].decode())
        place += size + 1
    return ".".join(labels).lower(), place + 1


@asynccontextmanager
async def answering(server: NameServer) -> AsyncIterator[str]:
    """Serve while the block runs; yield the address, with its port."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: server, local_addr=("127.0.0.1", 0)
    )
    listening = transport.get_extra_info("socket")
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
    try:
        yield f"127.0.0.1:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()
