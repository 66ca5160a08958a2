"""What a worker process does: bytes in, records out, through the pure stages in their order.

No await, clock, network or disk: so it runs the same in a worker, in a command on files, and over
the archive.
"""

from dataclasses import replace

from crawler import text
from crawler.dedupe.shingles import fingerprint
from crawler.errors import FeedChallenged, FeedUnreadable
from crawler.extract import article as extract
from crawler.extract.explain import report
from crawler.extract.site import met, sample
from crawler.feeds.listing import read_listing
from crawler.feeds.parse import read_feed
from crawler.feeds.sitemap import read_sitemap
from crawler.text.challenge import challenge_in
from crawler.topic.language import identify, language_of
from crawler.topic.rules import Topic, judge, judge_article
from crawler.workers.jobs import PageJob, SourceJob
from crawler.workers.sayings import is_near, read_sayings
from storage.records.article import Article, PageKind, SiteProfile
from storage.records.model import FeedEntry, FeedReading, PageReading, ReadWith, SourceKind
from storage.records.outcome import Outcome
from storage.records.sayings import Sayings
from storage.records.verdict import Verdict

# Pages that answer 200 and hold no article, each counted under its own outcome.
_REFUSED = {
    PageKind.EMPTY: Outcome.NOT_ARTICLE,
    PageKind.SECTION: Outcome.SECTION_PAGE,
    PageKind.HOME: Outcome.HOME_PAGE,
    PageKind.VIDEO: Outcome.VIDEO,
    PageKind.LIVE_BLOG: Outcome.LIVE_BLOG,
    PageKind.CHALLENGE: Outcome.BLOCKED,
    PageKind.CONSENT: Outcome.CONSENT_WALL,
    PageKind.MISSING: Outcome.SOFT_404,
}


def read_source(job: SourceJob, topic: Topic) -> FeedReading:
    """Read entries, and say which promise to be on topic.

    Raises FeedUnreadable, and of these FeedChallenged where a challenge is in place of the list.
    """
    reading = _read_or_refuse(job)
    language = job.language or identify(" ".join(e.headline or "" for e in reading.entries))
    entries = (
        replace(entry, is_promising=_is_promising(entry, topic, language))
        for entry in reading.entries
    )
    return replace(reading, entries=tuple(entries))


def _read_or_refuse(job: SourceJob) -> FeedReading:
    try:
        return _read_entries(job)
    except FeedUnreadable as error:
        challenge = challenge_in(job.body, job.content_type)
        if challenge is None:
            raise
        raise FeedChallenged(challenge) from error


def _is_promising(entry: FeedEntry, topic: Topic, language: str | None) -> bool:
    """Whether headline or summary speak of the topic; the article alone decides."""
    body = (entry.summary,) if entry.summary else ()
    verdict = judge(topic, headline=entry.headline or "", body=body, language=language)
    return (verdict.probability or 0.0) >= topic.thresholds["review"]


def _read_entries(job: SourceJob) -> FeedReading:
    match job.kind:
        case SourceKind.FEED:
            return read_feed(job.body, url=job.url, content_type=job.content_type, cap=job.cap)
        case SourceKind.SITEMAP:
            return read_sitemap(job.body, url=job.url, content_type=job.content_type, cap=job.cap)
        case SourceKind.PAGE:
            return read_listing(
                job.body,
                url=job.url,
                content_type=job.content_type,
                links=job.links,
                href=job.href,
                cap=job.cap,
            )


def read_page(job: PageJob, topic: Topic) -> PageReading:
    """Read, judge and fingerprint an article, or say why there is none."""
    extraction = extract.read_page(
        job.body,
        url=job.url,
        content_type=job.content_type,
        hints=job.entry,
        site=job.site,
        selectors=job.selectors,
        headers=job.headers,
    )
    article = _settled(extraction.article, job)
    blocks = report(extraction.body) if job.explain else ()
    if article.kind is not PageKind.ARTICLE:
        refused = _REFUSED[article.kind]
        return PageReading(article=None, blocks=blocks, refused=refused, detail=_detail(article))
    article = with_language(article, job.language)
    verdict = judge_article(topic, article)
    site, found = job.site or SiteProfile(), extraction.body
    return PageReading(
        article=article,
        verdict=verdict,
        fingerprint=fingerprint(article.body, site.common_lines),
        sample=sample(site, found.container, found.layout.blocks),
        read_with=ReadWith(
            entry=job.entry,
            selectors=job.selectors,
            site=met(site, found.layout.blocks),
            language=job.language,
            is_revisit=job.known is not None,
        ),
        blocks=blocks,
        sayings=_sayings(article, verdict, topic),
    )


def _sayings(article: Article, verdict: Verdict, topic: Topic) -> Sayings | None:
    if not is_near(topic, verdict.relevant, verdict.probability):
        return None
    return read_sayings(
        topic,
        headline=article.headline,
        body=article.body,
        language=article.language,
        published=article.published.date() if article.published else None,
    )


def _settled(article: Article, job: PageJob) -> Article:
    """Return an article that is read again with the text that is stored, where it has not changed.

    Between two visits the profile of its outlet learns, so another line may be known for the
    outlet's. What is stored has not changed if it lies between the page read with the profile and
    the page read without.
    """
    if job.known is None or job.site is None or article.body == job.known:
        return article
    plain = extract.extract(
        job.body, url=job.url, content_type=job.content_type, selectors=job.selectors
    )
    if _is_part(article.body, job.known) and _is_part(job.known, plain.body):
        words = text.count_words("\n".join(job.known))
        return replace(article, body=job.known, word_count=words)
    return article


def _is_part(lines: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether all lines stand in the whole, in their order."""
    rest = iter(whole)
    return all(line in rest for line in lines)


def with_language(article: Article, expected: str | None = None) -> Article:
    """Settle the language: the page's claim, unless the text itself contradicts it.

    Without a claim it is identified from the text; the source's language is the last resort.
    """
    claimed, how = article.language, article.origins.get("language", "page")
    found = language_of(article.body, claimed)
    if found is not None and found != claimed:
        claimed, how = found, "text"
    if claimed is None:
        claimed, how = expected, "source"
    if claimed is None:
        return article
    return replace(article, language=claimed, origins={**article.origins, "language": how})


def _detail(article: Article) -> str:
    titled = f", titled {article.headline[:80]!r}" if article.headline else ""
    return f"{article.kind.value} ({article.word_count} words{titled})"
