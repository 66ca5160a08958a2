"""A copy of a store that is being written, and articles that have to leave it."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crawler import config as configuration
from storage import forgetting
from storage.archive import packing, places, removal, verify
from storage.archive.places import folder_for
from storage.articles import corpus, labels
from storage.search import find
from storage.sqlite.database import Database, find_damage, open_corpus
from tests.commands.test_cli import names, rows
from tests.support.command import drawdown
from tests.support.small_farm import Farm, feed, story

NAME = "Qwertz Sandvik"


async def test_a_backup_is_whole_while_the_store_is_written(farm: Farm, tmp_path: Path) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    await farm.round()
    config, copy = farm.folder / "sources.toml", tmp_path / "backup.db"
    drawdown("--config", config, "review", "--yes", "1")

    async with Database.open(farm.folder / "corpus.db") as database:
        for number in range(3):
            await database.write(_add_robots, number)
            done = await asyncio.to_thread(drawdown, "--config", config, "backup", copy)
            assert done.returncode == 0, done.stderr

    with open_corpus(copy) as connection:
        assert find_damage(connection) is None
        assert len(list(corpus.stream(connection))) == 1
        assert connection.execute("SELECT count(*) FROM robots").fetchone()[0] >= 3
        assert verify.count(connection) == 1
        assert list(verify.broken(connection, folder_for(copy))) == []
    assert len(labels.read(labels.file_for(copy))) == 1
    assert not [name for name in names(tmp_path) if "partial" in name]


def _add_robots(connection: sqlite3.Connection, number: int) -> None:
    connection.execute(
        "INSERT INTO robots (origin, fetched_at, expires_at, verdict, body)"
        " VALUES (?, 'now', 'later', 'allow', '')",
        (f"https://x{number}.example",),
    )


def archive_texts(store: Path) -> list[bytes]:
    """Return every file of the archive, unpacked."""
    texts = []
    for file in places.files_in(folder_for(store)):
        head = places.head_of(file)
        data = file.read_bytes()[len(head) :]
        texts.append(head + packing.packing_of(file.name).unpack(data, head))
    return texts


async def test_what_is_forgotten_is_nowhere_and_never_comes_back(farm: Farm) -> None:
    secret = story("/secret")
    body = secret.body.replace(b"<article>", f"<article><p>By {NAME}</p>".encode()).replace(
        b"</h1>", f"</h1><p>{NAME} said so, and said it again to everybody.</p>".encode()
    )
    paths = {"/feed": feed("/secret", "/other"), "/secret": type(secret)(body),
             "/other": story("/other")}  # fmt: skip
    farm.serve_paths("a.example", paths)
    copy = type(secret)(body.replace(b"a.example", b"b.example"))
    farm.serve_paths("b.example", {"/feed": feed("/copy", host="b.example"), "/copy": copy})
    await farm.round()
    config, store = farm.folder / "sources.toml", farm.folder / "corpus.db"
    (secret_id,) = (a.id for a in farm.corpus() if a.url_key == "https://a.example/secret")
    drawdown("--config", config, "review", "--yes", str(secret_id))
    before = sum(farm.outcomes().values())

    done = drawdown("--config", config, "forget", "http://a.example/secret?utm_source=x",
                    "--reason", "order 12", "--yes")  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "1 article removed" in done.stdout
    assert {a.url_key for a in farm.corpus()} == {"https://a.example/other",
                                                        "https://b.example/copy"}  # fmt: skip
    outcomes = farm.outcomes()
    assert (outcomes["forgotten"], sum(outcomes.values())) == (1, before)
    assert labels.read(labels.file_for(store)) == []

    drawdown("--config", config, "forget", "--source", "b.example", "--reason", "the copy", "--yes")
    for file in filter(Path.is_file, farm.folder.rglob("corpus*")):
        assert NAME.encode() not in file.read_bytes(), file
        assert b"/secret" not in file.read_bytes(), file
    archived = archive_texts(store)
    assert archived
    assert all(NAME.encode() not in text and b"/secret" not in text for text in archived)
    with open_corpus(store) as connection:
        assert find.ids(connection, "sandvik") == []
        audit = connection.execute("SELECT what, articles, reason FROM forgetting").fetchall()
    assert [tuple(row) for row in audit] == [("article", 1, "order 12"), ("source", 1, "the copy")]

    farm.make_due()
    paths["/feed"] = feed("/secret", "/other", "/third")
    await farm.round()
    assert "/secret" not in farm.paths()[-3:]
    assert {a.url_key for a in farm.corpus()} == {"https://a.example/other"}


async def test_a_copy_that_lost_its_original_is_compared_again(farm: Farm) -> None:
    text = story("/1")
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": text})
    for host in ("b.example", "c.example"):
        page = type(text)(text.body.replace(b"a.example", host.encode()))
        farm.serve_paths(host, {"/feed": feed("/1", host=host), "/1": page})
    await farm.round()
    config = farm.folder / "sources.toml"
    first = min(article.id for article in farm.corpus())  # the others were found to repeat it

    done = drawdown("--config", config, "forget", str(first), "--reason", "x", "--yes")
    assert "2 articles lost an original" in done.stdout
    status = drawdown("--config", config, "status").stdout
    assert "2 articles wait to be compared again, since an original was forgotten" in status
    assert "older version" not in status
    drawdown("--config", config, "reprocess", "--dedupe")

    left = farm.corpus()
    assert len(left) == 2
    assert [a.duplicate_of for a in left if a.duplicate_of] == [
        next(a.id for a in left if a.duplicate_of is None)
    ]


async def test_an_author_is_forgotten_in_every_revision(farm: Farm) -> None:
    page = story("/1")
    signed = page.body.replace(b"<h1>", b'<meta name="author" content="Jos\xc3\xa9 Ruiz"><h1>')
    farm.serve_paths("a.example", {"/feed": feed("/1", "/2"), "/1": type(page)(signed),
                                   "/2": story("/2")})  # fmt: skip
    await farm.round()
    store = farm.folder / "corpus.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.row_factory = sqlite3.Row
        (found,) = forgetting.of_author(connection, "jose ruiz")
        assert forgetting.of_author(connection, "Jose") == []
    with open_corpus(store) as connection:
        assert corpus.get(connection, found).byline == ["José Ruiz"]


@pytest.mark.slow
def test_nothing_to_forget_is_said(demo: Path) -> None:
    config = demo / "sources.toml"

    nobody = drawdown("--config", config, "forget", "--source", "Nobody", "--reason", "x")
    assert nobody.returncode == 2
    unsigned = drawdown("--config", config, "forget", "--author", "Nobody", "--reason", "x")
    assert unsigned.returncode == 1
    assert drawdown("--config", config, "forget", "999", "--reason", "x").returncode == 1
    assert drawdown("--config", config, "forget", "1").returncode == 2
    refused = drawdown("--config", config, "forget", "1", "--reason", "x", stdin="n\n")
    assert refused.returncode in (1, 130)
    assert len(rows(drawdown("--config", config, "export").stdout)) == 56


async def test_every_page_on_topic_is_archived_and_a_damaged_one_is_named(farm: Farm) -> None:
    pages = {f"/{n}": story(f"/{n}") for n in range(3)}
    farm.serve_paths("a.example", {"/feed": feed(*pages), **pages})
    await farm.round()
    pages["/0"] = story("/0", seed=1)
    farm.serve_paths("a.example", {"/feed": feed(*pages), **pages})
    farm.make_due()
    await farm.round()
    config = farm.folder / "sources.toml"

    sound = json.loads(drawdown("--config", config, "verify", "--json").stdout)
    assert sound["pages"] == 4  # three texts, and the revision of one
    assert (sound["broken"], sound["not_archived"], sound["unnamed"]) == ([], 0, {})
    (shown,) = json.loads(drawdown("--config", config, "show", "--json", "2").stdout)["archived"]
    assert shown["file"].startswith("a-example/")

    file = folder_for(farm.folder / "corpus.db") / shown["file"]
    damaged = bytearray(file.read_bytes())
    damaged[shown["offset"] + 60] ^= 0xFF
    file.write_bytes(damaged)
    found = drawdown("--config", config, "verify")
    assert found.returncode == 1
    assert f"{shown['file']} at {shown['offset']} (article 2): cannot be read" in found.stderr


@pytest.mark.parametrize(("setting", "pages"), [("off", 0), ("gzip", 1), ("zstd", 1)])
async def test_the_archive_is_as_the_operator_wants_it(
    tmp_path: Path, setting: str, pages: int
) -> None:
    farm = Farm(tmp_path, general=f'archive = "{setting}"')
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    await farm.round()

    files = places.files_in(folder_for(tmp_path / "corpus.db"))
    assert len(files) == pages
    assert all(file.name.endswith(".gz" if setting == "gzip" else ".zst") for file in files)


async def test_a_removal_that_was_interrupted_is_finished_by_the_next_call(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    await farm.round()
    store, config = farm.folder / "corpus.db", farm.folder / "sources.toml"
    left = folder_for(store) / "a" / "old.warc.gz"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"a page of a removed article")
    removal.write_down(store, ["a/old.warc.gz"])

    done = drawdown("--config", config, "forget", "999", "--yes", "--reason", "asked for")

    assert done.returncode == 1
    assert "an earlier removal was interrupted; it is complete now" in done.stderr
    assert not left.exists()
    assert not removal.list_for(store).exists()


async def test_a_reader_that_keeps_removed_text_is_named(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    await farm.round()
    store, config = farm.folder / "corpus.db", farm.folder / "sources.toml"

    with open_corpus(store) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM article").fetchone()
        held = drawdown("--config", config, "forget", "1", "--yes", "--reason", "asked for")
    again = drawdown("--config", config, "forget", "1", "--yes", "--reason", "asked for")

    assert held.returncode == 1
    assert "a reader still keeps removed text" in held.stderr
    assert "it is complete now" in again.stderr


async def test_a_renewed_backup_has_no_file_that_the_store_no_longer_names(
    farm: Farm, tmp_path: Path
) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    await farm.round()
    config, copy = farm.folder / "sources.toml", tmp_path / "new folder" / "backup.db"
    drawdown("--config", config, "backup", copy)
    stale = folder_for(copy) / "a" / "stale.warc.gz"
    stale.parent.mkdir(parents=True, exist_ok=True)
    stale.write_bytes(b"a page of a removed article")

    renewed = drawdown("--config", config, "backup", copy)

    assert renewed.returncode == 0, renewed.stderr
    assert not stale.exists()


@pytest.mark.slow
async def test_an_archive_without_its_corpus_is_refused_and_left_alone(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    await farm.round()
    store, config = farm.folder / "corpus.db", farm.folder / "sources.toml"
    away = store.rename(farm.folder / "away.db")
    before = places.files_in(folder_for(store))
    assert before

    refused = drawdown("--config", config, "once")
    away.rename(store)

    assert refused.returncode == 1
    assert "there is no corpus, but" in refused.stderr
    assert places.files_in(folder_for(store)) == before
    assert drawdown("--config", config, "verify", "--quick").returncode == 0


def test_a_link_to_a_corpus_is_that_corpus(tmp_path: Path) -> None:
    store = tmp_path / "corpus.db"
    store.touch()
    (tmp_path / "link.db").symlink_to(store)
    config = tmp_path / "sources.toml"
    config.write_text('[drawdown]\ncontact = "ops@a.example"\nstore = "link.db"\n', "utf-8")

    assert configuration.load(config).store == store.resolve()
