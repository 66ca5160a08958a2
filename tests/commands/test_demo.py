"""The demo may be run again in the same folder."""

from pathlib import Path

from crawler.commands.demo import remove_earlier
from storage.archive.places import files_in, folder_for
from storage.sqlite.files import refuse_lost_database


def test_an_earlier_demo_leaves_nothing_that_the_next_refuses(tmp_path: Path) -> None:
    store = tmp_path / "corpus.db"
    archive = folder_for(store)
    month = archive / "2026-11"
    month.mkdir(parents=True)
    store.write_bytes(b"corpus")
    (month / "0001.warc.gz").write_bytes(b"pages")
    (tmp_path / "notes.txt").write_text("of the operator")
    assert files_in(archive) != []

    remove_earlier(tmp_path)

    refuse_lost_database(store)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
