"""What a service manager is told: ready, alive, stopping (sd_notify(3), sd_watchdog_enabled(3)).

A datagram to the socket that the environment names; where it names none nothing is said.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress


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

    @asynccontextmanager
    async def told(self, prove: Callable[[], Awaitable[str]]) -> AsyncIterator[None]:
        """Say that all is open, and from time to time that it works, while the block runs.

        `prove` has to pass through whatever may hang; what it returns is shown as the status.
        """
        self.tell("READY=1", f"MAINPID={os.getpid()}", f"STATUS={await prove()}")
        task = asyncio.create_task(self._keep_alive(prove))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _keep_alive(self, prove: Callable[[], Awaitable[str]]) -> None:
        """Tell in a third of the time after which this process would be killed."""
        while self.patience is not None:
            await asyncio.sleep(self.patience / 3)
            self.tell("WATCHDOG=1", f"STATUS={await prove()}")
