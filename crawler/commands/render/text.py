"""Values as text that cannot control the terminal it is printed to."""

from datetime import UTC, datetime


def plain(value: object) -> str:
    """Return a value as text without control characters; None as an empty text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moment(value)
    return "".join(map(_shown, str(value)))


def moment(time: datetime) -> str:
    """Return a time to the minute, with its zone.

    >>> moment(datetime(2026, 11, 28, 4, 5, tzinfo=UTC))
    '2026-11-28 04:05 UTC'
    """
    zoned = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return f"{zoned:%Y-%m-%d %H:%M} UTC"


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


def ago(time: datetime | None, now: datetime) -> str:
    """Return how long ago a time was; an empty text of None."""
    if time is None:
        return ""
    seconds = (now - time).total_seconds()
    return f"{span(seconds)} ago"


def ahead(time: datetime | None, now: datetime) -> str:
    """Return how far ahead a time is, or that it is due; an empty text of None."""
    if time is None:
        return ""
    if time <= now:
        return "due"
    seconds = (time - now).total_seconds()
    return f"in {span(seconds)}"
