"""A bounded cache of what a function returned for a word."""

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


class Memo(dict[str, Value]):
    """The results of `function` for about the `limit` words that were asked for last.

    `memo[word]` always returns the word's result: from the cache, or by calling the function. Use
    no other method. `lru_cache` does the same, but its calls were a tenth of the instructions of a
    verdict, which looks up every word of a text.

    There are two generations: once the newer one contains half of `limit`, it becomes the older
    one, and a word that is asked for again moves from there into the next.
    """

    def __init__(self, function: Callable[[str], Value], limit: int):
        super().__init__()
        self._function = function
        self._half = max(1, limit // 2)
        self._older: dict[str, Value] = {}

    def __missing__(self, word: str) -> Value:
        if len(self) >= self._half:
            self._older = dict(self)
            self.clear()

        older = self._older  # another thread may replace it
        value = older[word] if word in older else self._function(word)
        self[word] = value
        return value
