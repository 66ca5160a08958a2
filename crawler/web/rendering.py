"""Templates: everything that is printed is escaped, and has no character that turns the text."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

HERE = Path(__file__).parent
_THIN_SPACE = "\u2009"
# Control characters, and changes of direction: <bdi> and dir="auto" isolate texts instead.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_WITH_TIME = ("/search", "/articles", "/export", "/coverage.csv")  # what `as_of` holds for


def shown(value: object) -> object:
    """Return a value as a page prints it; None as nothing. The last step before escaping."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return ""
    return _UNSHOWN.sub("", value) if isinstance(value, str) else value


def address(path: str, **parameters: object) -> str:
    """Return an address of this site; parameters that are None or empty are left out.

    >>> address("/search", q="lang:ar troops", page=None)
    '/search?q=lang%3Aar+troops'
    """
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


@pass_context
def link(context: Context, path: str, **parameters: object) -> str:
    """Return an address with the time that the page is of, where it holds for the address."""
    if path.startswith(_WITH_TIME):
        parameters.setdefault("as_of", context.get("as_of"))
    return address(path, **parameters)


def segment(text: str) -> str:
    """Return a text as one part of a path."""
    return quote(text.encode("utf-8", "replace"), safe="")


def outward(url: str | None) -> str | None:
    """Return an address of the web that may be linked: http or https, with a host; else None."""
    try:
        parts = urlsplit(_UNSHOWN.sub("", url or "").strip())
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return parts.geturl() if is_web else None


def number(value: int) -> str:
    """Return a number with a thin space in thousands."""
    return f"{value:,}".replace(",", _THIN_SPACE)


def moment(value: datetime | None, form: str = "%-d %b %Y, %H:%M") -> Markup | str:
    """Return a time of UTC as a <time> element; nothing of None."""
    if value is None:
        return ""
    utc = value.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(
        utc.isoformat(timespec="seconds").replace("+00:00", "Z"), utc.strftime(form)
    )


def parsed(text: str | None) -> datetime | None:
    """Return a time that is stored as text."""
    return None if text is None else datetime.fromisoformat(text)


def day(value: datetime | None) -> Markup | str:
    """Return the day of a time as a <time> element."""
    return moment(value, "%-d %b %Y")


def code(text: str) -> Markup:
    """Return words of ours; those between backticks are code."""
    parts = text.split("`")
    shown = [Markup("<code>{}</code>").format(one) if place % 2 else escape(one)
             for place, one in enumerate(parts)]  # fmt: skip
    return Markup("").join(shown)


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> plural(1, "article"), plural(2, "copy", "copies")
    ('1 article', '2 copies')
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


_LANGUAGES = {
    "ar": "Arabic", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fa": "Persian", "fr": "French", "he": "Hebrew", "hy": "Armenian", "it": "Italian",
    "ku": "Kurdish", "ckb": "Sorani", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese",
    "ru": "Russian", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "zh": "Chinese",
}  # fmt: skip


def language(code: str | None) -> str:
    """Return the English name of a language; its code where we have none."""
    return _LANGUAGES.get(code or "", code or "unknown")


@cache
def static_files() -> Mapping[str, tuple[bytes, str]]:
    """Return the files of static/ with the digest that their addresses have."""
    found = {}
    for file in sorted((HERE / "static").iterdir()):
        content = file.read_bytes()
        found[file.name] = (content, hashlib.sha256(content).hexdigest()[:12])
    return found


def static(name: str) -> str:
    """Return the address of a static file; it changes with the file's content."""
    return f"/static/{name}?{static_files()[name][1]}"


@cache
def environment() -> Environment:
    """Return the templates, which are compiled once."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(link=link, static=static)
    made.filters.update(
        code=code,
        day=day,
        language=language,
        moment=moment,
        number=number,
        outward=outward,
        parsed=parsed,
        plural=plural,
        segment=segment,
    )
    return made


def render(template: str, values: Mapping[str, Any]) -> str:
    """Return a page as HTML. Any: a template prints values of every type."""
    return environment().get_template(template).render(values)
