"""Lists of feeds as other readers write them: OPML 2.0 (http://opml.org/spec2.opml).

What OPML has no word for stands in attributes of our own namespace, which others pass over, so that
what we write comes back as it was.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from crawler import urls
from crawler.config.effective import duration
from crawler.config.outlet import Outlet
from crawler.errors import FeedUnreadable
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
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


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


def read(data: bytes) -> Listed:
    """Read a list of ours or of another reader. Raises FeedUnreadable."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise FeedUnreadable("OPML with a document type: refused, it may expand without end")
    try:
        body = ET.fromstring(data).find("body")  # noqa: S314 - without entities there is no harm
    except ET.ParseError as error:
        raise FeedUnreadable(f"not OPML: {error}") from error
    if body is None:
        raise FeedUnreadable("not OPML: it has no body")
    tables: dict[str, Table] = {}
    refused: list[str] = []
    for outline, folder in _outlines(body, ""):
        url = outline.get("xmlUrl", "").strip()
        name = (outline.get("title") or outline.get("text") or "").strip()
        if urls.usable(url) is None:
            refused.append(f"{name}: {url or 'no xmlUrl'}: an http or https address is needed")
            continue
        name = name or urls.host_of(url)
        _take(tables, name, url, outline, folder)
    return Listed(list(tables.values()), refused)


def _outlines(parent: ET.Element, folder: str) -> Iterator[tuple[ET.Element, str]]:
    """Yield the outlines that name a feed, with the folder they lie in."""
    for outline in parent.findall("outline"):
        if "xmlUrl" in outline.attrib or outline.get("type") == "rss":
            yield outline, folder
        name = outline.get("title") or outline.get("text") or ""
        yield from _outlines(outline, name)


def _take(tables: dict[str, Table], name: str, url: str, outline: ET.Element, folder: str) -> None:
    """Add an address to its outlet. Outlets of one name on several hosts are several."""
    kind = outline.get(_KIND, SourceKind.FEED.value)
    kind = kind if kind in list(SourceKind) else SourceKind.FEED.value
    settings = _settings(outline, folder)
    known = tables.get(name)
    if known is not None and known.get("homepage") != settings.get("homepage"):
        name = f"{name} ({urls.host_of(url)})"
        known = tables.get(name)
    if known is None:
        known = tables[name] = {"name": name, **settings}
    addresses = known.setdefault(kind, [])
    if url not in addresses:
        addresses.append(url)


def _settings(outline: ET.Element, folder: str) -> Table:
    """Return our own settings, or what other readers have words for."""
    if _SETTINGS in outline.attrib:
        try:
            found = json.loads(outline.attrib[_SETTINGS])
        except ValueError:
            found = None
        if isinstance(found, dict):
            return found
    said = {
        "homepage": urls.usable(outline.get("htmlUrl", "")),
        "language": outline.get("language"),
        "group": folder,
    }
    return {key: value for key, value in said.items() if value}
