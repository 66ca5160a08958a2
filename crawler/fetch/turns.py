"""When each server may be asked next, known to all processes of a store and kept across restarts.

A daemon and the commands beside it share a small file of fixed size: a turn costs microseconds, and
nobody waits for a database. What is not in the file was not asked lately.
"""

import fcntl
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Self

from crawler import log

_PLACES = 65_536  # by digest of a name; a later name of the same place takes it over
_ENTRY = struct.Struct("<Qd")  # digest; monotonic seconds before which it is not asked
_BOOT = Path("/proc/sys/kernel/random/boot_id")  # random(4)
_SIZE = _PLACES * _ENTRY.size
_LONGEST = 3700.0  # seconds: the longest delay; what is further ahead is of another machine
_log = log.get("fetch")

Server = tuple[str, str]  # registrable domain, and address; empty where that is not known


class Turns:
    """The turns of servers. Use as `with Turns.open(store) as turns`."""

    def __init__(self, file: int):
        self._file = file

    @classmethod
    @contextmanager
    def open(cls, store: Path) -> Iterator[Self | None]:
        """Open or make the file beside a store; None where there is no folder to write to."""
        path = store.with_name(f"{store.name}.turns")
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            _log.debug("turns not shared", file=str(path), detail=str(error))
            yield None
            return
        try:
            yield cls(file)
        finally:
            os.close(file)

    def take(self, server: Server, seconds: float) -> float:
        """Take the next turn of a server for so many seconds and return 0, or return what is left.

        No two processes take one turn.
        """
        now = time.monotonic()
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            left = max(self._until(name) for name in _read_by(server)) - now
            if 0 < left < _LONGEST:
                return left
            self._write(server, now + seconds)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        return 0.0

    def set(self, server: Server, seconds: float) -> None:
        """Note for how long a server is not to be asked."""
        self._write(server, time.monotonic() + max(min(seconds, _LONGEST), 0.0))

    def _until(self, name: str) -> float:
        digest = _digest(name)
        entry = os.pread(self._file, _ENTRY.size, digest % _PLACES * _ENTRY.size)
        if len(entry) < _ENTRY.size:
            return 0.0
        found, until = _ENTRY.unpack(entry)
        return float(until) if found == digest else 0.0

    def _write(self, server: Server, until: float) -> None:
        for name in _written_by(server):
            digest = _digest(name)
            place = digest % _PLACES * _ENTRY.size
            with suppress(OSError):  # a full disk is said by the store
                os.pwrite(self._file, _ENTRY.pack(digest, until), place)


def _written_by(server: Server) -> tuple[str, str]:
    """Return the names under which a request is noted."""
    site, address = server
    return f"{site} any", f"{site} {address}"


def _read_by(server: Server) -> tuple[str, ...]:
    """Return the names that a request has to wait for.

    A name without a known address may be any server of its domain, and any may be it.
    """
    site, address = server
    return (f"{site} {address}", f"{site} ") if address else (f"{site} any",)


def _digest(name: str) -> int:
    return int.from_bytes(blake2b(f"{_boot()} {name}".encode(), digest_size=8).digest())


@cache
def _boot() -> str:
    """Return what names this start of the machine: turns of an earlier one are over."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""
