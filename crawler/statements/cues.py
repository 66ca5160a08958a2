"""The words of a language that say that somebody speaks: data, one file a language."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from crawler.statements.tokens import HARAKAT, Token, is_genitive
from crawler.text.toml import read_toml

LANGUAGES = ("en", "ar", "fa", "he", "ku", "tr", "ru", "de", "fr")

# Before a form of speech they make it a noun: "his comments", "of claims".
_DETERMINERS = frozenset(
    "the a an his her its their our my your this that these those any some no of in on for by with"
    " such many few several more most other to".split()
)
# French inverts verb and pronoun of what it quotes: "explique-t-il", "a-t-elle ajouté".
_INVERTED = ("-il", "-elle", "-ils", "-elles")
_UNCASED = ("ar", "fa", "he", "ku")
# Languages in which a verb inside a sentence has no capital.
_CAPITALISES = ("de", "fr", "ru", "tr")


class CueKind(StrEnum):
    """What a cue says of the words around it."""

    SAY = "say"  # "said": the subject speaks
    CALL = "call"  # "denounced": the subject speaks, the quotation is a few words
    FRAME = "frame"  # "according to": who speaks follows
    CITE = "cite"  # "citing": who speaks follows, the subject hands it on
    BEHIND = "behind"  # "göre": who speaks is before it


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in a sentence: which tokens it is, the last excluded."""

    kind: CueKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Grammar:
    """What is known of a language: its cues, and the words that begin or end a subject."""

    language: str
    forms: dict[str, tuple[tuple[tuple[str, ...], CueKind], ...]]  # by their first word
    is_verb_first: bool  # a verb may stand before its subject: "сказал Путин"
    is_subject_first: bool  # the subject begins the sentence, far from its verb: Turkish
    that: frozenset[str]
    pronouns: frozenset[str]
    own: frozenset[str]
    joins: frozenset[str]
    who: frozenset[str]
    skip: frozenset[str]
    auxiliaries: frozenset[str]
    ends: frozenset[str]
    starts: frozenset[str]
    roles: frozenset[str]
    origins: frozenset[str]

    @property
    def has_capitals(self) -> bool:
        """Whether names show by their capitals; Kurdish is written in both kinds of script."""
        return self.language not in _UNCASED

    def cues(self, tokens: tuple[Token, ...]) -> Iterator[Cue]:
        """Yield the cues of a sentence, the longest form at each place."""
        at = 0
        is_french = self.language == "fr"
        while at < len(tokens):
            if tokens[at].low not in self.forms and not is_french:
                at += 1
                continue
            cue = self._cue_at(tokens, at)
            if cue is None:
                at += 1
                continue
            yield cue
            at = cue.last

    def _is_noun(self, tokens: tuple[Token, ...], at: int) -> bool:
        """Whether a form is a noun: "Putin’s comments", "the United States"."""
        if not at:
            return False
        prior = tokens[at - 1]
        if self.language == "en":
            is_owned = is_genitive(prior.text) or prior.low in _DETERMINERS
            return prior.is_word and (is_owned or tokens[at].is_capital)
        return self.language in _CAPITALISES and prior.is_word and tokens[at].is_capital

    def _cue_at(self, tokens: tuple[Token, ...], at: int) -> Cue | None:
        """Return the cue that begins at a token.

        Forms are found by their first word: to try all of them at each word takes fifteen times
        as long.
        """
        if self.language == "fr" and tokens[at].low.endswith(_INVERTED):
            has_participle = tokens[at].low.startswith("a-t-")
            return Cue(CueKind.SAY, at, min(at + 1 + has_participle, len(tokens)))
        forms = self.forms.get(tokens[at].low, ())
        if not forms or self._is_noun(tokens, at):
            return None
        for words, kind in forms:
            last = at + len(words)
            if last > len(tokens):
                continue
            if all(tokens[at + i].low == word for i, word in enumerate(words)):
                return Cue(kind, at, last)
        return None


@lru_cache(maxsize=len(LANGUAGES))
def grammar(language: str) -> Grammar:
    """Return the grammar of a language of `LANGUAGES`."""
    file = resources.files("crawler.statements") / "cues" / f"{language}.toml"
    table = read_toml(file.read_text("utf-8"))
    words = {name: frozenset(_split(text)) for name, text in table["words"].items()}
    return Grammar(
        language=language,
        forms=_forms(table["cues"]),
        is_verb_first=table["verb_first"],
        is_subject_first=table["subject"] == "first",
        **words,
    )


def _forms(
    cues: dict[str, str],
) -> dict[str, tuple[tuple[tuple[str, ...], CueKind], ...]]:
    """Return the forms by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], CueKind]]] = {}
    for kind, text in cues.items():
        for form in _split(text):
            words = tuple(form.split())
            found.setdefault(words[0], []).append((words, CueKind(kind)))
    return {
        first: tuple(sorted(forms, key=lambda form: -len(form[0])))
        for first, forms in found.items()
    }


def _split(text: str) -> list[str]:
    """Return the forms of a list that bars divide."""
    plain = text.replace("\n", "").translate(HARAKAT)
    return [form.strip() for form in plain.split("|") if form.strip()]
