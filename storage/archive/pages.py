"""Makes a page, with its extraction inputs, from archived records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from storage.archive.records import RENAMED, ArchivedPage, Record, pairs
from storage.records.claims import dated, instant, number
from storage.records.model import FeedEntry, Page, Phases, ReadWith


def page_of(found: Sequence[Record]) -> ArchivedPage:
    """Return the page of the records at one place of our archive.

    Raises ValueError, also where only a field of them is damaged: nothing else is read of them.
    """
    response = found[0]
    status_line, _, head = response.block.partition(b"\r\n\r\n")[0].partition(b"\r\n")
    kinds = {record.headers.get("warc-type"): record for record in found}
    metadata = kinds.get("metadata")
    url = response.headers.get("warc-target-uri")
    status = number(status_line.decode("latin-1").partition(" ")[2].partition(" ")[0])
    moment = instant(response.headers.get("warc-date"))
    if not url or status is None or moment is None:
        raise ValueError("a response without address, status or date")
    page = Page(
        url=url,
        requested_url=url,
        redirects=(),
        status=status,
        headers=headers_of(pairs(head)),
        body=response.payload,
        wire_bytes=len(response.payload),
        address=response.headers.get("warc-ip-address"),
        phases=Phases(),
        fetched_at=moment,
    )
    kept = with_metadata(page, metadata.block if metadata else b"")
    if kept.faults:
        raise ValueError(f"{url}: metadata that is not ours: {', '.join(kept.faults)}")
    return kept


def headers_of(found: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the headers of the server, without the length of the decoded body, which is ours."""
    if found and found[-1][0] == "Content-Length":
        found = found[:-1]
    return tuple((name.removeprefix(RENAMED), value) for name, value in found)


def with_metadata(
    page: Page,
    block: bytes,
    latest: datetime | None = None,
) -> ArchivedPage:
    """Add the fields of a metadata record of ours to a page; other programs have none.

    A field that cannot be is passed over, and named among the faults: a time after `latest` too.
    Addresses are taken as they are written.
    """
    around = pairs(block)
    said = dict(around)
    if "outlet" not in said:
        return ArchivedPage(page=page)
    wire_bytes, total = number(said.get("wireBytes")), number(said.get("fetchTimeMs"))
    first_seen = instant(said.get("firstSeen"), latest)
    read_with = _read_with(said.get("readWith"))
    read = {"wireBytes": wire_bytes, "fetchTimeMs": total, "firstSeen": first_seen,
            "readWith": read_with}  # fmt: skip
    return ArchivedPage(
        page=replace(
            page,
            requested_url=said.get("requested", page.url),
            redirects=tuple(value for name, value in around if name == "redirect"),
            wire_bytes=page.wire_bytes if wire_bytes is None else wire_bytes,
            phases=Phases(total=float(total or 0)),
        ),
        outlet=said["outlet"],
        first_seen=first_seen,
        read_with=read_with,
        faults=tuple(name for name, value in read.items() if value is None and name in said),
    )


def _read_with(text: str | None) -> ReadWith | None:
    """Return the extraction inputs of a page; None if the text is not of our format."""
    try:
        found = msgspec.json.decode(text or "", type=ReadWith)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return found if found.entry is None else replace(found, entry=_dated(found.entry))


def _dated(entry: FeedEntry) -> FeedEntry:
    return replace(
        entry,
        published=dated(entry.published),
        modified=dated(entry.modified),
    )
