"""Commands that write, killed at random moments: no half file with a final name, nothing lost.

Each command is killed (SIGKILL) over a filled store, then runs to its end. After each kill a file
that has its final name has to be whole; in the end everything has to be as after a run that nobody
disturbed.
"""

import asyncio
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from crawler.demo.server import serve
from storage.archive import verify
from storage.archive.places import folder_for
from storage.sqlite.database import find_damage, open_corpus
from tests.support.chaos.verdict import Row
from tests.support.command import drawdown
from tests.support.farm import feed_sources, make_outlets, write_config


@dataclass(frozen=True, slots=True)
class Case:
    """A command, what it leaves behind, and in which folder it begins."""

    name: str
    arguments: tuple[str, ...]
    result: Callable[[Path], object]  # of a folder; None where the final name is not there
    before: Callable[[Path], None] = lambda _: None
    is_filled: bool = True  # it begins with the filled store


def _file(name: str) -> Callable[[Path], object]:
    def result(folder: Path) -> object:
        file = folder / name
        return sha256(file.read_bytes()).hexdigest() if file.is_file() else None

    return result


def texts(store: Path) -> object:
    """Return texts, verdicts and relations of a sound store whose archive is whole."""
    if not store.is_file():
        return None
    with open_corpus(store) as connection:
        assert find_damage(connection) is None
        assert not list(verify.broken(connection, folder_for(store))), "a broken page"
        return [
            sorted(map(tuple, connection.execute(query)))
            for query in (
                "SELECT canonical_url, number, headline, body, revision.extractor_version"
                " FROM revision JOIN article ON article.id = article_id",
                "SELECT canonical_url, revision, topic_version, score"
                " FROM verdict JOIN article ON article.id = article_id",
                "SELECT a.canonical_url, b.canonical_url, kind FROM relation"
                " JOIN article AS a ON a.id = article_id JOIN article AS b ON b.id = of",
            )
        ]


def _age(folder: Path) -> None:
    """Make the texts those of an earlier extractor and topic, that read other headlines."""
    with closing(sqlite3.connect(folder / "corpus.db")) as connection:
        connection.execute("UPDATE revision SET headline = 'x', extractor_version = 'earlier'")
        connection.execute("UPDATE verdict SET topic_version = 'earlier'")
        connection.commit()


def _export(folder: Path) -> None:
    """Put the pages of the filled store beside the empty one."""
    shutil.copy(folder.parent / "pages.warc.gz", folder / "pages.warc.gz")


CASES = (
    Case("export", ("export", "--out", "{}/out.jsonl"), _file("out.jsonl")),
    Case("export parquet", ("export", "--format", "parquet", "--out", "{}/out.parquet"),
         _file("out.parquet")),
    Case("export warc", ("export", "--format", "warc", "--out", "{}/out.warc.gz"),
         _file("out.warc.gz")),
    Case("backup", ("backup", "{}/copy.db"), lambda folder: texts(folder / "copy.db")),
    Case("reprocess", ("reprocess", "--extract", "--topic", "--dedupe"),
         lambda folder: texts(folder / "corpus.db"), _age),
    Case("import", ("import", "{}/pages.warc.gz"),
         lambda folder: texts(folder / "corpus.db"), _export, is_filled=False),
)  # fmt: skip
_START = 1.0  # seconds that a process takes until its command begins
# Of these the result is in the making all the while: it is compared at the end alone.
_IN_PLACE = {"reprocess", "import"}
_OUTLETS, _ARTICLES = 3, 10


@dataclass(slots=True)
class Killed:
    """A command that is killed again and again, and how it runs where nobody disturbs it."""

    case: Case
    folder: Path
    seconds: float  # of a whole run
    expected: object
    wrong: list[str]

    async def kill(self, after: float) -> None:
        """Run it for a part of a whole run, and look at what it left."""
        await _run(self.case, self.folder, kill_after=after * self.seconds)
        if self.case.name not in _IN_PLACE:
            self.look("after a kill", None, self.expected)

    async def finish(self) -> None:
        """Run it to its end, and look at what came of it."""
        await _run(self.case, self.folder)
        self.look("at the end", self.expected)

    def look(self, when: str, *allowed: object) -> None:
        """Note where the result is none of those."""
        if self.case.result(self.folder) not in allowed:
            self.wrong.append(f"{self.case.name}: another result {when}")


async def run_killed(folder: Path, *, minutes: float, seed: int) -> list[Row]:
    """Kill commands for so many minutes, each once at least; return what is not as it has to be."""
    rng = random.Random(seed)
    until = time.monotonic() + 60 * minutes
    filled = await _fill(folder, seed)
    commands = [await _prepare(case, folder, filled) for case in CASES]
    while True:
        for command in commands:
            await command.kill(rng.uniform(0.5, 1.0))
        if time.monotonic() > until:
            break
    for command in commands:
        await command.finish()
    wrong = [one for command in commands for one in command.wrong]
    return [Row("lost", "results of commands", tuple(wrong))]


async def _fill(folder: Path, seed: int) -> Path:
    """Return a folder with a filled store."""
    farm = make_outlets(outlets=_OUTLETS, articles=_ARTICLES, seed=seed)
    filled = folder / "filled"
    filled.mkdir()
    async with serve(farm) as connect_to:
        config = write_config(
            filled / "sources.toml", connect_to, feed_sources(farm),
            general="archive_off_topic = true",
        )  # fmt: skip
        await run_command(config, "once")
    pages = str(folder / "pages.warc.gz")
    await run_command(config, "export", "--format", "warc", "--revisions", "--out", pages)
    return filled


async def _prepare(case: Case, folder: Path, filled: Path) -> Killed:
    """Run a command once undisturbed; return it with a folder where it can be killed."""
    calm, disturbed = folder / f"calm {case.name}", folder / f"disturbed {case.name}"
    for place in (calm, disturbed):
        place.mkdir()
        shutil.copy(filled / "sources.toml", place)
        if case.is_filled:
            shutil.copy(filled / "corpus.db", place)
            shutil.copytree(filled / "corpus.archive", place / "corpus.archive")
        case.before(place)
    started = time.monotonic()
    await _run(case, calm)
    seconds = _START + time.monotonic() - started
    return Killed(case, disturbed, seconds, case.result(calm), [])


async def _run(case: Case, folder: Path, kill_after: float | None = None) -> None:
    arguments = [argument.replace("{}", str(folder)) for argument in case.arguments]
    config = folder / "sources.toml"
    if kill_after is not None:
        await run_command(config, *arguments, kill_after=kill_after)
        return
    done = await asyncio.to_thread(drawdown, "--config", config, *arguments)  # in this process
    assert done.returncode == 0, done.stderr


async def run_command(config: Path, *arguments: str, kill_after: float | None = None) -> None:
    """Run a command of `drawdown`, and kill it after some seconds if asked to."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from crawler.cli import main; main()",
        "--config", str(config), *arguments,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(kill_after):
            _, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return
    if process.returncode != 0:
        raise RuntimeError(f"drawdown {arguments[0]} failed: {errors.decode()[-2000:]}")
