"""Sources that stopped are looked for, and reported once in two weeks."""

import io
import json
from datetime import UTC, datetime, timedelta

from crawler import log
from crawler.daemon.daily_checks import look
from crawler.demo.server import Response
from storage.sqlite.database import Database
from tests.support.small_farm import Farm, feed


async def test_pages_that_hold_nothing_are_told_once_in_two_weeks(farm: Farm) -> None:
    paths = [f"/{n}" for n in range(12)]
    farm.serve_paths(
        "a.example",
        {"/feed": feed(*paths), **dict.fromkeys(paths, Response(b"<p>Nothing to read.</p>"))},
    )
    farm.serve_paths("b.example", {"/feed": feed("/1", host="b.example")})
    await farm.round()
    told = io.StringIO()
    log.set_up(as_json=True, out=told)
    now = datetime.now(UTC)
    async with Database.open(farm.folder / "corpus.db") as database:
        for days in (0, 1, 13, 15):
            await look(database, now + timedelta(days=days))

    found = [json.loads(line) for line in told.getvalue().splitlines()]
    assert [(one["event"], one["source"]) for one in found] == [
        ("empty extractions", "a.example"), ("empty extractions", "a.example"),
    ]  # fmt: skip
    assert found[0]["detail"] == "12 of its last 12 pages: mostly not_article"
