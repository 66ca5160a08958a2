"""The persons of an article as they are named, and what later words mean one of them."""

from dataclasses import dataclass, field
from itertools import islice

from crawler.statements.cues import Grammar
from crawler.statements.phrases import Phrase
from crawler.statements.tokens import Sentence, Token, is_genitive
from storage.records.statement import How

_LEAVE_OUT = ("ar", "fa", "he", "ku", "tr")  # languages in which a verb needs no subject
_NEAR = 2  # paragraphs between a speaker and "he said"
_FARTHEST = 12  # words of an office beside a name
_REMEMBERED = 50  # persons that an office can mean, the last ones
_FEWEST, _MOST = 2, 4  # words of a name; longer runs are titles


@dataclass(slots=True)
class Person:
    """A person of an article: the whole name, and the words that introduced him."""

    name: str
    roles: set[str] = field(default_factory=set)


@dataclass(slots=True)
class People:
    """Who was named so far, the last at the end."""

    grammar: Grammar
    persons: dict[str, Person] = field(default_factory=dict)  # by the last word of the name
    last_speaker: str | None = None
    last_spoke: int = 0  # the paragraph
    named_since: set[str] = field(default_factory=set)  # since somebody spoke last
    subject: str | None = None  # the first person of the sentence before

    def read(self, sentence: Sentence) -> None:
        """Note who a sentence names outside of its quotations."""
        first_name = None
        for phrase in names_in(sentence, Phrase(0, len(sentence.tokens)), self.grammar):
            name = text_of(sentence, phrase)
            key = name.split()[-1].lower()
            if phrase.last - phrase.first >= _FEWEST:
                person = self.persons.setdefault(key, Person(name))
                person.roles |= _roles(sentence, phrase, self.grammar)
            elif key not in self.persons:
                self.named_since.add(name)  # somebody, or something: "she" may be either
                continue
            whole = self.persons[key].name
            self.named_since.add(whole)
            if first_name is None and not is_genitive(sentence.tokens[phrase.last - 1].text):
                first_name = whole
        self.subject = first_name

    def is_somebody(self, sentence: Sentence, phrase: Phrase) -> bool:
        """Whether a phrase without a known name can be a person, an office or an institution.

        In scripts without capitals nothing shows it; elsewhere it has a capital, or a word of an
        office or of people: "the opposition leader", "two residents".
        """
        if not self.grammar.has_capitals:
            return True
        words = sentence.tokens[phrase.first : phrase.last]
        first = words[0]
        is_opened = first.low in self.grammar.starts or first.low in self.grammar.skip
        return not is_opened

    def spoke(self, name: str | None, paragraph: int) -> None:
        """Note who spoke last, and where; None: somebody whom no name is known of."""
        self.last_speaker, self.last_spoke = name, paragraph
        self.named_since = set()

    def who(self, sentence: Sentence, phrase: Phrase) -> tuple[str | None, How | None]:
        """Return who a phrase means, and how that was found."""
        words = [token for token in sentence.tokens[phrase.first : phrase.last] if token.is_word]
        is_alone = len(words) == 1
        if is_alone and words[0].low.rpartition("-")[2] in self.grammar.pronouns:
            return self._pronoun(sentence.paragraph)
        for found in self._names_first(sentence, phrase):
            name = text_of(sentence, found)
            key = name.split()[-1].lower()
            if found.last - found.first >= _FEWEST:
                return name, How.NAMED
            if key in self.persons:
                return self.persons[key].name, How.SURNAME
        return self._role(sentence, phrase, words)

    def unnamed(self, paragraph: int) -> tuple[str | None, How | None]:
        """Return who a verb without a subject means: وأضاف, "dedi"."""
        is_near = paragraph - self.last_spoke <= 1
        leaves_out = self.grammar.language in _LEAVE_OUT
        if self.last_speaker is None or not is_near or not leaves_out:
            return None, None
        return self.last_speaker, How.LAST_SPEAKER

    def _names_first(self, sentence: Sentence, phrase: Phrase) -> list[Phrase]:
        """Return the names of a phrase, the likeliest first: the last before a preposition.

        "Трамп в интервью Fox News" is not Fox News, "the head of Tasnim Edda Brahm" is Brahm.
        """
        names = names_in(sentence, phrase, self.grammar)
        border = next(
            (
                at
                for at in range(phrase.first + 1, phrase.last)
                if sentence.tokens[at].low in self.grammar.starts
            ),
            phrase.last,
        )
        before = [name for name in names if name.last <= border]
        behind = [name for name in names if name.last > border]
        return [*reversed(before), *reversed(behind)]

    def _pronoun(self, paragraph: int) -> tuple[str | None, How | None]:
        if not self.grammar.has_capitals:  # nobody can say who else was named since
            return self.unnamed(paragraph) if paragraph == self.last_spoke else (None, None)
        others = self.named_since - {self.last_speaker}
        is_near = paragraph - self.last_spoke <= _NEAR
        if self.last_speaker is not None and is_near and not others:
            return self.last_speaker, How.LAST_SPEAKER
        if self.subject is not None:
            return self.subject, How.SUBJECT
        return None, None

    def _role(
        self,
        sentence: Sentence,
        phrase: Phrase,
        words: list[Token],
    ) -> tuple[str, How | None]:
        shown = text_of(sentence, phrase)
        wanted = {word.low for word in words} - {"the", "der", "die", "das", "le", "la"}
        names = {word.low for word in words[1:] if word.is_capital} - self.grammar.roles
        if not wanted & self.grammar.roles or names:
            return shown, None
        for person in islice(reversed(self.persons.values()), _REMEMBERED):
            if wanted <= person.roles:
                return person.name, How.ROLE
        return shown, None


