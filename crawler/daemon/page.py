"""The page of `[web]` as a process of its own beside the daemon; both stop together.

A page that is computed never holds up the fetch loop. The process looks at its parent each second,
and ends after a daemon that was killed.
"""

import asyncio
import sys
from pathlib import Path

from crawler.errors import CrawlerError

_STOP_SECONDS = 5.0  # its answers under way get two of them


class PageEnded(CrawlerError):
    """The process of the page ended; its own message is in the log."""


async def serve(file: Path) -> None:
    """Run the page of a configuration until cancelled. Raises PageEnded."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "crawler", "--config", str(file), "web", "--with-parent",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        code = await process.wait()
    finally:
        await _stop(process)
    raise PageEnded(f"drawdown web ended with {code}: its message is above")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
