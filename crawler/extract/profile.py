"""What one outlet's pages have taught, counted article by article; loads no parser."""

from storage.article import SiteProfile, SiteSample

_MOST_BLOCKS, _MOST_CONTAINERS = 1500, 30  # kept of a profile
_KNOWN_PAGES, _KNOWN_SHARE = 3, 0.5  # articles that make a place the expected one
_STRANGERS = 3  # articles in a row in a new place: the outlet has changed its layout


def expected_place(profile: SiteProfile) -> str | None:
    """Return where most articles of the outlet stood, once there are enough."""
    if not profile.containers:
        return None
    place, pages = max(profile.containers.items(), key=lambda item: item[1])
    known = pages >= _KNOWN_PAGES and pages >= _KNOWN_SHARE * profile.pages
    return place if known else None


def is_expected(profile: SiteProfile, place: str) -> bool:
    """Whether articles of the outlet have stood in a place before; any, where none is known."""
    return profile.containers.get(place, 0) >= _KNOWN_PAGES or expected_place(profile) is None


def has_changed(profile: SiteProfile) -> bool:
    """Whether the last article learned shows that the outlet changed its layout."""
    return profile.strangers >= _STRANGERS


def learn(profile: SiteProfile, seen: SiteSample) -> SiteProfile:
    """Return the profile with one more article; the oldest blocks seen but once are lost."""
    strangers = 0 if seen.expected else profile.strangers % _STRANGERS + 1
    blocks = dict(profile.blocks)
    for block in seen.blocks:
        blocks[block] = blocks.pop(block, 0) + 1  # the newest last
    changed = strangers == _STRANGERS
    containers = {} if changed else dict(profile.containers)  # the old layout is gone
    containers[seen.container] = containers.get(seen.container, 0) + (strangers if changed else 1)
    return SiteProfile(
        pages=_STRANGERS if changed else profile.pages + 1,
        blocks=_trimmed(blocks),
        containers=dict(sorted(containers.items(), key=lambda c: -c[1])[:_MOST_CONTAINERS]),
        strangers=strangers,
    )


def _trimmed(blocks: dict[int, int]) -> dict[int, int]:
    over = len(blocks) - _MOST_BLOCKS
    if over <= 0:
        return blocks
    once = [block for block, pages in blocks.items() if pages == 1][:over]
    lost = set(once or list(blocks)[:over])
    return {block: pages for block, pages in blocks.items() if block not in lost}
