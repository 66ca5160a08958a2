"""Lists of feeds that feed readers exchange: OPML 2.0 (http://opml.org/spec2.opml).

Settings that OPML does not have are written as attributes of a namespace of our own. Other readers
ignore them, and an imported list of ours gives the same settings again.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any
from xml.etree import ElementTree as ET

from pydantic import ValidationError

from crawler import text, urls
from crawler.config.effective import duration
from crawler.config.outlet import Outlet
from crawler.config.outlines import NAMESPACE, Outline, outlines
from crawler.urls.address import site_of
from storage.records.model import SourceKind

_KIND, _SETTINGS = "kind", "settings"  # attributes of our own namespace
Table = dict[str, Any]  # Any: a `[[source]]`, as TOML has it


@dataclass(frozen=True, slots=True)
class Listed:
    """The contents of a list: outlets, and messages for the entries that cannot be used."""

    outlets: Sequence[Table]
    refused: Sequence[str]
    left_out: Sequence[str] = ()  # attributes of outlets that are taken without them


def write(outlets: Sequence[Outlet]) -> bytes:
    """Return outlets as OPML, with one outline for each address."""
    ET.register_namespace("drawdown", NAMESPACE)
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = "Drawdown"
    body = ET.SubElement(root, "body")

    for outlet in outlets:
        table = outlet.model_dump(exclude_unset=True)
        for key, value in table.items():
            table[key] = _plain(value)
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
    attributes[f"{{{NAMESPACE}}}{_KIND}"] = kind.value
    attributes[f"{{{NAMESPACE}}}{_SETTINGS}"] = json.dumps(
        settings,
        ensure_ascii=False,
    )
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
    tables: dict[str, Table] = {}
    refused: list[str] = []
    left_out: list[str] = []
    found, lost = outlines(data)
    if lost:
        refused.append(f"{lost} outlines that are cut off or broken")
    for outline in found:
        if not outline.is_feed:
            continue
        shown = f"{_name_of(outline)}: {urls.without_credentials(outline.url) or 'no xmlUrl'}"
        try:
            table = _table(outline)
        except ValueError as error:
            refused.append(f"{shown}: {error}")
            continue
        left_out += [f"{shown}: {what}" for what in _unusable(outline)]
        _merge(tables, table, outline)
    return Listed(list(tables.values()), refused, left_out)


def _name_of(outline: Outline) -> str:
    return text.tidy(outline.name)[:_LONGEST_NAME]


def _table(outline: Outline) -> Table:
    """Return an outline as an outlet. Raises ValueError with the reason if it cannot be used."""
    url = outline.url
    if urls.usable(url) is None:
        raise ValueError("an http or https address is needed")
    table = {
        **_settings(outline),
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


def _kind_of(outline: Outline) -> str:
    kind = outline.own.get(_KIND, "")
    is_known = kind in list(SourceKind)
    return kind if is_known else SourceKind.FEED.value


def _merge(
    tables: dict[str, Table],
    table: Table,
    outline: Outline,
) -> None:
    """Add an address to its outlet; outlets with one name and two sites are two.

    Two papers called "Today" are two outlets: the second is named after its host too.
    """
    for name in names_of(table["name"], outline.url):
        known = tables.get(name)
        if known is None:
            tables[name] = table | {"name": name}
            return
        if _is_one_outlet(known, table, outline):
            _add_addresses(known, table)
            return


def _add_addresses(known: Table, table: Table) -> None:
    """Add the addresses of an outline: most readers write one for each feed of an outlet."""
    for kind in SourceKind:
        addresses = known.get(kind.value, [])
        more = table.get(kind.value, [])
        if more:
            known[kind.value] = list(dict.fromkeys(addresses + more))


def names_of(name: str, url: str) -> Iterator[str]:
    """Yield the names that an outlet may get, its own first: "Today", "Today (paper.example)"."""
    yield name
    host = urls.host_of(url)
    for number in count(1):
        more = f" ({host})" if number == 1 else f" ({host}, {number})"
        yield name[: _LONGEST_NAME - len(more)] + more


def _is_one_outlet(known: Table, table: Table, outline: Outline) -> bool:
    """Return whether an outline is of this outlet: by its homepage, or else by its site."""
    if _SETTINGS in outline.own:  # no two outlets of a configuration have one name
        return True
    homepage = known.get("homepage")
    other_homepage = table.get("homepage")
    if homepage is not None and other_homepage is not None:
        return bool(homepage == other_homepage)
    shared_sites = _sites(known) & _sites(table)
    return bool(shared_sites)


def _sites(table: Table) -> set[str]:
    """Return the registrable domains of an outlet's addresses."""
    addresses: list[str] = []
    for kind in SourceKind:
        addresses += table.get(kind.value, [])
    if "homepage" in table:
        addresses.append(table["homepage"])
    return {site_of(urls.host_of(url)) for url in addresses}


def _settings(outline: Outline) -> Table:
    """Return the settings that Drawdown wrote, or those that other readers write.

    Raises ValueError if Drawdown's own settings are not a table.
    """
    if _SETTINGS in outline.own:
        return _own_settings(outline.own[_SETTINGS])
    settings = {
        "homepage": urls.usable(outline.attributes.get("htmlurl", "")),
        "language": text.primary_language(outline.attributes.get("language")),
        "group": text.tidy(outline.folder),
    }
    return {key: value for key, value in settings.items() if value}


def _unusable(outline: Outline) -> Iterator[str]:
    """Yield a message for each attribute of another reader that an outlet cannot have."""
    if _SETTINGS in outline.own:
        return
    # Other readers write free text: "English (UK)", "unknown".
    language = outline.attributes.get("language", "").strip()
    has_code = text.primary_language(language) is not None
    if language and not has_code:
        yield f"its language {language!r} is left out"

    homepage = outline.attributes.get("htmlurl", "").strip()
    is_usable = urls.usable(homepage) is not None
    if homepage and not is_usable:
        yield "its htmlUrl is left out: it is no usable address"
    elif urls.without_credentials(homepage) != homepage:
        yield "user and password of its htmlUrl are left out"

    if len(text.tidy(outline.name)) > _LONGEST_NAME:
        yield f"its name is cut after {_LONGEST_NAME} characters"


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
