"""Parses large robots.txt files in a worker process, and small ones in this process."""

from crawler.errors import FetchError
from crawler.fetch import robots
from crawler.fetch.fetcher import Read
from crawler.workers.jobs import RobotsJob
from crawler.workers.pool import WorkerPool
from storage.records.model import RobotsRecord


def rules_reader(workers: WorkerPool) -> Read:
    """Return a function that parses records without blocking the event loop.

    If the parser is lost (a file that takes too long, no memory), the origin is not fetched until
    the file is parsed again, half an hour later.
    """

    async def read(record: RobotsRecord) -> robots.Rules:
        needs_worker = record.verdict == "rules" and robots.is_large(record)
        if not needs_worker:
            return robots.read(record)
        url = f"{record.origin}/robots.txt"
        job = RobotsJob(
            text=record.body,
            agent=robots.AGENT,
            url=url,
        )
        try:
            return robots.Rules("rules", await workers.read_robots(job))
        except FetchError as error:
            return robots.unread(error)

    return read
