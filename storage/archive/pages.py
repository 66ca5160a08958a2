"""Records become the page again, and what it was read with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from storage.archive.records import RENAMED, Record, pairs
from storage.model import Page, Phases, ReadWith


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page as it came, and how it came."""

    page: Page
    outlet: str = ""  # by which name it was followed; empty: another program's archive
    read_with: ReadWith | None = None


def page_of(found: Sequence[Record]) -> ArchivedPage:
    """Return the page of records that stand at one place. Raises ValueError."""
    response = found[0]
    status_line, _, head = response.block.partition(b"\r\n\r\n")[0].partition(b"\r\n")
    around = _around(found)
    said = dict(around)
    url = response.headers["warc-target-uri"]
    try:
        status = int(status_line.split()[1])
        read_with = said.get("readWith")
        return ArchivedPage(
            page=Page(
                url=url,
                requested_url=said.get("requested", url),
                redirects=tuple(value for name, value in around if name == "redirect"),
                status=status,
                headers=_headers(head),
                body=response.payload,
                wire_bytes=int(said.get("wireBytes", len(response.payload))),
                address=response.headers.get("warc-ip-address"),
                phases=Phases(total=float(said.get("fetchTimeMs", 0))),
                fetched_at=datetime.fromisoformat(response.headers["warc-date"]),
            ),
            outlet=said.get("outlet", ""),
            read_with=msgspec.json.decode(read_with, type=ReadWith) if read_with else None,
        )
    except (IndexError, KeyError, msgspec.MsgspecError) as error:
        raise ValueError(f"{url}: not a page of ours: {error}") from error


def _around(found: Sequence[Record]) -> list[tuple[str, str]]:
    kinds = {record.headers.get("warc-type"): record for record in found}
    metadata = kinds.get("metadata")
    return [] if metadata is None else pairs(metadata.block)


def _headers(head: bytes) -> tuple[tuple[str, str], ...]:
    """Return the headers as they came; the length that stands for the decoded body is ours."""
    found = pairs(head)
    if found and found[-1][0] == "Content-Length":
        found = found[:-1]
    return tuple((name.removeprefix(RENAMED), value) for name, value in found)
