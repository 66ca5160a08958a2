"""What is learned from the articles of one outlet, counted article by article; loads no parser."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from storage.records.article import SiteProfile, SiteSample

# Sizes of a profile: it is read and written with each article of its outlet.
_MOST_BLOCKS = 1500
_MOST_LINES = 1000
_MOST_CONTAINERS = 30
# Articles, and their share of all, that make a place the expected one.
_KNOWN_PAGES, _KNOWN_SHARE = 3, 0.5
_STRANGERS = 3  # articles in a row in a new place: the outlet has changed its layout


def expected_place(profile: SiteProfile) -> str | None:
    """Return where most articles of the outlet were, once there are enough."""
    if not profile.containers:
        return None
    place, pages = max(profile.containers.items(), key=lambda item: item[1])
    is_known = pages >= _KNOWN_PAGES and pages >= _KNOWN_SHARE * profile.pages
    return place if is_known else None


def is_expected(profile: SiteProfile, place: str) -> bool:
    """Whether articles of the outlet were in a place before; any place, where none is known."""
    return profile.containers.get(place, 0) >= _KNOWN_PAGES or expected_place(profile) is None


def has_changed(profile: SiteProfile) -> bool:
    """Whether the last article learned shows that the outlet changed its layout."""
    return profile.strangers >= _STRANGERS


def learn(profile: SiteProfile, seen: SiteSample, lines: Iterable[int] = ()) -> SiteProfile:
    """Return the profile with one more article, given with the hashes of its lines.

    Of blocks and lines that were seen only once, the oldest are dropped.
    """
    # After a change was noticed, the next stranger is the first again.
    strangers = 0 if seen.expected else profile.strangers % _STRANGERS + 1
    new = 1
    if strangers == _STRANGERS:
        # The old layout is gone: only the articles in the new one count from now on.
        profile = replace(profile, pages=0, containers={})
        new = _STRANGERS
    containers = dict(profile.containers)
    containers[seen.container] = containers.get(seen.container, 0) + new
    return SiteProfile(
        pages=profile.pages + new,
        blocks=_counted(profile.blocks, seen.blocks, _MOST_BLOCKS),
        containers=_most_frequent(containers),
        strangers=strangers,
        lines=_counted(profile.lines, lines, _MOST_LINES),
    )


def _most_frequent(containers: Mapping[str, int]) -> dict[str, int]:
    """Return the places with the most articles."""
    by_pages = sorted(
        containers.items(),
        key=lambda item: item[1],
        reverse=True,
    )
    return dict(by_pages[:_MOST_CONTAINERS])


def _counted(
    counts: Mapping[int, int],
    seen: Iterable[int],
    most: int,
) -> dict[int, int]:
    """Return the counts with more values, at most so many, the newest last."""
    counted = dict(counts)
    for value in seen:
        # Taken out and put in again, so that the order is the one of the last sighting.
        counted[value] = counted.pop(value, 0) + 1
    for value in _oldest(counted, len(counted) - most):
        del counted[value]
    return counted


def _oldest(counts: Mapping[int, int], number: int) -> list[int]:
    """Return so many of the oldest values: of those seen once, or of all where there is none."""
    if number <= 0:
        return []
    once = [value for value, pages in counts.items() if pages == 1]
    return (once or list(counts))[:number]
