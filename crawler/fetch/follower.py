"""Follows a target to its response: the robots rules of its origin first, then its redirects."""

from collections.abc import Awaitable, Callable

from crawler.fetch.fetcher import RulesNeeded, robots_target
from crawler.fetch.http.request import Redirected
from crawler.fetch.queue import HostQueue
from storage.records.model import FrontierUrl

Step = Callable[[FrontierUrl], Awaitable[object]]


class Follower:
    """Takes targets from request to request, each in its host's turn.

    A chain ends: a redirect carries what was passed before it, and the rules of an origin are
    learned whatever its robots.txt answers.
    """

    def __init__(self, queue: HostQueue):
        self._queue = queue

    async def attempt(self, target: FrontierUrl, step: Step) -> bool:
        """Take a step; return whether it is done, else the target waits for another attempt.

        Raises what the step raises, FetchError among it.
        """
        try:
            await step(target)
        except RulesNeeded as needed:
            self._queue.hold(target, robots_target(needed.origin))
            return False
        except Redirected as led:
            self._queue.put_back(led.moved(target))
            return False
        return True
