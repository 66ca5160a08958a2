"""The valid name that a wrong one was probably meant to be."""

import difflib
from collections.abc import Iterable

_LEAST_LIKENESS = 0.6  # difflib's own cutoff: "limit" and "limits", "hourly" and "daily" not


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """Return the valid name that is nearest to one, whatever its capital letters; None if none is.

    >>> nearest("State", ["state", "public"]), nearest("obay", ["obey", "ignore"])
    ('state', 'obey')
    """
    by_letters = {one.casefold(): one for one in valid}
    close = difflib.get_close_matches(
        name.casefold(),
        by_letters,
        n=1,
        cutoff=_LEAST_LIKENESS,
    )
    return by_letters[close[0]] if close else None
