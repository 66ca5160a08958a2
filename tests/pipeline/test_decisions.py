"""What a page, a poll and a revisit are decided to be: reads of the store, and no network."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.dedupe.revisions import Change
from crawler.fetch.fetcher import Validators
from crawler.pipeline import identity, poll, revisit, visit
from crawler.pipeline.copies import Copies
from crawler.pipeline.listing import Listing
from crawler.pipeline.revisit_plan import REVISITS, next_revisit
from storage import forgetting
from storage.articles.revisions import Visit
from storage.articles.sketches import open_index
from storage.crawl import frontier, sources
from storage.crawl.attempts import Attempt
from storage.crawl.frontier import Discovered
from storage.records.model import (
    ChildSitemap,
    FeedEntry,
    FeedReading,
    FrontierUrl,
    Page,
    PageReading,
    Phases,
    PollState,
    Source,
    SourceKind,
    TargetKind,
)
from storage.records.outcome import Outcome
from storage.sqlite import schema
from tests.support import filling
from tests.support.filling import NOW

FEED = Source(name="one", kind=SourceKind.FEED, url="https://one.example/feed")
NOTHING_NEW = Discovered(new=0, known=0, changed=0)
STORY = [
    f"Paragraph {n} says how the bakery at number {n} reopened after the flood of the river."
    for n in range(30)
]
OTHER = [
    f"In lesson {n} the choir of the valley learned a song about winter birds and old trains."
    for n in range(30)
]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = schema.connect(tmp_path / "corpus.db")
    two = Source(name="two", kind=SourceKind.FEED, url="https://two.example/feed")
    sources.synchronize(opened, [(FEED, "one.example"), (two, "two.example")], NOW)
    yield opened
    opened.close()


def discovered(connection: sqlite3.Connection, url: str) -> FrontierUrl:
    """Return a URL of the first source that waits in the frontier."""
    frontier.discover(connection, 1, [filling.discovery(url)], NOW)
    row = connection.execute(
        "SELECT id FROM frontier_url WHERE canonical_url = ?", (url,)
    ).fetchone()
    return FrontierUrl(
        id=row["id"], kind=TargetKind.ARTICLE, url=url, source="one", host=url.split("/")[2]
    )


def decided(connection: sqlite3.Connection, url: str, seen: Visit) -> visit.Decision:
    """Decide on a page, and check that deciding alone wrote nothing."""
    target = discovered(connection, url)
    copies = Copies(open_index(connection, in_memory=False))
    before = connection.total_changes
    decision = visit.decide(connection, target, seen, copies, {})
    assert connection.total_changes == before
    return decision


def test_a_page_without_an_article_is_refused_with_its_reason(
    connection: sqlite3.Connection,
) -> None:
    url = "https://one.example/section"
    reading = PageReading(article=None, refused=Outcome.SECTION_PAGE, detail="40 links")
    seen = replace(filling.visit(url, STORY), reading=reading)

    decision = decided(connection, url, seen)

    assert decision == visit.Refused(Outcome.SECTION_PAGE, "40 links")
    attempt = visit.attempt_for(decision, seen)
    assert (attempt.outcome, attempt.detail) == (Outcome.SECTION_PAGE, "40 links")


def test_a_page_that_the_store_does_not_have_is_a_new_article(
    connection: sqlite3.Connection,
) -> None:
    url = "https://one.example/bakery"

    decision = decided(connection, url, filling.visit(url, STORY))

    assert isinstance(decision, visit.NewArticle)
    assert (decision.identity.url, decision.related) == (url, ())


def test_a_text_of_another_outlet_is_a_new_article_with_its_original(
    connection: sqlite3.Connection,
) -> None:
    first = "https://two.example/flood"
    original = filling.store(connection, 2, first, filling.visit(first, STORY))
    url = "https://one.example/bakery"

    decision = decided(connection, url, filling.visit(url, STORY))

    assert isinstance(decision, visit.NewArticle)
    assert [relation.of for relation in decision.related] == [original]
    assert decision.related[0].kind.is_copy


def test_an_address_of_a_stored_article_is_its_alias(connection: sqlite3.Connection) -> None:
    stored = "https://one.example/bakery"
    article_id = filling.store(connection, 1, stored, filling.visit(stored, STORY))
    url = "https://one.example/amp/bakery"

    decision = decided(connection, url, filling.visit(url, STORY, canonical_url=stored))

    assert isinstance(decision, visit.Alias)
    assert (decision.article_id, decision.identity.url) == (article_id, stored)


def test_a_canonical_url_of_another_text_is_not_believed(connection: sqlite3.Connection) -> None:
    stored = "https://one.example/bakery"
    filling.store(connection, 1, stored, filling.visit(stored, STORY))
    url = "https://one.example/choir"

    decision = decided(connection, url, filling.visit(url, OTHER, canonical_url=stored))

    assert isinstance(decision, visit.NewArticle)
    assert decision.identity.url == url


def test_a_forgotten_article_is_not_stored_again_under_a_new_address(
    connection: sqlite3.Connection,
) -> None:
    stored = "https://one.example/bakery"
    article_id = filling.store(connection, 1, stored, filling.visit(stored, STORY))
    forgetting.forget(connection, [article_id], "article", "order 7")
    url = "https://one.example/amp/bakery"

    decision = decided(connection, url, filling.visit(url, STORY, canonical_url=stored))

    assert isinstance(decision, visit.Forgotten)


def test_votes_on_a_parameter_count_only_when_they_are_stored(
    connection: sqlite3.Connection,
) -> None:
    for number in range(3):
        stored = f"https://one.example/news?colour={number}&id=4"
        seen = filling.visit(stored, STORY, word_count=400)
        filling.store(connection, 1, stored, seen)
    url = "https://one.example/news?colour=9&id=4"

    decision = decided(connection, url, filling.visit(url, STORY, word_count=400))

    assert isinstance(decision, visit.Alias)
    assert [vote.parameter for vote in decision.identity.votes] == ["colour"] * 3
    assert connection.execute("SELECT count(*) FROM url_parameter").fetchone()[0] == 0
    learned = identity.count_votes(connection, decision.identity.votes)
    assert learned == (("one.example", "colour"),)


def revisited(
    connection: sqlite3.Connection, seen: Visit, changes: tuple[Change, ...]
) -> revisit.Decision:
    """Decide on a revisit of the first article, and check that deciding alone wrote nothing."""
    target = FrontierUrl(
        id=1,
        kind=TargetKind.REVISIT,
        url=seen.page.url,
        source="one",
        host="one.example",
    )
    copies = Copies(open_index(connection, in_memory=False))
    before = connection.total_changes
    decision = revisit.decide(connection, target, seen, changes, copies)
    assert connection.total_changes == before
    return decision


def test_a_revisit_without_changes_keeps_the_text_and_takes_the_next_step(
    connection: sqlite3.Connection,
) -> None:
    url = "https://one.example/bakery"
    filling.store(connection, 1, url, filling.visit(url, STORY))

    decision = revisited(connection, filling.visit(url, STORY), ())

    assert decision == revisit.Kept(Outcome.UNCHANGED, "", step=1)


def test_a_changed_text_is_the_next_revision_and_starts_the_revisits_again(
    connection: sqlite3.Connection,
) -> None:
    url = "https://one.example/bakery"
    filling.store(connection, 1, url, filling.visit(url, STORY))

    decision = revisited(connection, filling.visit(url, OTHER), (Change.HEADLINE,))

    assert isinstance(decision, revisit.Revised)
    assert (decision.number, decision.change, decision.step) == (2, "headline", 0)


def test_revisits_whose_time_is_over_are_skipped() -> None:
    assert next_revisit(0, NOW, NOW) == (0, NOW + REVISITS[0])
    assert next_revisit(0, NOW, NOW + timedelta(hours=7)) == (2, NOW + REVISITS[2])
    assert next_revisit(0, NOW, NOW + timedelta(days=400)) is None
    assert next_revisit(len(REVISITS), NOW, NOW) is None


def feed_page(body: bytes = b"feed", status: int = 200, **headers: str) -> Page:
    return Page(
        url=FEED.url,
        requested_url=FEED.url,
        redirects=(),
        status=status,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body,
        wire_bytes=len(body),
        address=None,
        phases=Phases(),
        fetched_at=NOW,
    )


ROOT = FrontierUrl(id=1, kind=TargetKind.FEED, url=FEED.url, source="one", host="one.example")
CHILD = replace(ROOT, kind=TargetKind.SITEMAP, url="https://one.example/sitemap-2.xml")


def state_with(**values: object) -> PollState:
    fields: dict[str, object] = {"next_poll_at": NOW, "last_poll_at": NOW - timedelta(hours=1)}
    return PollState(**(fields | values))  # type: ignore[arg-type]  # a test's shorthand


def listing_of(
    page: Page, *entries: FeedEntry, target: FrontierUrl = ROOT, children: tuple[str, ...] = ()
) -> Listing:
    named = tuple(ChildSitemap(url=url) for url in children)
    reading = FeedReading(entries=entries, children=named)
    discoveries = tuple(filling.discovery(entry.url) for entry in entries)
    return Listing(target, page, reading, entries, discoveries)


APPLY = "`drawdown sources apply` writes that into sources.toml"


def validators_at(unconditional_at: datetime | None, target: FrontierUrl = ROOT) -> Validators:
    state = state_with(etag='"7"', validated_url=FEED.url, unconditional_at=unconditional_at)
    return poll.plan(state, target, FEED, NOW).validators


def test_validators_are_sent_except_once_a_day_and_never_to_a_child_sitemap() -> None:
    assert validators_at(NOW - timedelta(hours=2)).etag == '"7"'
    assert validators_at(NOW - timedelta(hours=25)) == Validators()
    assert validators_at(None) == Validators()
    assert validators_at(NOW - timedelta(hours=2), CHILD) == Validators()


def test_a_feed_is_unchanged_where_the_server_says_so_or_its_bytes_are_the_same() -> None:
    first = poll.plan(state_with(), ROOT, FEED, NOW)
    decision = poll.decide(first, listing_of(feed_page()), NOTHING_NEW)
    second = poll.plan(decision.state, ROOT, FEED, NOW)

    assert second.is_unchanged(feed_page())
    assert second.is_unchanged(feed_page(b"", status=304))
    assert not second.is_unchanged(feed_page(b"another"))
    assert not poll.plan(decision.state, CHILD, FEED, NOW).is_unchanged(feed_page())


@pytest.mark.parametrize(
    ("window", "known", "lost"), [(5, 0, True), (5, 1, False), (None, 0, False)]
)
def test_a_loss_is_possible_where_a_poll_has_no_entry_in_common_with_the_last(
    window: int | None, known: int, *, lost: bool
) -> None:
    entries = [FeedEntry(url=f"https://one.example/{n}") for n in range(3)]
    planned = poll.plan(state_with(window=window), ROOT, FEED, NOW)

    decision = poll.decide(
        planned,
        listing_of(feed_page(), *entries),
        Discovered(new=3 - known, known=known, changed=0),
    )

    assert decision.record.possible_loss is lost
    assert [notice.kind for notice in decision.notices] == ["possible loss"] * lost


def test_an_index_keeps_no_validators_since_its_sitemaps_are_not_read_yet() -> None:
    planned = poll.plan(state_with(), ROOT, FEED, NOW)
    page = feed_page(etag='"8"')

    index = poll.decide(planned, listing_of(page, children=(CHILD.url,)), NOTHING_NEW)
    feed = poll.decide(planned, listing_of(page), NOTHING_NEW)

    assert (index.state.etag, index.state.body_hash) == (None, None)
    assert feed.state.etag == '"8"'


def test_a_child_sitemap_changes_nothing_of_what_is_remembered_of_its_source() -> None:
    state = state_with(failing_since=NOW - timedelta(days=9))
    planned = poll.plan(state, CHILD, FEED, NOW)

    decision = poll.decide(planned, listing_of(feed_page(), target=CHILD), NOTHING_NEW)

    assert (decision.state, decision.notices) == (state, ())


def test_a_source_that_answers_again_and_has_moved_gives_a_notice_of_each() -> None:
    state = state_with(failing_since=NOW - timedelta(days=9), validated_url=FEED.url)
    planned = poll.plan(state, ROOT, FEED, NOW)
    to = "https://www.one.example/rss"
    moved = replace(feed_page(), url=to, moved_to=to)
    led = replace(ROOT, url=moved.url, hops=(ROOT.url,))  # each redirect is a request of its own

    decision = poll.decide(planned, listing_of(moved, target=led), NOTHING_NEW)

    assert [(notice.kind, notice.detail) for notice in decision.notices] == [
        ("source recovered", "after 9 days"),
        ("source moved", f"permanently to {to}: {APPLY}"),
    ]
    assert decision.state.moved_to == to
    assert {notice.url for notice in decision.notices} == {ROOT.url}


def test_a_temporary_redirect_is_no_move() -> None:
    planned = poll.plan(state_with(), ROOT, FEED, NOW)
    elsewhere = replace(feed_page(), url="https://today.one.example/rss")
    led = replace(ROOT, url=elsewhere.url, hops=(ROOT.url,))

    decision = poll.decide(planned, listing_of(elsewhere, target=led), NOTHING_NEW)

    assert decision.notices == ()
    assert decision.state.moved_to is None


def test_a_source_that_is_gone_is_told_once() -> None:
    state = state_with(failing_since=NOW - timedelta(days=3, minutes=1), failures=2.0)
    attempt = Attempt(at=NOW, outcome=Outcome.GONE, detail="HTTP 410")
    told = poll.decide_failure(state, NOW - timedelta(hours=1), ROOT, attempt)
    gone = replace(state, last_outcome=Outcome.GONE, failures=3.0)

    assert told is not None
    assert told.kind == "source gone"
    assert poll.decide_failure(gone, NOW - timedelta(days=7), ROOT, attempt) is None


def test_a_source_that_fails_for_three_days_gives_one_notice() -> None:
    state = state_with(failing_since=NOW - timedelta(days=3, minutes=1))
    attempt = Attempt(at=NOW, outcome=Outcome.DNS, detail="no such host")

    first = poll.decide_failure(state, NOW - timedelta(hours=1), ROOT, attempt)
    later = poll.decide_failure(state, NOW - timedelta(seconds=30), ROOT, attempt)

    assert first is not None
    assert (first.kind, first.detail) == ("source failing", "for 3 days: dns: no such host")
    assert later is None
