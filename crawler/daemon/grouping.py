"""Finds the stories of a running crawler's articles, in small steps between its commits."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from crawler.stories.grouping import SIZE, Grouping, Method, Placement
from crawler.stories.report import Report, read_report
from crawler.topic.file import load
from storage.records.story import Placed, StoryHint
from storage.sqlite.database import Database
from storage.stories import keeping, waiting
from storage.stories.waiting import Candidate

_STEP = 20  # articles in a transaction: about 60 ms of a thread, and 2 of the writer
_LONG_STEP = 500  # if no crawl runs: the words of all of them count before the first is placed


async def catch_up(database: Database, topic_file: Path | None) -> int:
    """Find the stories of all waiting articles, while no crawl runs; return their number.

    Raises StorageError or TopicError.
    """
    grouper = Grouper(database, near_misses(topic_file), step=_LONG_STEP)
    return await grouper.keep_up()


def near_misses(topic_file: Path | None) -> float:
    """Return the probability from which an article is a near miss. Raises TopicError."""
    return load(topic_file).thresholds["review"]


class Grouper:
    """Finds the stories of the articles that a crawl stores.

    What it holds in memory is read again after a failure, so that memory and store never differ.
    """

    def __init__(self, database: Database, near: float, *, step: int = _STEP):
        self._database = database
        self._near = near
        self._step = step
        self._waiting = waiting.Waiting(near)
        self._grouping: Grouping | None = None  # None before the first run and after a failure
        self._seen = 0  # the newest row of a membership that is in memory

    async def keep_up(self) -> int:
        """Find the stories of the waiting articles; return their number.

        Raises StorageError, and may be called again after it.
        """
        done = 0
        grouping = await self._ready()
        while batch := await self._database.read(self._waiting.next, most=self._step):
            self._grouping = None  # until the articles are stored
            placements = await asyncio.to_thread(place_all, grouping, batch)
            await self._database.write(keeping.add, list(map(stored, placements)))
            titles = await asyncio.to_thread(titles_of, grouping, placements)
            await self._database.write(keeping.name, titles)
            self._grouping = grouping
            done += len(batch)
        return done

    async def _ready(self) -> Grouping:
        """Return the grouping in memory, after the moves of readers."""
        if self._grouping is None:
            self._waiting = waiting.Waiting(self._near)
            self._seen = await self._database.read(waiting.newest_row)
            known = await self._database.read(waiting.placed, most=SIZE)
            self._grouping = await asyncio.to_thread(remembered, known)
        for row, article, story in await self._database.read(waiting.moved, self._seen):
            self._grouping.move(article, story)
            self._seen = row
        return self._grouping


def remembered(known: Sequence[Candidate]) -> Grouping:
    """Return a grouping of articles whose stories are known."""
    grouping = Grouping()
    for candidate in known:
        if candidate.story_id is not None:
            grouping.put(candidate.article_id, report_of(candidate), candidate.story_id)
    return grouping


def place_all(grouping: Grouping, batch: Sequence[Candidate]) -> list[Placement]:
    """Find the stories of articles in their order."""
    for candidate in batch:
        grouping.learn(candidate.article_id, report_of(candidate))
    return [_place(grouping, candidate) for candidate in batch]


def _place(grouping: Grouping, candidate: Candidate) -> Placement:
    article = candidate.article_id
    if candidate.read_by is not None:
        grouping.put(article, report_of(candidate), candidate.read_by)
        return Placement(article, candidate.read_by, Method.READER)
    return grouping.place(
        article,
        report_of(candidate),
        candidate.original,
        founds=candidate.founds,
    )


def report_of(candidate: Candidate) -> Report:
    """Return an article as it is compared: without a date, it is of the day that it names."""
    return read_report(
        candidate.headline,
        candidate.body,
        candidate.language,
        candidate.published,
    )


def titles_of(grouping: Grouping, placements: Sequence[Placement]) -> dict[int, int]:
    """Return the most central article of each story that articles have joined."""
    stories = dict.fromkeys(placement.story for placement in placements)
    return {story: grouping.central(grouping.members(story)) for story in stories}


def stored(placement: Placement) -> Placed:
    """Return a placement as it is stored."""
    reason = placement.reason
    return Placed(
        article_id=placement.article,
        story_id=placement.story,
        method=placement.method.value,
        score=placement.score,
        reason=None if reason is None else reason.facts(),
        hints=tuple(
            StoryHint(hint.kind, hint.a, hint.b, hint.score, hint.reason.facts())
            for hint in placement.hints
        ),
    )
