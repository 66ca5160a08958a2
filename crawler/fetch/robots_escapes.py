"""Escapes of robots.txt and of addresses, compared as they are written."""

import re

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


def literally(text: str) -> str:
    """Let a parser compare escapes as they are written, but for the case of their digits.

    It would decode them; parsers agree that "%62" in a rule is not the "b" of a path. The one
    exception is the tilde, which RFC 1738 had escaped and RFC 3986 has not.

    >>> literally("/%7ejoe/%c3%bc")
    '/~joe/%25C3%25BC'
    """
    if "%" not in text:
        return text
    text = _ESCAPE.sub(lambda match: match[0].upper(), text)
    return text.replace("%7E", "~").replace("%", "%25")
