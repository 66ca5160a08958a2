"""The words that name a speaker, before or behind the verb of a sentence."""

from dataclasses import dataclass
from typing import Final

from crawler.statements.cues import Grammar
from crawler.statements.tokens import Sentence, Token

# A subject of more words is a sentence of its own. (The longest of 1,400 in English news has 27.)
_MOST_WORDS: Final = 28
_OPENS: Final = "([—–-,،"
_COMMAS: Final = ",،"
_BREAKS: Final = ";:؛"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some tokens of a sentence, the last excluded."""

    first: int
    last: int


def behind(
    sentence: Sentence,
    at: int,
    end: int,
    grammar: Grammar,
) -> Phrase | None:
    """Return the phrase that begins at a token: `said` **Bahram Qasemi** `on Monday`."""
    tokens = sentence.tokens
    while at < end and tokens[at].low in grammar.skip and not tokens[at].is_capital:
        at += 1
    last = at
    while last < end and last - at < _MOST_WORDS and _continues(tokens, last, grammar):
        last += 1
    return _trimmed(tokens, at, last, grammar)


def _continues(tokens: tuple[Token, ...], at: int, grammar: Grammar) -> bool:
    """Whether a token belongs to a phrase that has begun before it."""
    token = tokens[at]
    if token.quotation is not None:
        return False
    if not token.is_word:
        return token.text in ".'’-" and at > 0 and tokens[at - 1].end == token.start
    is_verb = not grammar.has_capitals and token.low in grammar.forms  # ترامب قائلا
    return not is_verb and token.low not in grammar.ends and token.low not in grammar.that


def between(
    sentence: Sentence,
    at: int,
    verb: int,
    grammar: Grammar,
) -> Phrase | None:
    """Return the subject between a quotation and its verb: **Qasemi**, `who came, said`."""
    tokens = sentence.tokens
    at = _after_opening(tokens, at, verb, grammar)
    if not grammar.is_subject_first:
        at = _after_adverb(tokens, at, verb)
    last = at
    while last < verb and tokens[last].quotation is None and _is_of_subject(tokens, last, grammar):
        last += 1
    return _trimmed(tokens, at, last, grammar)


def _after_adverb(tokens: tuple[Token, ...], at: int, verb: int) -> int:
    """Return where the subject begins behind one comma: `nowadays,` **he** `said`.

    Two commas are those of an appositive: **Qasemi**`, the spokesman, said`.
    """
    commas = [i for i in range(at, verb) if tokens[i].text in _COMMAS]
    is_adverb = len(commas) == 1 and commas[0] + 1 < verb
    return commas[0] + 1 if is_adverb else at


def _is_of_subject(tokens: tuple[Token, ...], at: int, grammar: Grammar) -> bool:
    token = tokens[at]
    if token.is_word:
        return token.low not in grammar.who
    return token.text in ".'’-&/" and at > 0 and tokens[at - 1].end == token.start


def _after_opening(
    tokens: tuple[Token, ...],
    at: int,
    verb: int,
    grammar: Grammar,
) -> int:
    """Return where the subject begins, after "and" and after "In a statement,"."""
    while at < verb:
        token = tokens[at]
        is_sign = token.quotation is None and not token.is_word
        is_adverb = grammar.is_verb_first and token.low in grammar.skip
        if is_sign or is_adverb or token.low in grammar.joins:
            at += 1
        elif token.low in grammar.starts and not _is_name(tokens, at):
            comma = _next(tokens, at, verb, _COMMAS)
            if comma is None:
                return at
            at = comma + 1
        else:
            return at
    return at


def _is_name(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a word that may be a preposition is a name inside a sentence: "So" of "Mr. So"."""
    return at > 0 and tokens[at].is_capital and tokens[at - 1].is_capital


def before(
    sentence: Sentence,
    verb: int,
    left: int,
    grammar: Grammar,
) -> Phrase | None:
    """Return the subject before a verb: **Qasemi**, `the spokesman, has also said`."""
    tokens = sentence.tokens
    last = verb
    while last > left and _is_passed(tokens[last - 1], grammar):
        last -= 1
    if last > left and not tokens[last - 1].is_word and tokens[last - 1].text in ",،)]—–-":
        last = _before_appositive(tokens, last - 1, left)
    first = last
    while first > left and last - first < _MOST_WORDS and _is_before(tokens[first - 1], grammar):
        first -= 1
    if first > left and tokens[first - 1].low in grammar.who and first == last:
        return before(sentence, first - 1, left, grammar)
    last = _before_auxiliary(tokens, first, last, grammar)
    return _trimmed(tokens, first, last, grammar)


def _before_auxiliary(
    tokens: tuple[Token, ...],
    first: int,
    last: int,
    grammar: Grammar,
) -> int:
    """Return where a subject ends whose verb is in two parts: **Metz** `hat im Museum erklärt`."""
    for at in range(first + 1, last):
        if tokens[at].low in grammar.auxiliaries:
            return at
    return last


def first_of(
    sentence: Sentence,
    left: int,
    verb: int,
    grammar: Grammar,
) -> Phrase | None:
    """Return the phrase that begins a sentence: **He** `defended the remark, saying`."""
    tokens = sentence.tokens
    at = _after_opening(tokens, left, verb, grammar)
    last = at
    while last < verb and tokens[last].is_word:
        is_pronoun = tokens[last].low in grammar.pronouns
        last += 1
        is_name = tokens[last - 1].is_capital or tokens[last - 1].low in grammar.roles
        if is_pronoun or (is_name and last < verb and not _goes_on(tokens[last], grammar)):
            return _trimmed(tokens, at, last, grammar)
    return None


def _goes_on(token: Token, grammar: Grammar) -> bool:
    return token.is_capital or token.low in grammar.roles or token.text in ".'’-"


def _is_passed(token: Token, grammar: Grammar) -> bool:
    return token.is_word and token.low in grammar.skip


def _is_before(token: Token, grammar: Grammar) -> bool:
    if token.quotation is not None:
        return False
    if not token.is_word:
        return token.text in ".'’&/"
    is_border = token.low in grammar.joins or token.low in grammar.that or token.low in grammar.who
    return not is_border


def _before_appositive(tokens: tuple[Token, ...], closing: int, left: int) -> int:
    """Return where the phrase before an appositive ends: Qasemi**,** the spokesman**,** said."""
    wanted = {")": "(", "]": "["}.get(tokens[closing].text, tokens[closing].text)
    for at in range(closing - 1, max(left, closing - _MOST_WORDS), -1):
        if tokens[at].quotation is None and tokens[at].text == wanted:
            return at
        if tokens[at].text in _BREAKS:
            break
    return closing


def _trimmed(
    tokens: tuple[Token, ...],
    first: int,
    last: int,
    grammar: Grammar,
) -> Phrase | None:
    """Return a phrase without signs and small words at its ends; None if nothing is left."""
    while first < last and (not tokens[first].is_word or tokens[first].low in grammar.joins):
        first += 1
    while first < last and not tokens[last - 1].is_word:
        last -= 1
    while first < last and _is_passed(tokens[last - 1], grammar):
        last -= 1
    if first < last and tokens[first].low in grammar.pronouns:
        last = first + 1  # "sagte **er** der Menge"
    return Phrase(first, last) if first < last else None


def _next(
    tokens: tuple[Token, ...],
    at: int,
    end: int,
    signs: str,
) -> int | None:
    for i in range(at, end):
        if tokens[i].quotation is None and tokens[i].text in signs:
            return i
    return None
