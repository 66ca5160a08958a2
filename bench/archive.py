"""What a page costs in the archive: bytes on disk and CPU, packed in each way.

    python -m bench.archive FOLDER [--least 4]

FOLDER holds labelled pages (truth.jsonl with id, url, body, dataset and file). The pages of each
outlet that has several go into one file, as a month of it would. The first page of a file carries
the dictionary, so it is shown apart.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

from bench.siblings import groups
from storage.archive.archive import Archive
from storage.archive.packing import PACKINGS
from storage.archive.places import read
from storage.archive.records import ArchivedPage
from storage.records.model import Page, Phases

_AT = datetime(2026, 11, 1, tzinfo=UTC)


def page_of(url: str, body: bytes) -> Page:
    return Page(
        url=url, requested_url=url, redirects=(), status=200, headers=(), body=body,
        wire_bytes=len(body), address=None, phases=Phases(), fetched_at=_AT,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--least", type=int, default=4, help="pages of an outlet")
    asked = parser.parse_args()
    outlets = [
        [page_of(row["url"], body) for row, body in group]
        for group in groups(asked.folder, asked.least)
    ]
    count = sum(map(len, outlets))
    plain = fmean(len(page.body) for pages in outlets for page in pages) / 1024
    print(f"{count} pages of {len(outlets)} outlets, {plain:.1f} KiB a page")
    for compression in PACKINGS:
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive(Path(folder), compression, "bench")
            first: list[int] = []
            later: list[int] = []
            started = time.process_time()
            places = []
            for number, pages in enumerate(outlets):
                for page in pages:
                    place = archive.append(ArchivedPage(page=page, outlet=f"outlet {number}"))
                    if page is pages[0]:  # and the bytes before it: the dictionary
                        first.append(place.offset + place.length)
                    else:
                        later.append(place.length)
                    places.append((place, page))
            wrote = 1000 * (time.process_time() - started) / count
            started = time.process_time()
            sound = all(read(Path(folder), place)[0].payload == page.body for place, page in places)
            unpacked = 1000 * (time.process_time() - started) / count
        print(
            f"{compression:6} {fmean(later) / 1024:6.1f} KiB a page, the first "
            f"{fmean(first) / 1024:.1f}; {wrote:.2f} ms to write, {unpacked:.2f} to read; "
            f"all equal: {sound}"
        )


if __name__ == "__main__":
    main()
