"""HTML that is written from texts of the web: each is escaped, and no address runs anything.

Elements of the HTML standard (WHATWG); what html5lib accepts in its strict mode.
"""

import re
from html import escape
from typing import Final

# Characters that are no text in HTML (section 13.2.3.5): controls, and what is no character.
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]|[\ufffe\uffff]"
    + "|".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
)
_WEB: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
# Languages of the press that are written from right to left. Kurdish and Azerbaijani have two
# scripts: their first letter says which.
_FROM_THE_RIGHT: Final = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur"])
_BY_LETTER: Final = frozenset(["ku", "az", "kmr"])


def text(value: object) -> str:
    """Return a text as HTML shows it.

    >>> text('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return escape(_FORBIDDEN.sub("", str(value)), quote=True)


def element(
    name: str,
    content: str,
    **attributes: str,
) -> str:
    """Return an element around HTML; attributes are texts, and `class_` is `class`."""
    written = "".join(
        f' {key.rstrip("_")}="{text(value)}"' for key, value in attributes.items() if value
    )
    return f"<{name}{written}>{content}</{name}>"


def block(
    name: str,
    content: str,
    language: str | None,
    **attributes: str,
) -> str:
    """Return an element whose text is in a language, with its direction."""
    lang = language if language and _LANGUAGE.fullmatch(language) else ""
    return element(name, content, lang=lang, dir=_direction(lang), **attributes)


def _direction(language: str) -> str:
    primary = language.partition("-")[0].lower()
    if not primary or primary in _BY_LETTER:
        return "auto"
    return "rtl" if primary in _FROM_THE_RIGHT else "ltr"


def link(address: str) -> str:
    """Return an address as a link where it is of the web; else as text: "javascript:" is none."""
    if not address:
        return ""
    shown = element("bdi", text(address))
    if _WEB.fullmatch(address) is None:
        return shown
    return element("a", shown, href=address, rel="noreferrer noopener")


def table(
    caption: str,
    headings: list[str],
    rows: list[list[str]],
) -> str:
    """Return a table with its headings; cells are HTML."""
    head = "".join(element("th", text(heading), scope="col") for heading in headings)
    lines = []
    for row in rows:
        cells = "".join(element("td", cell) for cell in row)
        lines.append(element("tr", cells))
    body = element("tbody", "\n".join(lines))
    return element(
        "table",
        element("caption", text(caption)) + element("thead", element("tr", head)) + body,
    )


def facts(rows: list[tuple[str, str]]) -> str:
    """Return names with their values, which are HTML; those without a value are left out."""
    pairs = []
    for name, value in rows:
        if value:
            pairs.append(element("dt", text(name)) + element("dd", value))
    return element("dl", "\n".join(pairs)) if pairs else ""
