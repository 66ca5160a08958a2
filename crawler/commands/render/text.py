"""Values as text for people, which can do nothing to their terminal."""

from datetime import datetime


def plain(value: object) -> str:
    """Return a value as text that cannot command a terminal."""
    shown = value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value
    text = "" if shown is None else str(shown)
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    """Return a character as it may be shown: joiners stay, since Persian words need them."""
    if character.isprintable() or character in "\n\u200c\u200d":
        return character
    return " " if character.isspace() else "\ufffd"


def span(seconds: float | None) -> str:
    """Return a time as people say it; nothing of none.

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
    """Return how long ago a time was; nothing of none."""
    return f"{span((now - moment).total_seconds())} ago" if moment else ""


def ahead(moment: datetime, now: datetime) -> str:
    """Return in how long a time comes."""
    return f"in {span((moment - now).total_seconds())}" if moment > now else "due"
