"""Polls sources at once: by the running daemon, or in a round of its own."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.config import Config
from crawler.daemon import daemon, indexing
from crawler.daemon.stopping import signals
from crawler.pipeline.assembly import Parts, open_crawler
from crawler.pipeline.discover import poll_target
from crawler.pipeline.tally import Tally
from storage.crawl import polls, requested, sources
from storage.crawl.polls import PollRecord
from storage.records.model import Source
from storage.sqlite.database import open_corpus

_LOOK_SECONDS = 0.2  # between two looks for the answer of a daemon


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a source answered; without a poll it has not yet."""

    source: str
    url: str
    poll: PollRecord | None = None


async def poll_now(config: Config, listed: Sequence[Source], parts: Parts | None = None) -> Tally:
    """Poll sources in this process, and fetch what they list and whatever else waits.

    No other source is polled. Raises StorageError, StoreLocked among it, or TopicError.
    """
    async with (
        open_crawler(config, polls_by_itself=False, parts=parts) as crawler,
        signals() as stopping,
    ):
        for source in listed:
            number = await crawler.database.read(sources.id_of, url=source.url)
            crawler.queue.add(poll_target(source, number))
        await daemon.work(crawler, stopping, until_idle=True)
        await indexing.catch_up(crawler.database)
        return crawler.tally


def ask_daemon(store: Path, listed: Sequence[Source], wait_seconds: float) -> list[Answer]:
    """Ask the daemon that writes to a store for polls; return the answers it has in time."""
    before = datetime.now(UTC)
    requested.ask(store, [source.url for source in listed])
    until = time.monotonic() + wait_seconds
    while True:
        answers = _answers(store, listed, before)
        is_complete = all(answer.poll is not None for answer in answers)
        if is_complete or time.monotonic() >= until:
            return answers
        time.sleep(_LOOK_SECONDS)


def newest_polls(store: Path, listed: Sequence[Source]) -> list[Answer]:
    """Return the last poll of each source."""
    return _answers(store, listed, None)


def _answers(store: Path, listed: Sequence[Source], since: datetime | None) -> list[Answer]:
    answers = []
    with open_corpus(store) as connection:
        for source in listed:
            found = None
            if sources.is_known(connection, source.url):
                newest = polls.log(connection, sources.id_of(connection, source.url), most=1)
                found = newest[0] if newest and (since is None or newest[0].at >= since) else None
            answers.append(Answer(source=source.name, url=source.url, poll=found))
    return answers
