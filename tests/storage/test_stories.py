"""Stories in the store: who is in which, since when that is known, and what readers decided."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crawler.daemon.grouping import Grouper
from crawler.maintenance.regroup import regroup
from storage import forgetting
from storage.crawl import sources
from storage.errors import StorageError
from storage.records.model import Source, SourceKind
from storage.sqlite.database import Database
from storage.stories import keeping, reading
from tests.support.filling import NOW, store, visit

NEAR = 0.5
HARBOUR = "The first of 14 ships left Tartus on Tuesday with 350 soldiers, Ilyan Merovan said."
TEXTS = (
    ("one", "First warships leave Tartus, Merovan says", HARBOUR),
    ("two", "Outpost handed over at Qarzan", "The outpost with 90 men was handed over at dawn."),
    ("two", "Warships begin to leave harbour of Tartus", "Merovan: 14 ships with 350 soldiers go."),
    ("one", "Potato harvest is the best in years", "Farmers of the plain filled 800 sacks a day."),
    ("two", "Merovan says 14 ships leave Tartus", "With 350 soldiers the first ship left Tartus."),
)


def fill(connection: sqlite3.Connection) -> None:
    """Store five articles of two outlets; three of them tell one event."""
    names = ("one", "two")
    listed = [
        (Source(name=n, kind=SourceKind.FEED, url=f"https://{n}.example/feed"), f"{n}.example")
        for n in names
    ]
    sources.synchronize(connection, listed, NOW)
    for number, (source, headline, body) in enumerate(TEXTS, 1):
        url = f"https://{source}.example/{number}"
        store(connection, 1 + names.index(source), url, visit(url, [body], headline=headline))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "corpus.db") as opened:
        await opened.write(fill)
        yield opened


def rows(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Return the memberships, without their times."""
    found = connection.execute(
        "SELECT article_id, story_id, method, score, reason, until IS NULL FROM story_member"
        " ORDER BY article_id, id"
    )
    return [tuple(row) for row in found]


def stories_of(connection: sqlite3.Connection) -> dict[int, int]:
    """Return the story of each article."""
    found = connection.execute("SELECT article_id, story_id FROM story_member WHERE until IS NULL")
    return {row["article_id"]: row["story_id"] for row in found}


async def test_articles_of_one_event_become_one_story(database: Database) -> None:
    done = await Grouper(database, NEAR).keep_up()

    assert done == len(TEXTS)
    assert await database.read(stories_of) == {1: 1, 2: 2, 3: 1, 4: 4, 5: 1}
    found = await database.read(reading.stories)
    by_id = {story.id: story for story in found}
    assert (by_id[1].families, by_id[1].texts, by_id[1].articles) == (2, 3, 3)
    assert "Tartus" in by_id[1].name


async def test_a_second_run_adds_nothing(database: Database) -> None:
    await Grouper(database, NEAR).keep_up()
    before = await database.read(rows)

    again = await Grouper(database, NEAR).keep_up()

    assert again == 0
    assert await database.read(rows) == before


async def test_a_run_that_fails_leaves_nothing_half_and_the_next_one_finishes(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grouper = Grouper(database, NEAR, step=2)
    real = keeping.add

    def fail(connection: sqlite3.Connection, placed: object) -> None:
        real(connection, placed)  # type: ignore[arg-type]  # what the grouper gives
        raise StorageError("killed")

    await grouper.keep_up()
    expected = await database.read(rows)
    await database.write(lambda c: c.execute("DELETE FROM story_title"))
    await database.write(lambda c: c.execute("DELETE FROM story_member"))
    await database.write(lambda c: c.execute("DELETE FROM story"))
    grouper = Grouper(database, NEAR, step=2)
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "add", fail)
        with pytest.raises(StorageError):
            await grouper.keep_up()
        assert await database.read(rows) == []

    await grouper.keep_up()

    assert await database.read(rows) == expected


async def test_an_article_off_topic_has_no_story(database: Database) -> None:
    await database.write(
        lambda c: c.execute("UPDATE verdict SET relevant = 0 WHERE article_id = 4")
    )

    await Grouper(database, NEAR).keep_up()

    assert 4 not in await database.read(stories_of)


async def test_a_near_miss_has_a_story(database: Database) -> None:
    await database.write(
        lambda c: c.execute(
            "UPDATE verdict SET relevant = 0, probability = 0.6 WHERE article_id = 4"
        )
    )

    await Grouper(database, NEAR).keep_up()

    assert 4 in await database.read(stories_of)


