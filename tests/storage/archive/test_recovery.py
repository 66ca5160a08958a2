"""An archive that is not as its store names it: nothing is lost, and nothing is written over."""

import os
import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from storage.archive import places, recovery, verify
from storage.archive.archive import Archive
from storage.archive.places import Place, files_in, keep, orphan_of, read
from storage.archive.records import ArchivedPage
from storage.errors import StoreFull
from tests.storage.archive.test_archive import page

OUTLET = "Harbour Post"


class Written:
    """An archive with four pages of one outlet, named by a store."""

    def __init__(self, connection: sqlite3.Connection, folder: Path, compression: str):
        self.connection = connection
        self.folder = folder
        self.compression = compression
        self.archive = self.opened()
        self.places = [self.add(number) for number in range(4)]
        (self.file,) = files_in(folder)

    def opened(self) -> Archive:
        """Return the archive as a next start opens it."""
        ends = places.ends(self.connection)
        return Archive(self.folder, self.compression, "drawdown/0", ends)

    def append(self, number: int) -> Place:
        return self.archive.append(ArchivedPage(page=page(number), outlet=OUTLET))

    def add(self, number: int) -> Place:
        place = self.append(number)
        keep(self.connection, place, sha256(page(number).body).hexdigest())
        return place

    def start(self) -> recovery.Differences:
        """Do what a start does."""
        found = recovery.recover(self.connection, self.folder)
        self.archive = self.opened()
        return found

    def body(self, place: Place) -> bytes:
        return read(self.folder, place)[0].payload


@pytest.fixture(params=["gzip", "zstd"])
def written(
    request: pytest.FixtureRequest, connection: sqlite3.Connection, tmp_path: Path
) -> Written:
    return Written(connection, tmp_path / "corpus.archive", request.param)


@pytest.mark.parametrize("left", [0.0, 0.3, 0.9, -1, None])
def test_new_pages_are_not_written_where_the_store_names_others(
    written: Written, left: float | None
) -> None:
    """The file is missing, empty, cut within its head, in the middle, or by a byte."""
    size = written.file.stat().st_size
    kept = 0
    if left is None:
        written.file.unlink()
    else:
        kept = size - 1 if left < 0 else int(size * left)
        os.truncate(written.file, kept)

    found = written.start()
    added = [written.add(number) for number in range(4, 7)]

    assert found.missing == {written.places[0].file: size - kept}
    assert {place.file for place in added}.isdisjoint({written.places[0].file})
    assert [written.body(place) for place in added] == [page(n).body for n in range(4, 7)]
    broken = {(one.file, one.offset) for one in verify.broken(written.connection, written.folder)}
    lost = {(p.file, p.offset) for p in written.places if p.end > kept}
    assert lost <= broken
    assert broken <= {(place.file, place.offset) for place in written.places}


def test_a_file_that_is_cut_while_a_crawler_runs_is_not_continued(written: Written) -> None:
    os.truncate(written.file, written.places[-1].offset)

    added = written.add(4)

    assert added.file != written.places[0].file
    assert written.archive.damaged == {written.places[0].file}
    assert written.body(written.places[0]) == page(0).body


def test_a_file_whose_head_is_damaged_is_not_continued(written: Written) -> None:
    if written.compression == "gzip":
        pytest.skip("a gzip file has no head")
    data = bytearray(written.file.read_bytes())
    data[20:40] = bytes(20)
    written.file.write_bytes(data)
    written.start()

    added = written.add(4)

    assert added.file != written.places[0].file
    assert written.body(added) == page(4).body


def test_pages_that_an_older_store_does_not_name_stay_in_place(written: Written) -> None:
    """The newer store, put back, finds each page where it names it."""
    newer = written.places[2:]
    written.connection.execute("DELETE FROM archived WHERE id > 2")

    found = written.start()
    written.add(7)

    assert found.unnamed == {newer[0].file: newer[-1].end - newer[0].offset}
    assert [written.body(place) for place in newer] == [page(2).body, page(3).body]
    assert list(written.folder.glob("*/*.orphan")) == []


def test_a_file_that_no_row_names_is_kept(written: Written) -> None:
    written.connection.execute("DELETE FROM archived")

    written.start()
    added = written.add(7)

    assert added.offset == written.places[-1].end
    assert written.body(written.places[3]) == page(3).body


def test_a_torn_record_is_set_aside_and_new_pages_follow_the_whole_ones(written: Written) -> None:
    torn = written.append(8)
    os.truncate(written.file, torn.end - 9)

    found = written.start()
    added = written.add(9)

    assert found.torn[torn.file] > 0
    assert orphan_of(written.file).stat().st_size == found.torn[torn.file]
    assert written.body(added) == page(9).body
    assert list(verify.broken(written.connection, written.folder)) == []


def test_a_file_that_was_torn_at_its_first_record_is_begun_again(written: Written) -> None:
    other = ArchivedPage(page=page(1), outlet="Valley Times")
    place = written.archive.append(other)
    file = written.folder / place.file
    os.truncate(file, 5)

    found = written.start()
    again = written.archive.append(other)

    assert found.torn == {place.file: 5}
    assert written.body(again) == page(1).body


def test_pages_are_on_the_disk_before_they_are_committed(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fdatasync

    def noted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", noted)
    written.append(4)
    written.append(5)
    written.archive.sync()
    written.archive.sync()

    assert synced == [written.file.stat().st_ino]


def test_a_disk_that_cannot_sync_is_an_error_that_names_the_file(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", fail)
    written.append(4)

    with pytest.raises(StoreFull, match=str(written.file)):
        written.archive.sync()
