"""The site: blocks that several articles of an outlet share, and the place of its articles.

No extractor of single pages knows this. A block that is on several articles in the same place is
the outlet's, and the element that contained past articles probably contains the next one.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

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
    profile: SiteProfile,
    container: Element | None,
    blocks: Iterable[Block],
) -> SiteSample | None:
    """Return what can be learned from a page: where its article is, and the blocks there."""
    if container is None:
        return None
    inside = [block for block in blocks if container.holds(block.element)]
    hashes = dict.fromkeys(fingerprint(block) for block in _counted(inside))
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
    if not profile.blocks:
        return {}
    pages = {block: profile.blocks.get(fingerprint(block), 0) for block in _counted(blocks)}
    if _is_read_before(pages):
        return {}
    return {
        block.order: times for block, times in pages.items() if _is_outlets(profile, block, times)
    }


def met(profile: SiteProfile, blocks: Iterable[Block]) -> SiteProfile:
    """Return only the part of a profile that affects a page with these blocks."""
    seen = profile.blocks
    met_blocks: dict[int, int] = {}
    if seen:
        hashes = map(fingerprint, _counted(blocks))
        met_blocks = {value: seen[value] for value in hashes if value in seen}
    place = expected_place(profile)
    return SiteProfile(
        pages=profile.pages,
        blocks=met_blocks,
        containers={place: profile.containers[place]} if place else {},
    )


def _counted(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks that are long enough to be counted."""
    return (block for block in blocks if len(block.text) >= _LEAST_LENGTH)


def _is_read_before(pages: Mapping[Block, int]) -> bool:
    """Whether most of a page's prose was on earlier pages."""
    prose = [times for block, times in pages.items() if block.size > _LINE]
    read_before = sum(times > 0 for times in prose)
    return read_before > _COPY_SHARE * len(prose)


def _is_outlets(profile: SiteProfile, block: Block, pages: int) -> bool:
    """Whether a block is on so many articles that it is the outlet's own."""
    is_prose = block.size > _LINE
    least, share = _LEAST_FOR_PROSE if is_prose else _LEAST_FOR_LINE
    return pages >= least and pages >= share * profile.pages
