"""What a page proves to be: an article, or one of the pages that answer 200 in its place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.extract.blocks import Block
from crawler.extract.body import Body
from crawler.extract.document import Document
from crawler.extract.roles import SENTENCE_ENDS
from crawler.extract.weights import size_of
from crawler.text import challenge
from storage.records.article import PageKind

# Words of the body; tuned on the pages of crawls that answered 200 without an article.
_LEAST_WORDS = 20  # below it a page is no article
_FLASH_WORDS = 5  # of one sentence, on a page that claims to be an article
_ERROR_WORDS = 150  # an error page or a consent wall has fewer
_VIDEO_WORDS = 80  # a page that is all video has fewer about it
_TEASED_WORDS = 60  # a page with more is an article until something else is known
_LIVE_ENTRIES = 8  # times of day on a page that is a live blog
_CLOCK_LINE = 60  # characters of a line that begins with the time of day
_LEAST_TEASERS = 12  # linked headlines on a section page
_TEASER_LINKED = 0.8  # share of its text inside links
_SHORTEST_TEASER = 30  # characters
_MOST_PROSE = 0.5  # of the page's text, for a section page

# The whole headline, or words that no article has in it: "404 missing after landslide" is news.
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
_SECTION_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage"})
# e.g. "14:05 The minister resigns"
_CLOCK = re.compile(r"^\W*(?:[01]?\d|2[0-3])[:.h][0-5]\d\b")
_VIDEO_URL = re.compile(r"/videos?/|/watch\b")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page claims, what it shows, and how many words its body has."""

    document: Document
    body: Body
    headline: str
    words: int


class Sign(NamedTuple):
    """A kind of page and how it shows, with the URL and the markup of a page that is one."""

    kind: PageKind
    is_shown: Callable[[Facts], bool]
    example: tuple[str, str]


def read_kind(document: Document, body: Body, headline: str, words: int) -> PageKind:
    """Return the kind of a page: of the first of `SIGNS` that it shows, else an article."""
    facts = Facts(document, body, headline, words)
    for sign in SIGNS:
        if sign.is_shown(facts):
            return sign.kind
    return PageKind.ARTICLE


def _is_titled_as_challenge(facts: Facts) -> bool:
    return facts.words < challenge.MOST_WORDS and _is_titled(facts, challenge.TITLE)


def _has_scripts_of_a_challenge(facts: Facts) -> bool:
    if facts.words >= _LEAST_WORDS:
        return False
    source = facts.document.decoded.utf8
    return any(mark in source for mark in challenge.MARKS)


def _is_titled_as_missing(facts: Facts) -> bool:
    return facts.words < _ERROR_WORDS and _is_titled(facts, _MISSING)


def _is_titled_as_consent(facts: Facts) -> bool:
    if facts.words < _LEAST_WORDS:
        return _is_titled(facts, _CONSENT)
    return facts.words < _ERROR_WORDS and _CONSENT.search(facts.headline) is not None


def _is_titled(facts: Facts, pattern: re.Pattern[str]) -> bool:
    """Whether the headline or the title of a page matches."""
    titles = (facts.headline, facts.document.title)
    return any(pattern.search(title) for title in titles)


def _is_home_without_article(facts: Facts) -> bool:
    has_article = facts.words >= _LEAST_WORDS and facts.document.jsonld
    return _is_home(facts) and not has_article


def _is_home(facts: Facts) -> bool:
    parts = urlsplit(facts.document.url)
    return bool(parts.netloc) and parts.path in {"", "/"} and not parts.query


def _claims_live_blog(facts: Facts) -> bool:
    return "LiveBlogPosting" in facts.document.types


def _has_entries_of_a_live_blog(facts: Facts) -> bool:
    """Whether the text of a page at an address with "live" is divided by times of day."""
    container = facts.body.container
    if container is None or "live" not in facts.document.url.lower():
        return False
    entries: set[str] = set()
    for block in facts.body.layout.blocks:
        if _is_entry(block) and container.holds(block.element):
            entries.add(block.text)
    return len(entries) >= _LIVE_ENTRIES


def _is_entry(block: Block) -> bool:
    """Whether a block is a line that begins with the time of day."""
    return len(block.text) < _CLOCK_LINE and _CLOCK.match(block.text) is not None


def _is_video(facts: Facts) -> bool:
    """Whether a page with a line of text claims to be a video, and no article."""
    document = facts.document
    claimed = document.meta("og:type") or ""
    if facts.words >= _VIDEO_WORDS or document.jsonld or claimed == "article":
        return False
    if claimed.lower().startswith("video") or "VideoObject" in document.types:
        return True
    return _VIDEO_URL.search(document.url) is not None