async def test_what_a_reader_moved_stays_when_stories_are_found_again(database: Database) -> None:
    await Grouper(database, NEAR).keep_up()
    await database.write(keeping.move, [5], 2)

    await regroup(database, NEAR, lambda _done, _total: None)

    assert await database.read(stories_of) == {1: 1, 2: 2, 3: 1, 4: 4, 5: 2}
    assert [row[5] for row in await database.read(rows) if row[0] == 5] == [0, 1]


async def test_a_running_grouper_learns_what_a_reader_moved(database: Database) -> None:
    grouper = Grouper(database, NEAR)
    await grouper.keep_up()
    await database.write(keeping.move, [1, 3, 5], 4)

    def add(connection: sqlite3.Connection) -> None:
        url = "https://one.example/6"
        store(connection, 1, url, visit(url, [f"{HARBOUR} More follows."], headline=TEXTS[0][1]))

    await database.write(add)
    await grouper.keep_up()

    assert (await database.read(stories_of))[6] == 4


async def test_finding_stories_again_gives_the_same_rows(database: Database) -> None:
    await Grouper(database, NEAR, step=500).keep_up()
    before = await database.read(rows)

    await regroup(database, NEAR, lambda _done, _total: None)

    assert await database.read(rows) == before


async def test_what_was_known_before_a_decision_is_still_known(database: Database) -> None:
    await Grouper(database, NEAR).keep_up()
    before = await database.read(reading.members, 1)
    moment = max(member.found_at for member in before)

    await database.write(keeping.move, [5], 2)

    as_of = await database.read(
        lambda c: c.execute(
            "SELECT count(*) FROM story_member WHERE story_id = 1 AND found_at <= :at"
            " AND (until IS NULL OR until > :at)",
            {"at": moment},
        ).fetchone()[0]
    )
    assert as_of == len(before) == 3


async def test_a_story_without_its_first_article_keeps_its_id(database: Database) -> None:
    await Grouper(database, NEAR).keep_up()

    await database.write(forgetting.forget, [1], "article", "a request")

    assert await database.read(stories_of) == {2: 2, 3: 1, 4: 4, 5: 1}
    found = await database.read(reading.story, 1)
    assert found is not None
    assert found.articles == 2


async def test_no_reason_keeps_words_of_a_forgotten_article(database: Database) -> None:
    await Grouper(database, NEAR).keep_up()
    reasons = [row for row in await database.read(rows) if row[4] is not None]
    assert "Merovan" in str(reasons)

    await database.write(forgetting.forget, [1, 3, 5], "article", "a request")

    def dump(connection: sqlite3.Connection) -> str:
        tables = ("story", "story_member", "story_title", "story_hint", "opinion")
        return str([tuple(r) for t in tables for r in connection.execute(f"SELECT * FROM {t}")])  # noqa: S608

    assert "Merovan" not in await database.read(dump)


async def test_no_reason_keeps_the_name_of_a_forgotten_speaker(database: Database) -> None:
    await Grouper(database, NEAR).keep_up()

    await database.write(forgetting.forget_speaker, "Ilyan Merovan", "a request")

    found = await database.read(rows)
    assert "Merovan" not in str(found)
    assert "Tartus" in str(found)


async def test_a_new_article_with_the_id_of_a_forgotten_one_founds_a_story_of_its_own(
    database: Database,
) -> None:
    await Grouper(database, NEAR).keep_up()
    await database.write(keeping.move, [2], 4)
    await database.write(keeping.move, [4, 2], 5)
    await database.write(forgetting.forget, [5], "article", "a request")

    def add(connection: sqlite3.Connection) -> None:
        url = "https://one.example/9"
        store(connection, 1, url, visit(url, ["A ferry is repaired in 3 weeks."], headline="Ferry"))

    await database.write(add)
    await Grouper(database, NEAR).keep_up()

    found = await database.read(stories_of)
    assert found[5] not in {found[2], found[4]}


async def test_a_suggestion_that_was_followed_is_closed(database: Database) -> None:
    await Grouper(database, NEAR).keep_up()
    await database.write(
        lambda c: c.execute(
            "INSERT INTO story_hint (kind, a, b, score, found_by, found_at)"
            " VALUES ('merge', 1, 2, 2.0, 3, '2026')"
        )
    )
    assert len(await database.read(reading.suggestions, 1)) == 1

    await database.write(keeping.move, [2], 1)

    assert await database.read(reading.suggestions, 1) == []
