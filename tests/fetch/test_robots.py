import base64
import gc
import gzip
import json
import re
import tarfile
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from protego import Protego

from crawler.errors import FetchError
from crawler.fetch import robots
from crawler.fetch.robots_rules import RuleList
from storage.records.model import RobotsRecord
from storage.records.outcome import Outcome
from tests.conftest import read_rows

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def allowing(origin: str) -> RobotsRecord:
    return RobotsRecord(
        origin=origin, fetched_at=NOW, expires_at=NOW + timedelta(hours=1), verdict="allow"
    )


def rules(text: str, agent: str = robots.AGENT) -> robots.Rules:
    record = RobotsRecord(
        origin="https://x.example", fetched_at=NOW, expires_at=NOW, verdict="rules", body=text
    )
    return robots.read(record, agent)


def put(cache: robots.RulesCache, record: RobotsRecord, now: datetime = NOW) -> None:
    cache.put(record, robots.read(record), now)


def allows(text: str, path: str = "/a") -> bool:
    return rules(text).allows(f"https://x.example{path}")


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: drawdown\nAllow: /\n\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: Drawdown/1.0\nDisallow: /", "/a", False),
        ("User-agent: draw\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /a*c$", "/abc", False),
        ("User-agent: *\nNoindex: /x\nDisallow: /a", "/a", False),
        ("User-agent: *\nCrawl-delay: 3\nUser-agent: other\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: https://x.example/a", "/a", True),
        ("\ufeffUser-agent: *\rDisallow: /a", "/a", False),
        ("User-agent: *other*\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: a\nUser-agent: other\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /a*\u00a0", "/abc", True),
        ("User-agent: *\nDiasllow: /a", "/a", False),
        ("User-agent: *\nDisallow: /%62", "/b", True),
        ("User-agent: *\nDisallow: /%7ejoe", "/~joe", False),
        ("User-agent: *\nDisallow: /ü", "/%C3%BC", False),
        ("User-agent: *\nDisallow: /x%2fy", "/x%2Fy", False),
        ("User-agent: *\nDisallow: /" + "a" * 20_000, "/" + "a" * 17_000, False),
    ],
)
def test_rules_are_read_as_rfc_9309_says(text: str, path: str, allowed: bool) -> None:
    assert allows(text, path) is allowed


def test_a_crawl_delay_is_read() -> None:
    assert rules("User-agent: *\nCrawl-delay: 7\nDisallow: /x").crawl_delay == 7
    assert rules("").crawl_delay == 0


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.DENIED, Outcome.GONE])
def test_no_robots_file_allows_everything(outcome: Outcome) -> None:
    record = robots.record_error("https://x.example", FetchError(outcome, "u"), NOW, None)

    assert robots.read(record).allows("https://x.example/a")


@pytest.mark.parametrize("outcome", [Outcome.SERVER_ERROR, Outcome.RATE_LIMITED, Outcome.TIMEOUT])
def test_an_unreachable_robots_file_forbids_everything(outcome: Outcome) -> None:
    record = robots.record_error("https://x.example", FetchError(outcome, "u"), NOW, None)

    assert not robots.read(record).allows("https://x.example/a")
    assert record.expires_at - NOW == robots.AFTER_ERROR


def test_old_rules_serve_a_day_while_the_server_is_down() -> None:
    known = RobotsRecord(
        origin="https://x.example", fetched_at=NOW - timedelta(hours=7), expires_at=NOW,
        verdict="rules", body="User-agent: *\nDisallow: /private",
    )  # fmt: skip
    error = FetchError(Outcome.TIMEOUT, "u")

    kept = robots.read(robots.record_error("https://x.example", error, NOW, known))
    late = robots.read(
        robots.record_error("https://x.example", error, NOW + timedelta(days=1), known)
    )

    assert kept.allows("https://x.example/a")
    assert not kept.allows("https://x.example/private")
    assert not late.allows("https://x.example/a")


def test_the_consensus_of_four_parsers_is_met(shared: Path) -> None:
    rows = read_rows(shared / "data/robots/consensus.dev.jsonl")
    wrong = [row["id"] for row in rows if _answer(row) != row["allowed"]]

    assert wrong == []


def _answer(row: dict[str, str]) -> bool:
    raw = (
        base64.b64decode(row["robots_b64"])
        if row.get("robots_b64")
        else row["robots"].encode("utf-8", "surrogatepass")
    )
    agent = re.split(r"[ /,]", row["agent"])[0]
    return rules(raw.decode("utf-8", "replace"), agent).allows(row["url"])


