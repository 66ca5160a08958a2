"""`drawdown check --live`: each source asked once, politely, and read."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.assembly import open_workers
from crawler.commands.visits import Session
from crawler.config import Config
from crawler.errors import FeedUnreadable, FetchError
from crawler.jobs import SourceJob
from crawler.workers import WorkerPool
from storage.model import FeedEntry, Page, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What stands at a source's address today."""

    source: str
    kind: str
    url: str
    outcome: str  # readable, or as in docs/operations.md
    detail: str = ""  # what to do about it
    status: int | None = None
    moved_to: str | None = None
    has_validators: bool = False  # so that a poll that finds nothing new costs little
    entries: int = 0
    promising: int = 0  # entries whose headline or summary speak of the topic
    newest: datetime | None = None
    in_the_future: int = 0  # entries dated later than now: its feed may pass local time for GMT


async def ask_all(config: Config, sources: Sequence[Source]) -> AsyncIterator[Answer]:
    """Fetch and read each source once, in its order."""
    async with Session.open(config) as session, open_workers(config) as workers:
        for source in sources:
            yield await _ask(session, workers, source, config.drawdown.limits.entries)


async def _ask(session: Session, workers: WorkerPool, source: Source, cap: int) -> Answer:
    try:
        page = await session.get(source.url)
        job = SourceJob(
            kind=source.kind,
            body=page.body,
            url=page.url,
            content_type=page.header("content-type"),
            links=source.selectors.links,
            href=source.selectors.href,
            cap=cap,
            language=source.language,
        )
        reading = await workers.read_source(job)
    except FetchError as error:
        return _answer(source, error.outcome.value, error.detail or "", error.status)
    except FeedUnreadable as error:
        return _answer(source, "bad_feed", str(error), page.status)
    return _readable(source, page, reading.entries)


def _answer(source: Source, outcome: str, detail: str, status: int | None) -> Answer:
    return Answer(
        source=source.name,
        kind=source.kind.value,
        url=source.url,
        outcome=outcome,
        detail=detail,
        status=status,
    )


def _readable(source: Source, page: Page, entries: Sequence[FeedEntry]) -> Answer:
    now = datetime.now(UTC)
    dates = [entry.published for entry in entries if entry.published is not None]
    moved_to = page.url if page.redirects else None
    return Answer(
        source=source.name,
        kind=source.kind.value,
        url=source.url,
        outcome="readable",
        detail=f"moved: write {moved_to}" if moved_to else "",
        status=page.status,
        moved_to=moved_to,
        has_validators=bool(page.header("etag") or page.header("last-modified")),
        entries=len(entries),
        promising=sum(entry.is_promising for entry in entries),
        newest=max(dates, default=None),
        in_the_future=sum(date > now for date in dates),
    )
