"""`/events`: the state of the corpus as server-sent events (HTML Standard, 9.2)."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from crawler.web.pulse import Beat
from crawler.web.site import Site
from storage.errors import StorageError
from storage.sqlite.database import open_corpus
from storage.sqlite.values import to_json

_LOOK_SECONDS = 3.0
_COMMENT_SECONDS = 5.0
MOST_READERS = 100
_RETRY = 5000  # milliseconds until a browser tries again


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What an open page shows without being loaded again."""

    newest: int  # the number of the newest article
    since: int  # articles after the one that the page knows
    last_poll: str | None
    daemon: bool


async def events(site: Site, after: int | None) -> AsyncIterator[str]:
    """Yield the state at once and whenever it changes, and a comment every few seconds."""
    site.open_streams += 1
    try:
        yield f"retry: {_RETRY}\n\n"
        async for event in _states(site, after):
            yield event
    finally:
        site.open_streams -= 1


async def _states(site: Site, after: int | None) -> AsyncIterator[str]:
    said: State | None = None
    spoke = time.monotonic()
    while not site.is_stopping():
        state = await asyncio.to_thread(_state, site, after)
        now = time.monotonic()
        if state is not None and state != said:
            said, spoke = state, now
            yield f"event: state\ndata: {to_json(state)}\n\n"
        elif now - spoke >= _COMMENT_SECONDS:
            spoke = now
            yield ": still here\n\n"
        await _pause(site)


async def _pause(site: Site) -> None:
    """Wait for the next look, or for the end of the server."""
    end = time.monotonic() + _LOOK_SECONDS
    while time.monotonic() < end and not site.is_stopping():  # noqa: ASYNC110 - a signal sets it
        await asyncio.sleep(0.2)


def _state(site: Site, after: int | None) -> State | None:
    """Return the state; None while the corpus cannot be read."""
    try:
        with open_corpus(site.store) as connection:
            beat = site.pulse.read(connection)
            row = connection.execute(
                "SELECT count(*) FROM article WHERE id > :after",
                {"after": beat.newest if after is None else after},
            ).fetchone()
    except StorageError:
        return None
    return _of(beat, row[0])


def _of(beat: Beat, since: int) -> State:
    poll = beat.last_poll
    return State(
        newest=beat.newest,
        since=since,
        last_poll=poll.isoformat(timespec="seconds") if poll else None,
        daemon=beat.is_collecting,
    )
