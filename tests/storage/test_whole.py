"""A file is whole or as it was, whatever ends its writer."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.sqlite.atomic import whole

pytestmark = pytest.mark.slow


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "a[1].txt"
    file.write_text("old")
    with whole(file) as partial:
        partial.write_text("new")
        assert file.read_text() == "old"
    assert file.read_text() == "new"
    assert list(tmp_path.iterdir()) == [file]


def test_an_error_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")

    def write() -> None:
        with whole(file) as partial:
            partial.write_text("half")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        write()
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_what_a_killed_process_left_is_removed_and_what_lives_is_not(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f".a[1].txt.{dead.pid}.partial"
    others = [tmp_path / ".a[1].txt.1.partial", tmp_path / f".b.txt.{dead.pid}.partial"]
    for one in (left, *others):
        one.write_text("half")
    with whole(tmp_path / "a[1].txt") as partial:
        partial.write_text("new")
    assert sorted(tmp_path.iterdir()) == sorted([*others, tmp_path / "a[1].txt"])


def test_an_error_of_a_full_disk_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"

    with pytest.raises(OSError, match=str(file)), whole(file):
        raise OSError(28, "No space left on device")
