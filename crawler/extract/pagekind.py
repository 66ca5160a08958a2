"""What a page proves to be: an article, or one of the pages that answer 200 in its place."""

import re
from urllib.parse import urlsplit

from crawler.extract.blocks import Block
from crawler.extract.body import Body
from crawler.extract.document import Document
from storage.records.article import Access, PageKind

_SHORT = 150  # words: an error page or a consent wall has no more …
_WALL = 60  # … and a challenge not as many
_LEAST = 20  # words of a body: below it a page is no article
_VIDEO_TEXT = 80  # words that a page which is all video still writes about it
_ENTRIES = 8  # times of day on a page that is a live blog
_TEASERS = 12  # linked headlines on a section page
_TEASED = 60  # words: what is longer is an article until something else is known
_PROSE = 0.5  # of the text in the article's element: a section page has less

_CHALLENGE = re.compile(
    r"^(?:just a moment|attention required|access (?:to this page has been )?denied|verify(?:ing)? "
    r"(?:that )?you are (?:a )?human|are you a (?:robot|human)|please wait|checking your browser"
    r"|ddos-guard|bot verification|security check|captcha|one more step|pardon our interruption"
    r"|request rejected|error 1020|you have been blocked|human verification)",
    re.I,
)
# What the scripts of the services in front of a site are called by.
_CHALLENGE_MARKS = (
    b"/cdn-cgi/challenge-platform/", b"cf-chl-", b"_Incapsula_Resource", b"px-captcha",
    b"ct.captcha-delivery.com", b"ddos-guard", b"awsWafCookieDomainList", b"/_sec/cp_challenge/",
)  # fmt: skip
# The whole headline, or what no headline of an article says: "404 missing after landslide" is one.
_CONSENT = re.compile(
    r"^(?:before you continue|we value your privacy|consent|your (?:privacy|choices)(?: choices)?"
    r"|datenschutz(?:einstellungen|hinweise?)?"
    r"|cookies?(?:[ -](?:settings|policy|notice|einstellungen))?"
    r"|privacy (?:settings|cent(?:er|re))|ihre privatsphäre|votre vie privée|tu privacidad)\W*$"
    r"|\b(?:cookie|consent) (?:settings|wall|preferences)\b",
    re.I,
)
_MISSING = re.compile(
    r"^\W*(?:error\W*)?404\W*(?:$|error|(?:page |file )?not found|page)|\berror 404\b|^not found$"
    r"|\b(?:page|article|story|seite|страница|página|sayfa|haber)\s+(?:was\s+|could\s+)?"
    r"(?:not|nicht|не|no)\s+(?:be\s+)?(?:found|gefunden|найдена|encontrada)|page introuvable"
    r"|sayfa bulunamadı|الصفحة غير موجودة|صفحه پیدا نشد|הדף לא נמצא"
    r"|\b(?:page|article|story|content) (?:is )?no longer (?:available|exists)",
    re.I,
)
_PAYWALL = (
    "il vous reste", "réservé aux abonnés", "réservée aux abonnés", "abonnez-vous pour",
    "subscribe to continue", "subscribe to read", "subscribe to keep", "subscribe now to",
    "continue reading with", "continue reading your", "already a subscriber", "subscribers only",
    "subscriber only", "to read the full article", "to read the full story",
    "article is for subscribers", "article is exclusive to", "jetzt weiterlesen",
    "weiterlesen mit", "nur für abonnenten", "suscríbete para", "exclusivo para suscriptores",
    "会員限定", "有料会員", "только для подписчиков",
)  # fmt: skip
_FREE_TIERS, _CLOSED_TIERS = {"free", "metered"}, {"locked", "paid", "premium", "subscriber"}
_SECTION_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage"})
_CLOCK_LINE = 60  # characters of a line that begins with the time of day
_CLOCK = re.compile(r"^\W*(?:[01]?\d|2[0-3])[:.h][0-5]\d\b")


def read_kind(document: Document, body: Body, headline: str, words: int) -> PageKind:
    """Say what a page is, from what it claims, what it shows and where it stands."""
    if words < _SHORT:
        is_challenge = _CHALLENGE.search(headline) or _CHALLENGE.search(document.title)
        if words < _WALL and is_challenge:
            return PageKind.CHALLENGE
        if words < _LEAST and any(mark in document.decoded.utf8 for mark in _CHALLENGE_MARKS):
            return PageKind.CHALLENGE
        if _MISSING.search(headline) or _MISSING.search(document.title):
            return PageKind.MISSING
        if _CONSENT.search(headline) or (words < _LEAST and _CONSENT.search(document.title)):
            return PageKind.CONSENT
    if _is_home(document.url):
        return PageKind.HOME if words < _LEAST or not document.jsonld else PageKind.ARTICLE
    if _is_live_blog(document, body):
        return PageKind.LIVE_BLOG
    if words < _VIDEO_TEXT and _is_video(document):
        return PageKind.VIDEO
    if _is_section(document, body, words):
        return PageKind.SECTION
    return PageKind.EMPTY if words < _LEAST else PageKind.ARTICLE


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.netloc) and parts.path in {"", "/"} and not parts.query


def _is_live_blog(document: Document, body: Body) -> bool:
    if "LiveBlogPosting" in document.types:
        return True
    if body.container is None or "live" not in document.url.lower():
        return False
    times = [b for b in body.layout.blocks if len(b.text) < _CLOCK_LINE and _CLOCK.match(b.text)]
    inside = {b.text for b in times if body.container.holds(b.element)}
    return len(inside) >= _ENTRIES


def _is_video(document: Document) -> bool:
    """Whether a page with a line of text claims to be a video, and no article."""
    if document.jsonld or document.meta("og:type") == "article":
        return False
    stated = (document.meta("og:type") or "").lower().startswith("video")
    named = re.search(r"/videos?/|/watch\b", document.url) is not None
    return stated or named or "VideoObject" in document.types


def _is_section(document: Document, body: Body, words: int) -> bool:
    """Whether a page lists articles: it claims to be none, and is mostly linked headlines."""
    claims = (document.meta("og:type"), document.meta("article:published_time"))
    if document.jsonld or words >= _TEASED or claims[0] == "article" or claims[1]:
        return False
    if document.types & _SECTION_TYPES:
        return True
    linked = [b for b in body.layout.blocks if b.link_density > 0.8 and len(b.text) > 30]
    prose = sum(b.size for b in body.kept if b.good)
    total = sum(b.size for b in body.layout.blocks) or 1
    return len(linked) >= _TEASERS and prose < _PROSE * total


def read_access(document: Document, body: Body) -> tuple[Access | None, str]:
    """Say how much of the article everybody may read, and what said so."""
    claims = [table.get("isAccessibleForFree") for table in document.jsonld]
    free = next((str(c).strip().lower() for c in claims if c is not None), None)
    tier = (document.meta("article:content_tier") or "").lower()
    ending = " ".join(b.text for b in _around_the_end(body)).lower()
    if any(map(ending.__contains__, _PAYWALL)):
        return Access.PARTIAL, "page text"
    if free == "false" or tier in _CLOSED_TIERS:
        cut = bool(body.kept) and body.kept[-1].text.endswith(("…", "..."))
        return (Access.PARTIAL if cut else Access.PAYWALLED), "json-ld" if free else "meta"
    if free == "true" or tier in _FREE_TIERS:
        return Access.FREE, "json-ld" if free else "meta"
    return None, ""


def _around_the_end(body: Body) -> list[Block]:
    if not body.kept:
        return []
    last = body.kept[-1].order
    return body.layout.blocks[max(last - 2, 0) : last + 6]
