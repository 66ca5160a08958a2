"""Lists of feeds as other readers write them: OPML 2.0 (http://opml.org/spec2.opml).

What OPML has no word for is written in attributes of our own namespace. Other readers pass over
them, and what we write comes back as it was.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from pydantic import ValidationError

from crawler import text, urls
from crawler.config.effective import duration
from crawler.config.outlet import Outlet
from crawler.errors import FeedUnreadable
from crawler.feeds import xml
from storage.records.model import SourceKind

_NAMESPACE = "urn:drawdown:opml:1"
_KIND, _SETTINGS = f"{{{_NAMESPACE}}}kind", f"{{{_NAMESPACE}}}settings"
Table = dict[str, Any]  # Any: a `[[source]]`, as TOML has it


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list holds: outlets, and entries that cannot be used, with the reason."""

    outlets: Sequence[Table]
    refused: Sequence[str]


def write(outlets: Sequence[Outlet]) -> bytes:
    """Return outlets as OPML, one outline an address."""
    ET.register_namespace("drawdown", _NAMESPACE)
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Drawdown"
    body = ET.SubElement(root, "body")
    for outlet in outlets:
        table = {key: _plain(value) for key, value in outlet.model_dump(exclude_unset=True).items()}
        for kind in SourceKind:
            for url in table.get(kind.value, []):
                ET.SubElement(body, "outline", _attributes(outlet, table, kind, url))
    ET.indent(root)
    outlines: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{outlines}\n'.encode()


def _attributes(outlet: Outlet, table: Table, kind: SourceKind, url: str) -> dict[str, str]:
    found = {"text": outlet.name, "title": outlet.name, "type": "rss", "xmlUrl": url}
    if outlet.homepage:
        found["htmlUrl"] = outlet.homepage
    if outlet.language:
        found["language"] = outlet.language[0]
    rest = {key: value for key, value in table.items() if key not in _IN_OPML}
    return found | {_KIND: kind.value, _SETTINGS: json.dumps(rest, ensure_ascii=False)}


def _plain(value: object) -> Any:
    """Return a value as TOML and JSON have it."""
    match value:
        case timedelta():
            return duration(value.total_seconds())
        case date():
            return value.isoformat()
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items() if item is not None}
        case None:
            return "unlimited"  # of max_age: nothing else is none where it was set
    return value


_IN_OPML = {"name", "feed", "page", "sitemap"}  # the rest comes back from the settings
_LONGEST_NAME = 200  # characters, as the configuration has it


def read(data: bytes) -> Listed:
    """Read a list of ours or of another reader. Raises FeedUnreadable."""
    body = xml.tree(data, "OPML").find("body")
    if body is None:
        raise FeedUnreadable("not OPML: it has no body")
    tables: dict[str, Table] = {}
    refused: list[str] = []
    for outline, folder in _outlines(body):
        url = outline.get("xmlUrl", "").strip()
        try:
            table = _table(outline, url, folder)
        except ValueError as error:
            refused.append(f"{_name_of(outline)}: {url or 'no xmlUrl'}: {error}")
        else:
            _merge(tables, table, url)
    return Listed(list(tables.values()), refused)


def _outlines(body: ET.Element) -> Iterator[tuple[ET.Element, str]]:
    """Yield the outlines that name a feed, in their order, each with its folder.

    By a stack of our own: folders may be nested deeper than Python calls functions.
    """
    waiting = [(outline, "") for outline in reversed(body.findall("outline"))]
    while waiting:
        outline, folder = waiting.pop()
        if "xmlUrl" in outline.attrib or outline.get("type") == "rss":
            yield outline, folder
        inside = _name_of(outline)
        waiting += [(child, inside) for child in reversed(outline.findall("outline"))]


def _name_of(outline: ET.Element) -> str:
    name = outline.get("title") or outline.get("text") or ""
    return text.tidy(name)[:_LONGEST_NAME]


def _table(outline: ET.Element, url: str, folder: str) -> Table:
    """Return an outline as an outlet. Raises ValueError for one that cannot be used."""
    if urls.usable(url) is None:
        raise ValueError("an http or https address is needed")
    table = {
        **_settings(outline, folder),
        "name": _name_of(outline) or urls.host_of(url),
        _kind_of(outline): [url],
    }
    try:
        Outlet.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"its settings cannot be used: {place}: {first['msg']}") from error
    return table


def _kind_of(outline: ET.Element) -> str:
    kind = outline.get(_KIND, "")
    return kind if kind in list(SourceKind) else SourceKind.FEED.value


def _merge(tables: dict[str, Table], table: Table, url: str) -> None:
    """Add an address to its outlet. Outlets of one name on several hosts are several."""
    name = table["name"]
    # Two papers called "Today" are two outlets; two feeds of one homepage are one.
    known = tables.get(name)
    if known is not None and known.get("homepage") != table.get("homepage"):
        host = f" ({urls.host_of(url)})"
        name = table["name"] = name[: _LONGEST_NAME - len(host)] + host
        known = tables.get(name)
    if known is None:
        tables[name] = table
        return
    # Most readers write one outline for each feed of an outlet.
    for kind in SourceKind:
        listed = table.get(kind.value, [])
        known[kind.value] = list(dict.fromkeys([*known.get(kind.value, []), *listed]))


def _settings(outline: ET.Element, folder: str) -> Table:
    """Return our own settings, or what other readers have words for.

    Raises ValueError where settings of ours are no table.
    """
    if _SETTINGS in outline.attrib:
        return _own_settings(outline.attrib[_SETTINGS])
    # `language` of an outline is free text in other readers: "English (UK)" is left out.
    said = {
        "homepage": urls.usable(outline.get("htmlUrl", "")),
        "language": text.primary_language(outline.get("language")),
        "group": text.tidy(folder),
    }
    return {key: value for key, value in said.items() if value}


def _own_settings(written: str) -> Table:
    # RecursionError: of brackets in brackets. ValueError: of a number of 5,000 digits, too.
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ValueError("its settings cannot be used: a JSON object is needed")
    if named := sorted(found.keys() & _IN_OPML):
        raise ValueError(f"its settings cannot be used: {named[0]} is said by the outline itself")
    return found
