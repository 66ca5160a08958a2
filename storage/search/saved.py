"""Saved queries: `@NAME` in a query is the query that sources.toml saves under this name."""

import difflib
import re
from collections.abc import Mapping

from storage.search.nodes import QueryError

NAME = re.compile(r"\w[\w.-]{0,63}")
_PHRASE_OR_NAME = re.compile(r'"[^"]*"|(?<![^\s(-])@(\w[\w.-]*)')
_DEEPEST = 20  # saved queries that name each other


def expand(query: str, saved: Mapping[str, str]) -> str:
    """Return a query with each `@NAME` replaced by the saved query, in brackets.

    In a phrase, "@NAME" is text. Raises QueryError for a name that is not saved, and for queries
    that name each other in a circle.

    >>> expand("@exits lang:ar", {"exits": "withdraw* OR pullout"})
    '(withdraw* OR pullout) lang:ar'
    """
    return _expanded(query, saved, ())


def _expanded(
    query: str,
    saved: Mapping[str, str],
    above: tuple[str, ...],
) -> str:
    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        place = match.start(1)
        if name is None:
            return match[0]
        if name not in saved:
            refusal = _unknown(name, saved)
            raise QueryError(refusal, place)
        if name in above or len(above) >= _DEEPEST:
            raise QueryError(f"@{name} leads to itself", place)

        inside = (*above, name)
        inner = _expanded(saved[name], saved, inside)
        return f"({inner})"

    return _PHRASE_OR_NAME.sub(replaced, query)


def _unknown(name: str, saved: Mapping[str, str]) -> str:
    if not saved:
        return f"no query is saved as {name!r}: write [[query]] in sources.toml"
    nearest = difflib.get_close_matches(name, saved, n=1)
    guess = f"did you mean @{nearest[0]}? " if nearest else ""
    names = ", ".join(f"@{known}" for known in saved)
    return f"no query is saved as {name!r}; {guess}there are {names}"
