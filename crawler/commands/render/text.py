"""Values as text that cannot control the terminal it is printed to."""

from datetime import datetime


def plain(value: object) -> str:
    """Return a value as text without control characters; None as an empty text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "".join(map(_shown, str(value)))


def _shown(character: str) -> str:
    """Return a character, or what is shown in place of a control character."""
    is_safe = character.isprintable() or character in _ALLOWED
    if is_safe:
        return character
    return " " if character.isspace() else "\ufffd"


_ALLOWED = "\n\u200c\u200d"  # joiners are not printable, but Persian words need them


def span(seconds: float | None) -> str:
    """Return a duration in its largest fitting unit; an empty text of None.

    >>> span(5400)
    '90 min'
    """
    if seconds is None:
        return ""
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago a time was; an empty text of None."""
    if moment is None:
        return ""
    seconds = (now - moment).total_seconds()
    return f"{span(seconds)} ago"


def ahead(moment: datetime, now: datetime) -> str:
    """Return how far ahead a time is, or that it is due."""
    if moment <= now:
        return "due"
    seconds = (moment - now).total_seconds()
    return f"in {span(seconds)}"
