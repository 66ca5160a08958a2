"""How one feed writes its dates, and how many of them cannot be read."""

from collections.abc import Iterable, Sequence

from crawler.text.dates import Locale, agreed, locale_of
from storage.records.model import FeedEntry


def locale_for(claims: Iterable[str], language: str) -> Locale:
    """Return what decides a date that can be read in two ways.

    That is what the other dates of the feed show: after 27/11/2026, 03/04/2026 is in April. Else
    the language that the feed names.
    """
    return agreed(claims, locale_of(language))


def count_undated(
    claims: Sequence[Sequence[str]],
    entries: Sequence[FeedEntry | None],
) -> int:
    """Return of how many entries no date can be determined, though they have one in words."""
    count = 0
    for written, entry in zip(claims, entries, strict=True):
        if written and entry is not None:
            count += not _is_dated(entry)
    return count


def _is_dated(entry: FeedEntry) -> bool:
    return entry.published is not None or entry.modified is not None
