"""What a page says of the rights in its text, and of what may be done with it."""

from dataclasses import dataclass
from typing import Final

# What a page asks not to be done, by the name it has in exports and queries. Each with its source.
RESTRICTIONS: Final = (
    "noindex",  # not to be found by a search: robots meta tag, X-Robots-Tag
    "noarchive",  # no copy to be shown: as above
    "nosnippet",  # no part of the text to be shown: as above; and "max-snippet:0"
    "tdm",  # text and data mining is reserved: TDM Reservation Protocol
    "noai",  # not to be learnt from by a machine: as DeviantArt wrote it in 2022
    "noimageai",  # as above, of its pictures
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """The claims of one page; None where it makes none."""

    license: str | None = None  # an address, or the words of the page
    copyright: str | None = None  # the notice, as it is written
    copyright_holder: str | None = None
    usage_info: str | None = None  # where the conditions of use are
    restrictions: tuple[str, ...] = ()  # of RESTRICTIONS, in their order
    max_snippet: int | None = None  # characters that may be shown
    tdm_policy: str | None = None  # where a licence for text and data mining is offered