@pytest.mark.slow  # it reads thousands of files
def test_real_files_are_answered_as_googles_parser_does(shared: Path) -> None:
    with tarfile.open(shared / "data/robots/oracle.files.tar.gz") as tar:
        files = {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}  # type: ignore[union-attr]  # files
    with gzip.open(shared / "data/robots/oracle.dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["agent"] == "NewsMonitorBot"]
    parsed = {
        row["file"]: rules(files[row["file"]].decode("utf-8", "replace"), row["agent"])
        for row in rows
    }
    wrongly_allowed = wrong = 0
    for row in rows:
        answer = parsed[row["file"]].allows(row["url"])
        wrong += answer != row["allowed"]
        wrongly_allowed += answer and not row["allowed"]

    assert wrongly_allowed <= 3
    assert wrong / len(rows) <= 0.001


def test_rules_that_are_used_stay_when_others_come() -> None:
    cache = robots.RulesCache(limit=2)
    put(cache, allowing("https://asked.example"))
    put(cache, allowing("https://left.example"))
    assert cache.get("https://asked.example", NOW) is not None
    put(cache, allowing("https://new.example"))

    assert cache.get("https://asked.example", NOW) is not None
    assert cache.get("https://left.example", NOW) is None
    put(cache, allowing("https://asked.example"))  # fetched again: the newest again
    put(cache, allowing("https://newer.example"))
    assert cache.get("https://asked.example", NOW) is not None
    assert cache.get("https://new.example", NOW) is None


def _with_many_rules(origin: str) -> RobotsRecord:
    body = "User-agent: *\n" + "".join(f"Disallow: /*{n}$\n" for n in range(1000))
    return replace(allowing(origin), verdict="rules", body=body)


def test_the_memory_of_all_rules_is_bounded_and_the_newest_are_kept() -> None:
    cache = robots.RulesCache(most_bytes=300_000)  # some two of these
    origins = [f"https://o{n}.example" for n in range(6)]
    for origin in origins:
        put(cache, _with_many_rules(origin))

    kept = [origin for origin in origins if cache.get(origin, NOW) is not None]
    assert kept == origins[-len(kept) :]
    assert 1 <= len(kept) <= 3


def test_rules_that_fit_into_no_bound_are_kept_alone() -> None:
    cache = robots.RulesCache(most_bytes=1)
    put(cache, allowing("https://small.example"))
    put(cache, _with_many_rules("https://large.example"))

    assert cache.get("https://small.example", NOW) is None
    assert cache.get("https://large.example", NOW) is not None


def test_expired_rules_leave_the_memory() -> None:
    cache = robots.RulesCache()
    put(cache, allowing("https://old.example"))
    later = NOW + timedelta(days=2)
    put(
        cache, replace(allowing("https://new.example"), expires_at=later + timedelta(days=1)), later
    )

    assert list(cache._entries) == ["https://new.example"]
    assert cache.get("https://new.example", later + timedelta(days=1)) is None
    assert not cache._entries
    assert cache._bytes == 0


def test_parsed_rules_are_freed_without_the_garbage_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        parsed = rules("User-agent: *\nDisallow: /a\nCrawl-delay: 2")

        assert not parsed.allows("https://x.example/a")
        assert not [one for one in gc.get_objects() if isinstance(one, Protego)]
    finally:
        gc.enable()


def test_a_rule_that_is_repeated_is_kept_once() -> None:
    parsed = rules("User-agent: *\n" + "Disallow: /a\n" * 40_000)

    assert parsed.listed.rules == ((False, "/a"),)


def test_rules_that_could_not_be_parsed_are_tried_again_before_they_expire() -> None:
    cache = robots.RulesCache()
    record = replace(allowing("https://x.example"), expires_at=NOW + timedelta(hours=6))
    cache.put(record, robots.unread(FetchError(Outcome.PARSE_TIMEOUT, "u")), NOW)

    unread = cache.get("https://x.example", NOW + timedelta(minutes=29))
    assert unread is not None
    assert not unread.allows("https://x.example/a")
    assert cache.get("https://x.example", NOW + robots.AFTER_ERROR) is None


async def test_a_long_list_of_rules_is_asked_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    whole = RuleList.allows

    def note(listed: RuleList, url: str) -> bool:
        asked.append(threading.get_ident())
        return whole(listed, url)

    monkeypatch.setattr(RuleList, "allows", note)
    short = rules("User-agent: *\nDisallow: /a")
    long = rules("User-agent: *\n" + "".join(f"Disallow: /{n}*x\n" for n in range(5000)))

    assert not await robots.allows(short, "https://x.example/a")
    assert not await robots.allows(long, "https://x.example/77/x")
    assert asked[0] == threading.get_ident()
    assert asked[1] != threading.get_ident()


@pytest.mark.parametrize("jump", [timedelta(days=-3652), timedelta(days=-1), timedelta(hours=-1)])
def test_rules_of_a_clock_that_was_ahead_are_not_believed(jump: timedelta) -> None:
    """Fetched in the future, they would serve until their time has come."""
    record = RobotsRecord(
        origin="http://a.example", fetched_at=NOW, expires_at=NOW + robots.FRESH, verdict="allow"
    )
    failed = FetchError(Outcome.TIMEOUT, "http://a.example/robots.txt", "")
    cache = robots.RulesCache()
    cache.put(record, robots.Rules("allow"), NOW)

    assert robots.is_fresh(record.fetched_at, record.expires_at, NOW + timedelta(hours=1))
    assert not robots.is_fresh(record.fetched_at, record.expires_at, NOW + jump)
    assert cache.get("http://a.example", NOW + jump) is None
    assert robots.record_error("http://a.example", failed, NOW + jump, record).verdict == "disallow"


def test_rules_that_a_clock_ahead_kept_for_an_unreachable_server_expire() -> None:
    expires_at = NOW + timedelta(days=400)

    assert not robots.is_fresh(NOW - timedelta(hours=1), expires_at, NOW)
