"""How much of an article everybody may read: by the words of a paywall, and the page's claims."""

from collections.abc import Sequence

from crawler.extract import notices
from crawler.extract.blocks import Block
from crawler.extract.body import Body
from crawler.extract.document import Document
from storage.records.article import Access

# Values of Facebook's <meta property="article:content_tier">, and those that sites invent.
_FREE_TIERS = frozenset({"free", "metered"})
_CLOSED_TIERS = frozenset({"locked", "paid", "premium", "subscriber"})
_CUT = ("…", "...")  # at the end of a teaser
_BEFORE, _AFTER = 2, 6  # blocks around the last one of the text where a paywall speaks


def read_access(document: Document, body: Body) -> tuple[Access | None, str]:
    """Return how much of the article everybody may read, and which claim says so.

    The words of a paywall come first: a page may claim to be free and show only the beginning.
    """
    if _has_paywall(body):
        return Access.PARTIAL, "page text"
    free = _is_free_by_json_ld(document)
    tier = document.meta("article:content_tier") or ""
    provenance = "json-ld" if free else "meta"
    if free == "false" or tier.lower() in _CLOSED_TIERS:
        closed = Access.PARTIAL if _is_cut(body) else Access.PAYWALLED
        return closed, provenance
    if free == "true" or tier.lower() in _FREE_TIERS:
        return Access.FREE, provenance
    return None, ""


def _is_cut(body: Body) -> bool:
    """Whether the text ends like a teaser."""
    return bool(body.kept) and body.kept[-1].text.endswith(_CUT)


def _is_free_by_json_ld(document: Document) -> str:
    """Return "true" or "false", which sites write as a boolean or as text; "" where none does."""
    for table in document.jsonld:
        claim = table.get("isAccessibleForFree")
        if claim is not None:
            return str(claim).strip().lower()
    return ""


def _has_paywall(body: Body) -> bool:
    """Whether the lines around the end of the text ask for a subscription."""
    return any(notices.is_paywall(block.text) for block in _around_the_end(body))


def _around_the_end(body: Body) -> Sequence[Block]:
    if not body.kept:
        return ()
    last = body.kept[-1].order
    start = max(last - _BEFORE, 0)
    return body.layout.blocks[start : last + _AFTER]
