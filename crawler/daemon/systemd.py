"""Reports to the service manager: ready, alive, stopping (sd_notify(3), sd_watchdog_enabled(3)).

Messages are datagrams to the socket that the environment names; without a name nothing is sent.
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
    """The service manager that started this process, if there is one."""

    def __init__(self, environment: Mapping[str, str] = os.environ):
        self._address = environment.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]  # the abstract namespace of Linux
        self.patience = _watchdog_seconds(environment)

    def tell(self, *assignments: str) -> None:
        """Send some lines `NAME=value`; it is no error if the manager does not listen."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto("\n".join(assignments).encode(), self._address)

    def stopping(self, seconds: float) -> None:
        """Report that the end has begun, and how long it may take."""
        microseconds = int(1e6 * seconds)
        self.tell("STOPPING=1", f"EXTEND_TIMEOUT_USEC={microseconds}")

    async def ready(self, prove: Prove) -> None:
        """Report that the daemon is ready."""
        self.tell(
            "READY=1",
            f"MAINPID={os.getpid()}",
            f"STATUS={await _status(prove)}",
        )

    async def keep_alive(self, prove: Prove) -> None:
        """Report that the daemon works, three times before the manager would kill it.

        `prove` uses everything that may hang, and returns the status to show. A status that is an
        error is reported too: only a call that does not return is a hang.
        """
        while self.patience is not None:
            await asyncio.sleep(self.patience / 3)
            self.tell("WATCHDOG=1", f"STATUS={await _status(prove)}")


def _watchdog_seconds(environment: Mapping[str, str]) -> float | None:
    """Return the seconds after which the manager kills a silent process; None if it does not."""
    own_pid = str(os.getpid())
    if environment.get("WATCHDOG_PID", own_pid) != own_pid:
        return None
    microseconds = environment.get("WATCHDOG_USEC", "")
    return int(microseconds) / 1e6 if microseconds.isdecimal() else None


async def _status(prove: Prove) -> str:
    try:
        return await prove()
    except StorageError as error:
        return f"the store cannot be read: {error}"
    except Exception as error:  # a bug of the status line must not end the daemon: decision 15
        _log.exception("status failed")
        return f"the status cannot be read: {type(error).__name__}"
