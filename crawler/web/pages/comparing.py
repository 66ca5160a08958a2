"""Two texts as a reader compares them: headlines and sentences, same, cut, added, edited."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.dedupe.diff import Edit, diff
from storage.articles.revisions import Revision

VIEWS = (("changes", "changes only"), ("whole", "whole text"), ("side", "side by side"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The edits from one text to another; the headline comes first where it was changed."""

    edits: Sequence[Edit]
    headline: Edit

    @property
    def added(self) -> int:
        """How many sentences are only in the second text."""
        return sum(edit.kind == "added" for edit in self.edits)

    @property
    def removed(self) -> int:
        """How many sentences are only in the first text."""
        return sum(edit.kind == "removed" for edit in self.edits)

    @property
    def edited(self) -> int:
        """How many sentences are in both, with other words."""
        return sum(edit.kind == "edited" for edit in self.edits)

    @property
    def same(self) -> int:
        """How many sentences are in both."""
        return sum(edit.kind == "same" for edit in self.edits)

    @property
    def is_same(self) -> bool:
        """Whether nothing was changed."""
        return self.same == len(self.edits) and self.headline.kind == "same"


def compared(before: Revision, after: Revision) -> Compared:
    """Return the edits from one text to another, as `drawdown show --diff` has them."""
    kind = "same" if before.headline == after.headline else "edited"
    return Compared(
        edits=diff(before.body, after.body),
        headline=Edit(kind, before.headline, after.headline),  # type: ignore[arg-type]  # one of its kinds
    )
