"""Records become the page again, and what it was read with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from storage.archive.records import RENAMED, ArchivedPage, Record, pairs
from storage.model import Page, Phases, ReadWith


def page_of(found: Sequence[Record]) -> ArchivedPage:
    """Return the page of records that stand at one place. Raises ValueError."""
    response = found[0]
    status_line, _, head = response.block.partition(b"\r\n\r\n")[0].partition(b"\r\n")
    kinds = {record.headers.get("warc-type"): record for record in found}
    metadata = kinds.get("metadata")
    try:
        page = Page(
            url=response.headers["warc-target-uri"],
            requested_url=response.headers["warc-target-uri"],
            redirects=(),
            status=int(status_line.split()[1]),
            headers=headers_of(pairs(head)),
            body=response.payload,
            wire_bytes=len(response.payload),
            address=response.headers.get("warc-ip-address"),
            phases=Phases(),
            fetched_at=datetime.fromisoformat(response.headers["warc-date"]),
        )
    except (IndexError, KeyError) as error:
        raise ValueError(f"a response without {error}") from error
    return with_metadata(page, metadata.block if metadata else b"")


def headers_of(found: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the headers as they came; the length that stands for the decoded body is ours."""
    if found and found[-1][0] == "Content-Length":
        found = found[:-1]
    return tuple((name.removeprefix(RENAMED), value) for name, value in found)


def with_metadata(page: Page, block: bytes) -> ArchivedPage:
    """Add what a metadata record of ours says of a page; of others nothing is known.

    Raises ValueError.
    """
    around = pairs(block)
    said = dict(around)
    if "outlet" not in said:
        return ArchivedPage(page=page)
    try:
        return _told(page, around, said)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{page.url}: metadata that is not ours: {error}") from error


def _told(page: Page, around: Sequence[tuple[str, str]], said: Mapping[str, str]) -> ArchivedPage:
    read_with, first_seen = said.get("readWith"), said.get("firstSeen")
    return ArchivedPage(
        page=replace(
            page,
            requested_url=said.get("requested", page.url),
            redirects=tuple(value for name, value in around if name == "redirect"),
            wire_bytes=int(said.get("wireBytes", page.wire_bytes)),
            phases=Phases(total=float(said.get("fetchTimeMs", 0))),
        ),
        outlet=said["outlet"],
        first_seen=datetime.fromisoformat(first_seen) if first_seen else None,
        read_with=msgspec.json.decode(read_with, type=ReadWith) if read_with else None,
    )
