"""The site: blocks that several articles of an outlet share, and the place of its articles.

No extractor of single pages knows this. A block that is on several articles in the same place is
the outlet's, and the element that contained past articles probably contains the next one.
"""

import hashlib
from collections.abc import Iterable

from crawler import text
from crawler.extract.blocks import Block, Element
from crawler.extract.profile import expected_place, is_expected
from storage.records.article import SiteProfile, SiteSample

_LEAST_LENGTH = 12  # characters: shorter lines repeat by chance ("More", "Photos")
_MOST_SAMPLED = 200  # blocks of one page
_LINE = 80  # characters: longer ones may be prose, and background is written again and again
# On how many earlier articles, and on which share of them, a block is the outlet's.
_LEAST_FOR_LINE = (1, 0.04)
_LEAST_FOR_PROSE = (3, 0.1)
_COPY_SHARE = 0.6  # of the paragraphs: a page that shares more is an article read before


def place_of(container: Element) -> str:
    """Return the place of an element in its template, e.g. "main > article post"."""
    look, around = container.place
    return f"{around} > {look}"


def fingerprint(block: Block) -> int:
    """Return the 64-bit hash of a block's words and place."""
    look, around = block.place
    normal = f"{look}\n{around}\n{text.letters(block.text)}"
    digest = hashlib.blake2b(normal.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def sample(
    profile: SiteProfile, container: Element | None, blocks: Iterable[Block]
) -> SiteSample | None:
    """Return what can be learned from a page: where its article is, and the blocks there."""
    if container is None:
        return None
    inside = [block for block in blocks if container.holds(block.element) and _counts(block)]
    hashes = dict.fromkeys(map(fingerprint, inside))
    place = place_of(container)
    return SiteSample(
        container=place,
        blocks=tuple(hashes)[:_MOST_SAMPLED],
        expected=is_expected(profile, place),
    )


def repeated(profile: SiteProfile, blocks: Iterable[Block]) -> dict[int, int]:
    """Return the blocks that are the outlet's, by order, with how many earlier articles show them.

    None on a page whose paragraphs were mostly read before: that is the same article again.
    """
    seen = profile.blocks
    if not seen:
        return {}
    counted = [(block, seen.get(fingerprint(block), 0)) for block in blocks if _counts(block)]
    prose = [pages for block, pages in counted if block.size > _LINE]
    read_before = sum(pages > 0 for pages in prose)
    if read_before > _COPY_SHARE * len(prose):
        return {}
    return {block.order: pages for block, pages in counted if _is_outlets(profile, block, pages)}


def met(profile: SiteProfile, blocks: Iterable[Block]) -> SiteProfile:
    """Return only the part of a profile that affects a page with these blocks."""
    seen = profile.blocks
    hashes = (fingerprint(block) for block in blocks if _counts(block)) if seen else ()
    place = expected_place(profile)
    return SiteProfile(
        pages=profile.pages,
        blocks={value: seen[value] for value in hashes if value in seen},
        containers={place: profile.containers[place]} if place else {},
    )


def _counts(block: Block) -> bool:
    return len(block.text) >= _LEAST_LENGTH


def _is_outlets(profile: SiteProfile, block: Block, pages: int) -> bool:
    least, share = _LEAST_FOR_PROSE if block.size > _LINE else _LEAST_FOR_LINE
    return pages >= least and pages >= share * profile.pages
