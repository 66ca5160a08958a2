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
    alert: str, lines: Sequence[Line], count: int, newest: int, *, most: int, is_repeated: bool
) -> Message:
    """Put waiting items into a message of `most` characters: what does not fit is for the next one.

    `lines` are the first of the `count` that wait, MOST or fewer. Of a flood, more than five
    messages, these are listed, and the others counted.
    """
    is_flood = count > 5 * MOST
    closing = f"Drawdown, alert “{alert}”"
    repeat = "\nThis may have come before: Drawdown was stopped while it was sent." * is_repeated
    room = most - len(alert) - _TITLE - len(closing) - len(repeat) - _COUNT
    shown: list[str] = []
    for line in lines:
        block = _block(line)
        if shown and sum(map(len, shown)) + len(block) > room:
            break
        shown.append(block[: max(room, 0)])
    more = f"and {count - len(shown):,} more\n\n" if is_flood else ""
    headline = clean(lines[0].headline, _TITLE)
    title = headline if len(shown) == 1 else f"{count if is_flood else len(shown)} items"
    last = lines[len(shown) - 1].number
    return Message(
        title=f"{alert}: {title}",
        body="\n\n".join((*shown, f"{more}{closing}{repeat}")),
        until=newest if is_flood else last,
        last=last,
        has_more=not is_flood and count > len(shown),
    )


def _block(line: Line) -> str:
    quote = f"“{clean(line.quote)}”" if line.quote else ""
    parts = (clean(line.headline), clean(line.about), _link(line.url), quote)
    return "\n".join(part for part in parts if part)


def clean(text: str, most: int = _CUT) -> str:
    """Return text from the web as it may be shown anywhere.

    >>> clean("<!channel> [Read](https://evil.example) @everyone").replace("\\u2060", "·")
    '‹!channel› [Read]·(https://evil.example) @·everyone'
    """
    shown = "".join(c if c.isprintable() else " " for c in _BIDI.sub("", text))
    shown = " ".join(shown.split()).translate(_BRACKETS)
    shown = shown.replace("@", f"@{_JOINER}").replace("](", f"]{_JOINER}(")
    return shown if len(shown) <= most else f"{shown[: most - 1].rstrip()}…"


def _link(url: str) -> str:
    """Return an address that holds nothing a service would act upon."""
    safe = "".join(c for c in url if c.isprintable() and not c.isspace())
    for character in "@<>`|*":
        safe = safe.replace(character, f"%{ord(character):02X}")
    return safe
