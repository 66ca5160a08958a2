"""What a worker process does: bytes in, records out, through the pure stages in their order.

No await, clock, network or disk: so it runs the same in a worker, in a command on files, and over
the archive.
"""

import re
from dataclasses import replace

from crawler.dedupe.shingles import fingerprint
from crawler.extract.article import extract
from crawler.feeds.listing import read_listing
from crawler.feeds.parse import read_feed
from crawler.feeds.sitemap import read_sitemap
from crawler.jobs import PageJob, SourceJob
from crawler.topic.language import contradicts, identify
from crawler.topic.rules import Topic, judge
from storage.model import Article, FeedReading, PageReading, SourceKind
from storage.outcome import Outcome

_LEAST_WORDS = 20  # of a body: below it a page is no article
_SHORT_PAGE = 150  # words: a challenge or error page has no more
_CHALLENGE = re.compile(
    r"^(?:just a moment|attention required|access denied|verify(?:ing)? you are (?:a )?human"
    r"|are you a robot|please wait|checking your browser|ddos-guard|bot verification|security check"
    r"|captcha|one more step|pardon our interruption|before you continue|consent|datenschutz)",
    re.I,
)
_MISSING = re.compile(
    r"\b404\b|(?:page|article|seite|страница)\s+(?:was\s+)?not\s+found|^not found$", re.I
)


def read_source(job: SourceJob) -> FeedReading:
    """Read entries. Raises FeedUnreadable."""
    match job.kind:
        case SourceKind.FEED:
            return read_feed(job.body, url=job.url, content_type=job.content_type, cap=job.cap)
        case SourceKind.SITEMAP:
            return read_sitemap(job.body, url=job.url, cap=job.cap)
        case SourceKind.PAGE:
            return read_listing(
                job.body, url=job.url, content_type=job.content_type, links=job.links, cap=job.cap
            )


def read_page(job: PageJob, topic: Topic) -> PageReading:
    """Read, judge and fingerprint an article, or say why there is none."""
    article = extract(
        job.body,
        url=job.url,
        content_type=job.content_type,
        hints=job.entry,
        selectors=job.selectors,
    )
    refused = _refusal(article)
    if refused is not None:
        return PageReading(article=None, refused=refused[0], detail=refused[1])
    article = with_language(article, job.language)
    return PageReading(
        article=article,
        verdict=judge(
            topic, headline=article.headline, standfirst=article.standfirst, body=article.body
        ),
        fingerprint=fingerprint(article.body),
    )


def with_language(article: Article, expected: str | None = None) -> Article:
    """Settle the language: the page's claim, unless the text is in another script.

    Without a claim it is identified from the text; the source's language is the last resort.
    """
    text = " ".join(article.body)
    claimed, how = article.language, "page"
    if claimed is None or contradicts(claimed, text):
        claimed, how = identify(text) or claimed, "text"
    if claimed is None:
        claimed, how = expected, "source"
    if claimed is None:
        return article
    return replace(article, language=claimed, origins={**article.origins, "language": how})


def _refusal(article: Article) -> tuple[Outcome, str] | None:
    """Recognise pages that answer 200 and hold no article."""
    if article.word_count < _SHORT_PAGE:
        if _CHALLENGE.search(article.headline):
            return (
                Outcome.BLOCKED,
                f"a page titled {article.headline[:80]!r} in place of the article",
            )
        if _MISSING.search(article.headline):
            return Outcome.NOT_FOUND, f"a page titled {article.headline[:80]!r} with status 200"
    if article.word_count < _LEAST_WORDS:
        return Outcome.NOT_ARTICLE, f"no article body found ({article.word_count} words)"
    return None
