"""A forgotten article leaves no trace: in no table, in no file, whatever moment a kill came at."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from crawler.maintenance import forget
from storage.archive import places, removal, unpacking
from storage.articles import labels
from tests.support.small_farm import Farm, feed, story

pytestmark = pytest.mark.slow

SENTENCE = "The lighthouse keeper counted forty grey herons at dusk"

# A process that forgets article 1, and is killed at a moment.
_KILLED = """
import asyncio, os, sys
from pathlib import Path
from crawler.maintenance import forget
from storage import forgetting
from storage.archive import removal
from storage.articles import labels
from storage.sqlite.database import Database

def die(*args, **kwargs):
    os.kill(os.getpid(), 9)

store, moment = Path(sys.argv[1]), sys.argv[2]
place = {"rewrite": removal, "delete": removal, "drop": labels, "vacuum": Database}[moment]
setattr(place, {"rewrite": "_rewrite"}.get(moment, moment), die)
asyncio.run(forget.forget(store, [1], "article", "a request"))
"""


def traces(folder: Path, *sought: str) -> list[str]:
    """Return the tables and files that contain one of some texts."""
    return [*_tables_with(folder / "corpus.db", sought), *_files_with(folder, sought)]


def _tables_with(store: Path, sought: tuple[str, ...]) -> list[str]:
    with closing(sqlite3.connect(store)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return [
            name
            for (name,) in names
            if _shows(repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()), sought)  # noqa: S608 - names of the schema
        ]


def _files_with(folder: Path, sought: tuple[str, ...]) -> list[str]:
    found = []
    for file in folder.rglob("*"):
        if not file.is_file():
            continue
        content = file.read_bytes()
        if ".warc" in file.name:
            with unpacking.open_unpacked(file) as unpacked:
                content += unpacked.read()
        if _shows(content.decode("utf-8", "replace"), sought):
            found.append(str(file.relative_to(folder)))
    return found


def _shows(content: str, sought: tuple[str, ...]) -> bool:
    return any(text in content for text in sought)


async def fill(farm: Farm) -> str:
    """Store an article with a label, beside others; return its address."""
    page = story("/secret")
    body = page.body.replace(b"</p>", f" {SENTENCE}.</p>".encode(), 1)
    paths = {"/feed": feed("/secret"), "/secret": type(page)(body)}
    farm.serve_paths("a.example", paths)
    await farm.round()
    paths |= {"/feed": feed("/other"), "/other": story("/other")}
    farm.make_due()
    await farm.round()
    store = farm.folder / "corpus.db"
    (secret,) = (one for one in farm.corpus() if one.id == 1)
    labels.append(labels.file_for(store), labels.label(secret, relevant=True))
    return secret.url_key


def run_killed(store: Path, moment: str) -> int:
    """Run a removal that is killed at a moment; return its exit code."""
    command = [sys.executable, "-c", _KILLED, str(store), moment]
    return subprocess.run(command, check=False).returncode


@pytest.mark.parametrize("moment", ["rewrite", "delete", "drop", "vacuum"])
async def test_a_removal_that_is_killed_is_finished_by_the_next_call(
    farm: Farm, moment: str
) -> None:
    url = await fill(farm)
    store = farm.folder / "corpus.db"
    assert len(traces(farm.folder, SENTENCE, url)) == 6

    killed = await asyncio.to_thread(run_killed, store, moment)
    was_interrupted = await forget.finish_interrupted(store)
    if moment == "rewrite":  # before its commit: nothing was removed
        assert len(farm.corpus()) == 2
        await forget.forget(store, [1], "article", "a request")

    assert killed == -signal.SIGKILL
    assert was_interrupted
    assert traces(farm.folder, SENTENCE, url) == []
    assert [one.headline for one in farm.corpus()] == ["Headline of /other"]
    assert not removal.list_for(store).exists()


async def test_the_next_start_finishes_a_removal_as_well(farm: Farm) -> None:
    url = await fill(farm)
    store = farm.folder / "corpus.db"
    await asyncio.to_thread(run_killed, store, "drop")

    await farm.round()

    assert traces(farm.folder, SENTENCE, url) == []


async def test_a_copy_from_before_an_upgrade_and_a_torn_record_are_removed_too(farm: Farm) -> None:
    url = await fill(farm)
    store = farm.folder / "corpus.db"
    copy = farm.folder / "corpus.db.version-2"
    copy.write_bytes(SENTENCE.encode())
    (file,) = places.files_in(places.folder_for(store))
    orphan = places.orphan_of(file)
    orphan.write_bytes(file.read_bytes()[-900:])

    await forget.forget(store, [1], "article", "a request")

    assert not copy.exists()
    assert not orphan.exists()
    assert traces(farm.folder, SENTENCE, url) == []