def _claims_section(facts: Facts) -> bool:
    return _may_be_section(facts) and not _SECTION_TYPES.isdisjoint(facts.document.types)


def _lists_teasers(facts: Facts) -> bool:
    """Whether a page is mostly linked headlines."""
    blocks, body = facts.body.layout.blocks, facts.body
    if not _may_be_section(facts) or sum(map(_is_teaser, blocks)) < _LEAST_TEASERS:
        return False
    paragraphs = filter(body.roles.paragraphs.__contains__, body.kept)
    total = size_of(blocks)
    return size_of(paragraphs) < _MOST_PROSE * (total or 1)


def _is_teaser(block: Block) -> bool:
    return block.link_density > _TEASER_LINKED and len(block.text) > _SHORTEST_TEASER


def _may_be_section(facts: Facts) -> bool:
    """Whether a page has little text and does not claim to be an article."""
    document = facts.document
    if facts.words >= _TEASED_WORDS or document.jsonld:
        return False
    is_article = document.meta("og:type") == "article"
    return not (is_article or document.meta("article:published_time"))


def _is_empty(facts: Facts) -> bool:
    return facts.words < _LEAST_WORDS and not _is_flash(facts)


def _is_flash(facts: Facts) -> bool:
    """Whether a page is a news flash: a sentence below the headline that JSON-LD calls an article.

    e.g. "The last convoy has left the base."
    """
    if facts.words < _FLASH_WORDS or not facts.document.jsonld:
        return False
    paragraphs = facts.body.roles.paragraphs
    kept = facts.body.kept
    headline = facts.body.roles.headline
    if headline is None or not kept or kept[0].order < headline.order:
        return False
    return all(block in paragraphs and block.text.endswith(SENTENCE_ENDS) for block in kept)


_PAGE = "https://outlet.example/page"
_HOME = "https://outlet.example/"
_PROSE = f"<p>{'The council agreed on Monday to mend the old sea wall. ' * 4}</p>"
_TEASER = "<li><a href=/a>The boats of the harbour are painted, part {}</a></li>"
_TEASERS = "".join(map(_TEASER.format, range(_LEAST_TEASERS)))
_ENTRY = "<h3>1{}:05</h3><p>The tide is rising at the old sea wall of the harbour.</p>"
_ENTRIES = "".join(map(_ENTRY.format, range(_LIVE_ENTRIES)))
_JSON_LD = '<script type="application/ld+json">{}</script>'
# Pages in place of an article come first: they may carry its address, claims and title.
SIGNS = (
    Sign(PageKind.CHALLENGE, _is_titled_as_challenge, (_PAGE, "<title>Just a moment...</title>")),
    Sign(
        PageKind.CHALLENGE,
        _has_scripts_of_a_challenge,
        (_PAGE, '<script src="/cdn-cgi/challenge-platform/x.js"></script>'),
    ),
    Sign(PageKind.MISSING, _is_titled_as_missing, (_PAGE, "<h1>404 Page not found</h1>")),
    Sign(PageKind.CONSENT, _is_titled_as_consent, (_PAGE, "<h1>We value your privacy</h1>")),
    Sign(PageKind.HOME, _is_home_without_article, (_HOME, f"<ul>{_TEASERS}</ul>")),
    # A site of one story: its home page is the article, even of a running one.
    Sign(
        PageKind.ARTICLE,
        _is_home,
        (_HOME, _JSON_LD.format('{"@type": "LiveBlogPosting", "headline": "Storm"}') + _PROSE),
    ),
    Sign(
        PageKind.LIVE_BLOG,
        _claims_live_blog,
        (_PAGE, _JSON_LD.format('{"@type": "LiveBlogPosting", "headline": "Storm"}') + _PROSE),
    ),
    Sign(
        PageKind.LIVE_BLOG,
        _has_entries_of_a_live_blog,
        ("https://outlet.example/live/storm", f"<main>{_ENTRIES}</main>"),
    ),
    Sign(
        PageKind.VIDEO,
        _is_video,
        (_PAGE, '<meta property="og:type" content="video.other"><p>Watch the storm here.</p>'),
    ),
    Sign(PageKind.SECTION, _claims_section, (_PAGE, _JSON_LD.format('{"@type": "ProfilePage"}'))),
    Sign(PageKind.SECTION, _lists_teasers, (_PAGE, f"<ul>{_TEASERS}</ul>")),
    Sign(PageKind.EMPTY, _is_empty, (_PAGE, "<h1>Sea wall</h1><p>Soon.</p>")),
)
