"""The archive of a store: appended to before the row that names a record is committed.

An outlet has one file a month. What a store names is never written over: a file that lost its end
or its head stays as it is, and the next page begins another file.
"""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from storage.archive import records
from storage.archive.packing import PACKINGS, Packing
from storage.archive.places import Place, head_of, name_of, size_of
from storage.archive.records import ArchivedPage
from storage.errors import StoreFull
from storage.records.model import Page
from storage.sqlite.atomic import sync_folder

_NAME = re.compile(r"^(?P<month>.+/\d{1,6}-\d\d)(?:-(?P<number>\d{1,9}))?(?P<ending>\.warc\.\w+)")


class Archive:
    """Appends pages. Used in the writer's thread alone.

    `ends` are where the last named record of each file ends: what is shorter has lost something.
    """

    def __init__(
        self,
        folder: Path,
        compression: str,
        user_agent: str,
        ends: Mapping[str, int] | None = None,
    ):
        self._folder = folder
        self._packing: Packing = PACKINGS[compression]
        self._user_agent = user_agent
        self._ends = dict(ends or {})
        self._current: dict[str, str] = {}  # the file that grows, by its name without number
        self._unsynced: set[Path] = set()
        self.damaged: set[str] = set()  # files that were found shorter than the store names

    def append(self, kept: ArchivedPage) -> Place:
        """Write the records of a page. Raises StoreFull.

        They are durable after the next `sync`.
        """
        month = f"{_slug(kept.outlet)}/{kept.page.fetched_at:%Y-%m}"
        file = self._folder / month
        try:
            name = self._file_of(month)
            file = self._folder / name
            return self._append(name, kept)
        except OSError as error:
            raise _full(file, error) from error

    def sync(self) -> None:
        """Have the disk store everything that was appended. Raises StoreFull."""
        while self._unsynced:
            file = next(iter(self._unsynced))
            try:
                _sync(file)
            except OSError as error:
                raise _full(file, error) from error
            self._unsynced.discard(file)

    def _append(self, name: str, kept: ArchivedPage) -> Place:
        found = records.of_page(kept, self._user_agent)
        file = self._folder / name
        self._unsynced.add(file)
        if not size_of(file):
            self._begin(
                file,
                name,
                kept.page,
                found[0],
            )
        head = head_of(file)
        data = _pack(self._packing, found, head)
        place = Place(name, append_whole(file, data), len(data))
        self._ends[name] = place.end
        return place

    def _begin(
        self,
        file: Path,
        name: str,
        page: Page,
        sample: bytes,
    ) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        head = self._packing.head(sample)
        info = records.warcinfo(name, self._user_agent, page.fetched_at)
        append_whole(file, head + self._packing.pack(info, head))
        for folder in (file.parent, self._folder, self._folder.parent):
            sync_folder(folder)

    def _file_of(self, month: str) -> str:
        """Return the file to which the pages of an outlet and month are appended."""
        current = self._current.get(month)
        if current is not None and self._is_whole(current):
            return current
        name = current or self._newest(month)
        while not (self._is_whole(name) and self._has_head(name)):
            self.damaged.add(name)
            name = next_name(name)
        self._current[month] = name
        return name

    def _newest(self, month: str) -> str:
        """Return the file with the highest number, or the first one.

        A number is not used again: an earlier copy of the archive has other pages by its name.
        """
        ending = self._packing.ending
        files = (self._folder / month).parent.glob("*")
        known = {name_of(file, self._folder) for file in files} | self._ends.keys()
        parts = map(_parts, known)
        numbers = [number for stem, number, end in parts if (stem, end) == (month, ending)]
        newest = max(numbers, default=1)
        return f"{month}{ending}" if newest == 1 else f"{month}-{newest}{ending}"

    def _is_whole(self, name: str) -> bool:
        """Return whether a file is as long as the store says."""
        return size_of(self._folder / name) >= self._ends.get(name, 0)

    def _has_head(self, name: str) -> bool:
        """Return whether a file has a head with which records can be packed, or is new."""
        file = self._folder / name
        if not size_of(file):
            return True
        try:
            self._packing.pack(b"", head_of(file))
        except ValueError:
            return False
        return True


def append_whole(file: Path, data: bytes) -> int:
    """Append all of it or nothing: half a record hides those behind it. Return where it begins.

    Raises OSError.
    """
    size = size_of(file)
    try:
        with file.open("ab") as out:
            out.write(data)
    except OSError:
        if size:
            os.truncate(file, size)
        else:
            file.unlink(missing_ok=True)
        raise
    return size


def next_name(name: str) -> str:
    """Return the name of the file that follows one.

    >>> next_name("lantern/2026-11.warc.gz"), next_name("lantern/2026-11-2.warc.gz")
    ('lantern/2026-11-2.warc.gz', 'lantern/2026-11-3.warc.gz')
    """
    month, number, ending = _parts(name)
    return f"{month}-{number + 1}{ending}"


def _parts(name: str) -> tuple[str, int, str]:
    """Return the outlet with the month, the number and the ending of a file's name."""
    found = _NAME.fullmatch(name)
    if found is None:
        return name, 0, ""
    return found["month"], int(found["number"] or 1), found["ending"]


def _pack(packing: Packing, found: Sequence[bytes], head: bytes) -> bytes:
    return b"".join(packing.pack(record, head) for record in found)


def _sync(file: Path) -> None:
    """Flush a file to the disk; one that is gone meanwhile has nothing to flush."""
    try:
        with file.open("rb") as stream:
            os.fdatasync(stream.fileno())
    except FileNotFoundError:
        return


def _full(file: Path, error: OSError) -> StoreFull:
    return StoreFull(
        f"{file}: cannot be written ({error.strerror or error}); free disk space or fix its "
        "permissions, nothing committed is lost"
    )


def _slug(outlet: str) -> str:
    """Return an outlet's name as a folder: letters and digits, of any script, and hyphens."""
    slug = re.sub(r"[^\w]+", "-", outlet.lower()).strip("-_")[:80]
    return slug or "outlet"
