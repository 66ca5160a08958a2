from datetime import UTC, datetime, timedelta
from typing import Literal, cast

from crawler.errors import FetchError
from crawler.fetch import robots
from crawler.fetch.robots_rules import RuleList
from crawler.pipeline.robots_reader import rules_reader
from crawler.topic import rules
from crawler.workers.jobs import RobotsJob
from crawler.workers.pool import WorkerPool
from storage.records.model import RobotsRecord
from storage.records.outcome import Outcome
from tests.support.inline import Inline

NOW = datetime(2026, 11, 25, tzinfo=UTC)


class Lost:
    """Parsers of which each is lost at its job."""

    def __init__(self) -> None:
        self.asked = 0

    async def read_robots(self, job: RobotsJob) -> RuleList:
        self.asked += 1
        raise FetchError(Outcome.PARSE_TIMEOUT, job.url, "not parsed in 5 s of CPU")


def record(rule_count: int, verdict: Literal["rules", "allow"] = "rules") -> RobotsRecord:
    lines = "".join(f"Disallow: /section/{n}/\n" for n in range(rule_count))
    return RobotsRecord(
        origin="https://x.example", fetched_at=NOW, expires_at=NOW + timedelta(hours=6),
        verdict=verdict, body=f"User-agent: *\nCrawl-delay: 9\n{lines}",
    )  # fmt: skip


async def test_a_large_file_is_parsed_by_a_worker_as_it_would_be_here() -> None:
    pool = Inline(rules.load())
    large = record(2000)

    read = await rules_reader(pool)(large)

    assert read == robots.read(large)
    assert read.crawl_delay == 9
    assert not read.allows("https://x.example/section/1999/a")


async def test_nothing_is_fetched_by_a_file_that_no_worker_can_parse() -> None:
    pool = Lost()

    read = await rules_reader(cast(WorkerPool, pool))(record(2000))

    assert pool.asked == 1
    assert not read.allows("https://x.example/a")
    assert read.is_unread
    refused = robots.refusal("https://x.example/a", read)
    assert refused.outcome is Outcome.ROBOTS_UNREACHABLE
    assert "not parsed in 5 s of CPU" in refused.detail


async def test_a_small_file_and_one_without_rules_need_no_worker() -> None:
    pool = Lost()
    read = rules_reader(cast(WorkerPool, pool))

    small, none = await read(record(20)), await read(record(2000, "allow"))

    assert pool.asked == 0
    assert not small.allows("https://x.example/section/3/")
    assert none.allows("https://x.example/section/3/")
