"""What one outlet's pages have taught, counted article by article; loads no parser."""

from collections.abc import Iterable

from storage.records.article import SiteProfile, SiteSample

_MOST_BLOCKS, _MOST_LINES, _MOST_CONTAINERS = 1500, 1000, 30  # kept of a profile
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


def learn(profile: SiteProfile, seen: SiteSample, lines: Iterable[int] = ()) -> SiteProfile:
    """Return the profile with one more article, given with the hashes of its lines.

    The oldest blocks and lines seen but once are lost.
    """
    strangers = 0 if seen.expected else profile.strangers % _STRANGERS + 1
    changed = strangers == _STRANGERS
    containers = {} if changed else dict(profile.containers)  # the old layout is gone
    containers[seen.container] = containers.get(seen.container, 0) + (strangers if changed else 1)
    return SiteProfile(
        pages=_STRANGERS if changed else profile.pages + 1,
        blocks=_counted(profile.blocks, seen.blocks, _MOST_BLOCKS),
        containers=dict(sorted(containers.items(), key=lambda c: -c[1])[:_MOST_CONTAINERS]),
        strangers=strangers,
        lines=_counted(profile.lines, lines, _MOST_LINES),
    )


def _counted(counts: dict[int, int], seen: Iterable[int], most: int) -> dict[int, int]:
    counts = dict(counts)
    for value in seen:
        counts[value] = counts.pop(value, 0) + 1  # the newest last
    over = len(counts) - most
    if over <= 0:
        return counts
    once = [value for value, pages in counts.items() if pages == 1][:over]
    lost = set(once or list(counts)[:over])
    return {value: pages for value, pages in counts.items() if value not in lost}
