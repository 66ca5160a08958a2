"""Origins that are left alone for a while: they asked for it, or could not be reached.

Politeness goes by host, reachability by origin: a closed port or a busy server at one port says
nothing of another. A name that does not resolve is the host's, whatever the port.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

from crawler import urls
from crawler.errors import FetchError, Paused
from crawler.fetch.backoff import UNREACHED_PAUSE, pause
from storage.records.outcome import Outcome

LONG_PAUSE = 60.0  # seconds: no command waits longer for an origin that asked for a pause
_REMEMBERED = 10_000  # origins, those that failed last


@dataclass(slots=True)
class _Pause:
    until: float  # monotonic seconds
    error: FetchError
    refusals: int  # in a row


class Pauses:
    """What each origin's last failure means for the next requests to it."""

    def __init__(self) -> None:
        self._by_origin: OrderedDict[str, _Pause] = OrderedDict()

    def begin(self, url: str, error: FetchError) -> None:
        """Leave the origin of an address alone where a failure is a reason to.

        Sets `retry_after` of the error to the seconds of the pause.
        """
        is_refusal = error.outcome is Outcome.RATE_LIMITED
        if not is_refusal and not error.unreached:
            return
        origin = urls.origin_of(url)
        known = self._by_origin.pop(origin, None)
        refusals = (known.refusals if known else 0) + is_refusal
        length = pause(error.retry_after, refusals) if is_refusal else UNREACHED_PAUSE
        error.retry_after = length.total_seconds()
        until = time.monotonic() + error.retry_after
        self._by_origin[origin] = _Pause(until, error, refusals)
        if len(self._by_origin) > _REMEMBERED:
            self._by_origin.popitem(last=False)

    def end(self, url: str) -> None:
        """Forget what an origin asked for or how it failed: it has answered."""
        if self._by_origin:
            self._by_origin.pop(urls.origin_of(url), None)

    def seconds_of(self, url: str) -> float:
        """Return for how long the origin of an address is still left alone; 0 where it is not."""
        if not self._by_origin:
            return 0.0
        try:
            found = self._by_origin.get(urls.origin_of(url))
        except ValueError:  # stored by an older version; its fetch says that it cannot be asked
            return 0.0
        return 0.0 if found is None else max(found.until - time.monotonic(), 0.0)

    def refuse(self, url: str) -> None:
        """Raise Paused where the origin of an address is left alone."""
        if seconds := self.seconds_of(url):
            raise self._paused(url, seconds)

    def refuse_long(self, url: str) -> None:
        """Raise Paused where the origin of an address asked for a long pause."""
        seconds = self.seconds_of(url)
        if seconds > LONG_PAUSE and not self._by_origin[urls.origin_of(url)].error.unreached:
            raise self._paused(url, seconds)

    def _paused(self, url: str, seconds: float) -> Paused:
        error = self._by_origin[urls.origin_of(url)].error
        detail = f"not asked, {seconds:.0f} s of a pause are left: {error.detail or error.outcome}"
        return Paused(
            error.outcome, url, detail, retry_after=seconds, unreached=error.unreached
        )  # fmt: skip
