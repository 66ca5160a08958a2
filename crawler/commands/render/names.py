"""Names that people type: completed by the shell, found in any case, and suggested."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from crawler.errors import ConfigError

_SUGGESTED = 3  # names of one message
# The similarity of two names from which one is taken for a slip of the other; the default of
# difflib is 0.6, which finds "Nile Post" for "Nope" no more than it should.
_SIMILAR = 0.6


def complete_outlet(
    context: click.Context,
    _parameter: object,
    begun: str,
) -> list[str]:
    """Return the outlets whose names begin with a text."""
    return _names(context, "source", begun)


def complete_alert(
    context: click.Context,
    _parameter: object,
    begun: str,
) -> list[str]:
    """Return the alerts whose names begin with a text."""
    return _names(context, "alert", begun)


def _names(context: click.Context, table: str, begun: str) -> list[str]:
    from crawler import config as configuration

    file = context.find_root().params.get("config") or Path("sources.toml")
    try:
        listed = getattr(configuration.load(file), table)
    except ConfigError:  # the command itself reports it
        return []
    return [one.name for one in listed if one.name.lower().startswith(begun.lower())]


def find_name(asked: str, known: Iterable[str]) -> str | None:
    """Return the known name that is meant, in any case; None if there is none, or several.

    >>> find_name("wire ONE", ["Wire One", "Wire Two"])
    'Wire One'
    """
    names = list(dict.fromkeys(known))
    if asked in names:
        return asked
    folded = _folded(asked)
    found = [name for name in names if _folded(name) == folded]
    return found[0] if len(found) == 1 else None


def named(asked: str, known: Iterable[str], what: str) -> str:
    """Return the known name that is meant. Raises UsageError, which suggests the nearest names.

    `what`: the noun of the message, as "source".
    """
    names = list(dict.fromkeys(known))
    found = find_name(asked, names)
    if found is None:
        raise click.UsageError(f"no {what} named {asked!r}{suggestion(asked, names)}")
    return found


def suggestion(asked: str, known: Sequence[str]) -> str:
    """Return the end of a message that names the nearest names, or a few of them.

    >>> suggestion("Nil Post", ["Nile Post", "Wire One"])
    "; did you mean 'Nile Post'?"
    """
    if not known:
        return "; there are none"
    near = nearest(asked, known)
    if near:
        return f"; did you mean {' or '.join(map(repr, near))}?"
    some = ", ".join(map(repr, sorted(known)[:_SUGGESTED]))
    more = len(known) - _SUGGESTED
    return f"; the names are {some}" + (f" and {more:,} more" if more > 0 else "")


def nearest(asked: str, known: Iterable[str]) -> list[str]:
    """Return the names that are most like one: those that contain it, else a slip of the hand."""
    by_fold: dict[str, str] = {}
    for name in known:
        by_fold.setdefault(_folded(name), name)
    folded = _folded(asked)
    near = get_close_matches(folded, by_fold, _SUGGESTED, _SIMILAR)
    if not near and len(folded) > 2:
        near = [name for name in by_fold if folded in name][:_SUGGESTED]
    return [by_fold[name] for name in near]


def _folded(name: str) -> str:
    """Return a name without case, and with single spaces."""
    return " ".join(name.casefold().split())
