"""Reports to the service manager: ready, alive, stopping (sd_notify(3), sd_watchdog_enabled(3)).

A datagram to the socket that the environment names; where it names none nothing is said.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from crawler import log
from storage.errors import StorageError

Prove = Callable[[], Awaitable[str]]
_log = log.get("daemon")


class Manager:
    """The service manager that started this process, if one did."""

    def __init__(self, environment: Mapping[str, str] = os.environ):
        self._address = environment.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]  # the abstract namespace of Linux
        is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = environment.get("WATCHDOG_USEC", "") if is_ours else ""
        self.patience = int(microseconds) / 1e6 if microseconds.isdecimal() else None

    def tell(self, *assignments: str) -> None:
        """Send some lines `NAME=value`; a manager that does not listen is no failure of ours."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto("\n".join(assignments).encode(), self._address)

    def stopping(self, seconds: float) -> None:
        """Say that the end has begun, and how long it may take."""
        self.tell("STOPPING=1", f"EXTEND_TIMEOUT_USEC={int(1e6 * seconds)}")

    async def ready(self, prove: Prove) -> None:
        """Say that all is open."""
        self.tell("READY=1", f"MAINPID={os.getpid()}", f"STATUS={await _status(prove)}")

    async def keep_alive(self, prove: Prove) -> None:
        """Say that it works in a third of the time after which this process would be killed.

        `prove` has to pass through whatever may hang; what it returns is shown as the status. An
        answer that is an error proves as much as any: only silence is a hang.
        """
        while self.patience is not None:
            await asyncio.sleep(self.patience / 3)
            self.tell("WATCHDOG=1", f"STATUS={await _status(prove)}")


async def _status(prove: Prove) -> str:
    try:
        return await prove()
    except StorageError as error:
        return f"the store cannot be read: {error}"
    except Exception as error:  # a bug in a status line is no reason to be killed: decision 15
        _log.exception("status failed")
        return f"the status cannot be read: {type(error).__name__}"
