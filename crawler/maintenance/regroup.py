"""Finds the stories of the whole corpus again (`drawdown reprocess --stories`)."""

import asyncio
from collections.abc import Sequence

from crawler.daemon.grouping import place_all, stored, titles_of
from crawler.maintenance.reextract import Progress
from crawler.stories.grouping import Grouping, Placement
from storage.sqlite.database import Database
from storage.stories import keeping, waiting
from storage.stories.waiting import Candidate


async def regroup(database: Database, near: float, progress: Progress) -> int:
    """Find the story of every article again, in the order in which they came; return how many.

    What readers decided stays. Rows that say the same stay as they are, so that a second call
    changes nothing. All is stored in one transaction. `near` as in `Waiting`.
    """
    candidates = await database.read(waiting.everything, near)
    progress(0, len(candidates))
    placements, titles = await asyncio.to_thread(_grouped, candidates)
    await database.write(keeping.replace, list(map(stored, placements)))
    await database.write(keeping.name, titles)
    progress(len(candidates), len(candidates))
    return len(candidates)


def _grouped(candidates: Sequence[Candidate]) -> tuple[list[Placement], dict[int, int]]:
    """Return the story of each article, and the article that names each story."""
    grouping = Grouping(size=max(1, len(candidates)))
    placements = place_all(grouping, candidates)
    return placements, titles_of(grouping, placements)