def names_in(sentence: Sentence, phrase: Phrase, grammar: Grammar) -> list[Phrase]:
    """Return the runs of capitalised words that are neither role, country nor office."""
    found: list[Phrase] = []
    first = phrase.first
    if not any(token.is_capital for token in sentence.tokens[phrase.first : phrase.last]):
        return found
    for at in range(phrase.first, phrase.last + 1):
        is_name = at < phrase.last and _is_of_name(sentence.tokens, at, grammar)
        if is_name and not (at > first and is_genitive(sentence.tokens[at - 1].text)):
            continue
        if first < at and at - first <= _MOST:
            name = _whole(sentence.tokens, first, at)
            if name.first < name.last:
                found.append(name)
        first = at if is_name else at + 1
    return found


def _whole(tokens: tuple[Token, ...], first: int, last: int) -> Phrase:
    """Return a name without the full stops at its ends."""
    while last > first and not tokens[last - 1].is_word:
        last -= 1
    while first < last and not tokens[first].is_word:
        first += 1
    return Phrase(first, last)


def _is_of_name(tokens: tuple[Token, ...], at: int, grammar: Grammar) -> bool:
    token = tokens[at]
    if token.text == ".":  # an initial: "George W. Bush"
        return at > 0 and len(tokens[at - 1].text) == 1 and tokens[at - 1].is_capital
    if not token.is_capital:
        return token.low in ("bin", "van", "al") or token.low.startswith("al-")
    bare = token.low.removesuffix("’s").removesuffix("'s")
    is_verb = token.low in grammar.forms  # "Сказал Трамп", where a sentence begins with its verb
    is_other = (
        is_verb or bare in grammar.roles or bare in grammar.origins or bare in grammar.pronouns
    )
    is_small = bare in grammar.starts or bare in grammar.ends or bare in grammar.own
    return not is_other and not is_small and bare not in grammar.joins


def _roles(sentence: Sentence, name: Phrase, grammar: Grammar) -> set[str]:
    """Return the words before a name, and those of the appositive behind it."""
    tokens = sentence.tokens
    roles: set[str] = set()
    at = name.first - 1
    while (
        at >= max(0, name.first - _FARTHEST)
        and tokens[at].is_word
        and tokens[at].low not in grammar.starts
    ):
        roles.add(tokens[at].low)
        at -= 1
    if name.last < len(tokens) and tokens[name.last].text == ",":
        for token in tokens[name.last + 1 : name.last + _FARTHEST]:
            if not token.is_word:
                break
            roles.add(token.low)
    return roles


def text_of(sentence: Sentence, phrase: Phrase) -> str:
    """Return the words of a phrase, without the genitive at its end."""
    words = sentence.tokens[phrase.first : phrase.last]
    text = ""
    for before, token in zip((None, *words), words, strict=False):
        gap = "" if before is None or before.end == token.start else " "
        text += gap + token.text
    return text.removesuffix("’s").removesuffix("'s").rstrip("’")
