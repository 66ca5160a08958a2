"""What an alert says: plain text of what came from the web, which may command nobody.

Services show text as they like: as HTML (apprise escapes it), or as their own kind of Markdown,
with mentions and links. What they would act upon is taken apart here; the words stay.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 20  # items of a message
_CUT, _TITLE = 300, 80  # characters of a headline or sentence, and of one as a title
_COUNT = 40  # characters of how many more there are, and of what lies between
_JOINER = "\u2060"  # shows nothing, and parts what a service would read as one
_BRACKETS = str.maketrans({"<": "‹", ">": "›", "`": "ʼ"})
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of a message: what, by whom and when, where to read on."""

    number: int  # of its item in the queue
    headline: str
    about: str = ""
    url: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message, and up to which item it tells."""

    title: str
    body: str
    until: int
    last: int  # the last item that is listed; the others of a flood are counted
    has_more: bool = False  # items wait that it neither lists nor counts


def compose(
    alert: str,
    lines: Sequence[Line],
    count: int,
    newest: int,
    *,
    most: int,
    is_repeated: bool,
) -> Message:
    """Put waiting items into a message of `most` characters: what does not fit is for the next one.

    `lines` are the first of the `count` that wait, MOST or fewer. Of a flood, more than five
    messages, these are listed, and the others counted.
    """
    is_flood = count > 5 * MOST
    closing = f"Drawdown, alert “{alert}”"
    if is_repeated:
        closing += "\nThis may have come before: Drawdown was stopped while it was sent."
    reserved = len(alert) + _TITLE + len(closing) + _COUNT
    shown = _fitting(lines, most - reserved)
    title = f"{count if is_flood else len(shown)} items"
    if len(shown) == 1:
        title = clean(lines[0].headline, _TITLE)
    if is_flood:
        closing = f"and {count - len(shown):,} more\n\n{closing}"
    last = lines[len(shown) - 1].number
    return Message(
        title=f"{alert}: {title}",
        body="\n\n".join([*shown, closing]),
        until=newest if is_flood else last,
        last=last,
        has_more=not is_flood and count > len(shown),
    )


def _fitting(lines: Sequence[Line], room: int) -> list[str]:
    """Return the first lines as blocks, as many as fit; the first one in any case, cut."""
    shown: list[str] = []
    used = 0
    for line in lines:
        block = _block(line)
        used += len(block)
        if shown and used > room:
            break
        shown.append(block[: max(room, 0)])
    return shown


def _block(line: Line) -> str:
    parts = [
        clean(line.headline),
        clean(line.about),
        _link(line.url),
    ]
    if line.quote:
        parts.append(f"“{clean(line.quote)}”")
    return "\n".join(part for part in parts if part)


def clean(text: str, most: int = _CUT) -> str:
    """Return text from the web as it may be shown anywhere.

    >>> clean("<!channel> [Read](https://evil.example) @everyone").replace("\\u2060", "·")
    '‹!channel› [Read]·(https://evil.example) @·everyone'
    """
    shown = "".join(c if c.isprintable() else " " for c in _BIDI.sub("", text))
    shown = " ".join(shown.split()).translate(_BRACKETS)
    shown = shown.replace("@", f"@{_JOINER}").replace("](", f"]{_JOINER}(")
    if len(shown) <= most:
        return shown
    beginning = shown[: most - 1]
    return f"{beginning.rstrip()}…"


def _link(url: str) -> str:
    """Return an address that holds nothing a service would act upon."""
    safe = "".join(c for c in url if c.isprintable() and not c.isspace())
    for character in "@<>`|*":
        safe = safe.replace(character, f"%{ord(character):02X}")
    return safe
