"""Parses large robots.txt files in a worker process, small ones at once."""

from crawler.errors import FetchError
from crawler.fetch import robots
from crawler.fetch.fetcher import Read
from crawler.workers.jobs import RobotsJob
from crawler.workers.pool import WorkerPool
from storage.records.model import RobotsRecord


def rules_reader(workers: WorkerPool) -> Read:
    """Return a function that parses records without holding up the event loop.

    Where the parser is lost (a file that takes too long, no memory), nothing of the origin may be
    fetched until the file is parsed again, half an hour later.
    """

    async def read(record: RobotsRecord) -> robots.Rules:
        if record.verdict != "rules" or not robots.is_large(record):
            return robots.read(record)
        url = f"{record.origin}/robots.txt"
        job = RobotsJob(text=record.body, agent=robots.AGENT, url=url)
        try:
            return robots.Rules("rules", await workers.read_robots(job))
        except FetchError as error:
            return robots.unread(error)

    return read
