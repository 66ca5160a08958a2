"""Lists of feeds that feed readers exchange: OPML 2.0 (http://opml.org/spec2.opml).

Settings that OPML does not have are written as attributes of a namespace of our own. Other readers
ignore them, and an imported list of ours gives the same settings again.
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
_KIND = f"{{{_NAMESPACE}}}kind"
_SETTINGS = f"{{{_NAMESPACE}}}settings"
Table = dict[str, Any]  # Any: a `[[source]]`, as TOML has it


@dataclass(frozen=True, slots=True)
class Listed:
    """The contents of a list: outlets, and messages for the entries that cannot be used."""

    outlets: Sequence[Table]
    refused: Sequence[str]


def write(outlets: Sequence[Outlet]) -> bytes:
    """Return outlets as OPML, with one outline for each address."""
    ET.register_namespace("drawdown", _NAMESPACE)
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = "Drawdown"
    body = ET.SubElement(root, "body")

    for outlet in outlets:
        settings = outlet.model_dump(exclude_unset=True)
        table = {key: _plain(value) for key, value in settings.items()}
        for kind in SourceKind:
            for url in table.get(kind.value, []):
                attributes = _attributes(outlet, table, kind, url)
                ET.SubElement(body, "outline", attributes)

    ET.indent(root)
    outlines: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{outlines}\n'.encode()


def _attributes(
    outlet: Outlet,
    table: Table,
    kind: SourceKind,
    url: str,
) -> dict[str, str]:
    """Return the attributes of an outline: those of every reader, then our own."""
    attributes = {
        "text": outlet.name,
        "title": outlet.name,
        "type": "rss",
        "xmlUrl": url,
    }
    if outlet.homepage:
        attributes["htmlUrl"] = outlet.homepage
    if outlet.language:
        attributes["language"] = outlet.language[0]

    settings = {key: value for key, value in table.items() if key not in _IN_OPML}
    attributes[_KIND] = kind.value
    attributes[_SETTINGS] = json.dumps(settings, ensure_ascii=False)
    return attributes


def _plain(value: object) -> Any:
    """Return a value as TOML and JSON can write it."""
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
            return "unlimited"  # of max_age, the only key whose value may be None
    return value


_IN_OPML = {"name", "feed", "page", "sitemap"}  # other keys are in the settings attribute
_LONGEST_NAME = 200  # characters, as in the configuration


def read(data: bytes) -> Listed:
    """Read a list that Drawdown or another feed reader wrote. Raises FeedUnreadable."""
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


Outline = tuple[ET.Element, str]  # with the name of its folder


def _outlines(body: ET.Element) -> Iterator[Outline]:
    """Yield the outlines that name a feed, in their order, each with its folder.

    A list of what waits replaces recursion: folders may be nested deeper than Python's stack.
    """
    waiting = _inside(body, "")
    while waiting:
        outline, folder = waiting.pop()
        has_url = "xmlUrl" in outline.attrib
        if has_url or outline.get("type") == "rss":
            yield outline, folder
        waiting += _inside(outline, _name_of(outline))


def _inside(element: ET.Element, folder: str) -> list[Outline]:
    """Return the outlines in an element with its name, the last one first."""
    outlines = element.findall("outline")
    return [(outline, folder) for outline in reversed(outlines)]


def _name_of(outline: ET.Element) -> str:
    name = outline.get("title") or outline.get("text") or ""
    return text.tidy(name)[:_LONGEST_NAME]


def _table(
    outline: ET.Element,
    url: str,
    folder: str,
) -> Table:
    """Return an outline as an outlet. Raises ValueError with the reason if it cannot be used."""
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
    is_known = kind in list(SourceKind)
    return kind if is_known else SourceKind.FEED.value


def _merge(
    tables: dict[str, Table],
    table: Table,
    url: str,
) -> None:
    """Add an address to its outlet; outlets with one name and two homepages are two.

    Two papers called "Today" are two outlets: the second is named after its host too.
    """
    known = tables.get(table["name"])
    if known is not None and known.get("homepage") != table.get("homepage"):
        host = f" ({urls.host_of(url)})"
        short_name = table["name"][: _LONGEST_NAME - len(host)]
        table["name"] = short_name + host
        known = tables.get(table["name"])
    if known is None:
        tables[table["name"]] = table
        return

    # Most readers write one outline for each feed of an outlet.
    for kind in SourceKind:
        addresses = known.get(kind.value, [])
        more = table.get(kind.value, [])
        known[kind.value] = list(dict.fromkeys(addresses + more))


def _settings(outline: ET.Element, folder: str) -> Table:
    """Return the settings that Drawdown wrote, or those that other readers write.

    Raises ValueError if Drawdown's own settings are not a table.
    """
    if _SETTINGS in outline.attrib:
        return _own_settings(outline.attrib[_SETTINGS])
    # Other readers write free text as `language`: "English (UK)" is left out.
    settings = {
        "homepage": urls.usable(outline.get("htmlUrl", "")),
        "language": text.primary_language(outline.get("language")),
        "group": text.tidy(folder),
    }
    return {key: value for key, value in settings.items() if value}


def _own_settings(written: str) -> Table:
    # RecursionError: too many nested brackets. ValueError: also a number of 5,000 digits.
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ValueError("its settings cannot be used: a JSON object is needed")
    if named := sorted(found.keys() & _IN_OPML):
        raise ValueError(f"its settings cannot be used: {named[0]} is said by the outline itself")
    return found
