"""The site: what the pages of one outlet have in common is no article, and its template is known.

No extractor of single pages has this. A block that stands on several articles in the same place is
the outlet's, and the element that held past articles probably holds the next one.
"""

import hashlib
from collections.abc import Iterable

from crawler import text
from crawler.extract.blocks import Block, Element
from crawler.extract.profile import expected_place, is_expected
from storage.records.article import SiteProfile, SiteSample

_LEAST_LENGTH = 12  # characters: shorter lines repeat by chance ("More", "Photos")
_MOST_SAMPLED = 200  # blocks of one page
_LINE = 80  # characters: what is longer may be prose, and background is told again and again
# On how many earlier articles, and on which share of them, a block is the outlet's.
_LINES, _PROSE = (1, 0.04), (3, 0.1)
_COPY_SHARE = 0.6  # of the paragraphs: a page that shares more is an article read before


def place_of(container: Element) -> str:
    """Return where in its template an element stands."""
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
    """Return what a page teaches: where its article stood, and the blocks of its element."""
    if container is None:
        return None
    inside = [b for b in blocks if container.holds(b.element) and _counts(b)]
    hashes = dict.fromkeys(map(fingerprint, inside))
    place = place_of(container)
    return SiteSample(
        container=place,
        blocks=tuple(hashes)[:_MOST_SAMPLED],
        expected=is_expected(profile, place),
    )


def _counts(block: Block) -> bool:
    return len(block.text) >= _LEAST_LENGTH


def repeated(profile: SiteProfile, blocks: Iterable[Block]) -> dict[int, int]:
    """Return the blocks that are the outlet's, by order, with how many earlier articles show them.

    None on a page whose paragraphs were mostly read before: that is the same article again.
    """
    if not profile.blocks:
        return {}
    seen = profile.blocks
    counted = [(b, seen.get(fingerprint(b), 0)) for b in blocks if _counts(b)]
    prose = [pages for block, pages in counted if block.size > _LINE]
    if sum(pages > 0 for pages in prose) > _COPY_SHARE * len(prose):
        return {}
    return {block.order: pages for block, pages in counted if _is_outlets(profile, block, pages)}


def met(profile: SiteProfile, blocks: Iterable[Block]) -> SiteProfile:
    """Return no more of a profile than what a page with these blocks is read by."""
    seen = profile.blocks
    hashes = (fingerprint(block) for block in blocks if _counts(block)) if seen else ()
    place = expected_place(profile)
    return SiteProfile(
        pages=profile.pages,
        blocks={value: seen[value] for value in hashes if value in seen},
        containers={place: profile.containers[place]} if place else {},
    )


def _is_outlets(profile: SiteProfile, block: Block, pages: int) -> bool:
    least, share = _PROSE if block.size > _LINE else _LINES
    return pages >= least and pages >= share * profile.pages
