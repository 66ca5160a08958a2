"""What somebody said, word for word or in the words of the article, and who said it.

All positions are in characters of one paragraph: `body[paragraph][start:end]`. The paragraph
`HEADLINE` is the headline.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HEADLINE: Final = -1  # in place of the number of a paragraph


class StatementKind(StrEnum):
    """Whose words a statement has."""

    DIRECT = "direct"  # the speaker's: a sentence between quotation marks
    INDIRECT = "indirect"  # the article's: "she said that the troops leave"
    MIXED = "mixed"  # the speaker's, a few words in a sentence of the article


class How(StrEnum):
    """How the name of a speaker was found."""

    NAMED = "named"  # the phrase has the name
    SURNAME = "surname of"  # "Qasemi", whose whole name is in the article
    ROLE = "role of"  # "the prime minister", who was introduced with his name
    SUBJECT = "pronoun: subject before"  # "she": the subject of the sentence before
    LAST_SPEAKER = "pronoun: last speaker"  # "she": who spoke last, and nobody was named since


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of a paragraph."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What was said, in characters of a paragraph without the quotation marks."""

    paragraph: int  # of the body, or HEADLINE
    start: int
    end: int
    kind: StatementKind
    cue: Span | None = None  # the words that say that somebody speaks: "said", "according to"
    speaker: Span | None = None  # as written: "the prime minister"
    name: str | None = None  # who that is: "Benjamin Netanyahu"; else the phrase as it is
    how: How | None = None  # None: no name is known, `name` is the phrase
    via: str | None = None  # the outlet or agency that the article cites for it
    rule: str = ""  # what found the speaker; empty: nobody is named
    group: int = 0  # the same for parts of one statement of an article
    certainty: float = 0.0  # that the speaker is right, as measured for the rule; 0: no speaker
    version: str = ""  # of the rules

    @property
    def span(self) -> Span:
        """The place of the words."""
        return Span(self.paragraph, self.start, self.end)

    @property
    def is_sure(self) -> bool:
        """Whether the speaker can be shown without a question mark."""
        return self.certainty >= SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A statement as a field of its article: `body[paragraph][start:end]` is its text."""

    text: str
    kind: str
    speaker: str | None  # who that is; None: nobody is named
    how: str | None  # how the name was found
    via: str | None
    certainty: float
    paragraph: int  # of the body, or HEADLINE
    start: int
    end: int
    group: int  # the same for parts of one statement

    @property
    def shown(self) -> str:
        """The words with who says them; an unsure speaker has a question mark."""
        if self.speaker is None:
            return f"“{self.text}”"
        mark = "" if self.certainty >= SURE else "?"
        return f"{self.speaker}{mark}: “{self.text}”"


# Below, a speaker is shown with a question mark, and `--sure` leaves it out.
SURE: Final = 0.8
