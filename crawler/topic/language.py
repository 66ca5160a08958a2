"""The language that a text is written in, whatever its page declares.

Letters and common words (telltale.py) are asked first, then a model.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from crawler import text
from crawler.topic import telltale

_ENOUGH = 60  # characters: below it guesses are wrong too often (0.999 right from there on)
_SAMPLE = 400  # characters: as right as 1,000 (698 and 699 of 706), in three quarters of the time
# The press that is watched and the languages it may be taken for: more choices mean more errors
# (of 140 languages, Arabic came out as Moroccan Arabic).
_LANGUAGES = """
ar az bg ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko ku ckb lt lv mk ms nl no
pl ps pt ro ru sk sl sq sr sv tg th tr uk ur uz vi zh
""".split()
# What the model takes for one another, or has never seen.
_CONFUSED = frozenset(["ku", "fa", "ar"])


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """Load the model once a process. Any: py3langid is untyped."""
    # Imported here: it brings numpy, and most commands never identify a language.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = [name for name in _LANGUAGES if name in identifier.labels]
    identifier.set_languages(known)
    return identifier


def identify(value: str) -> str | None:
    """Return the language of a text as an ISO 639-1 code; None where the text is too short."""
    sample = value[:_SAMPLE]
    told = telltale.likely(sample)
    if told in _CONFUSED:
        return told
    if len(sample) < _ENOUGH:
        return None
    language, _ = _identifier().classify(sample)
    return text.primary_language(language)


def likeliest(
    value: str,
    among: Iterable[str],
) -> str | None:
    """Return which of some languages a text is most likely written in, however short it is.

    A guess: under 60 characters it may be wrong. None where none of them is known.
    """
    wanted = set(among)
    told = telltale.likely(value)
    if told in wanted:
        return told
    for tag, _ in _identifier().rank(value[:_SAMPLE]):
        language = text.primary_language(tag)
        if language in wanted:
            return language
    return None


# A share of fewer letters than these says nothing of the script: "BMW", "G20".
_LEAST_LETTERS = 8

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = "latin"
_SCRIPTS = {
    "arabic": re.compile("[\u0600-\u06ff]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "east asian": re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"),
}
# Languages of which nothing is listed are written in Latin letters.
_SCRIPT_OF = {
    **dict.fromkeys("ar fa ur ps ckb ug".split(), "arabic"),
    **dict.fromkeys("ru uk bg mk kk ky tg be mn".split(), "cyrillic"),
    **dict.fromkeys("he yi".split(), "hebrew"),
    "el": "greek",
    **dict.fromkeys("zh ja ko".split(), "east asian"),
}
# Written in either of two: Kurdish in Latin and Arabic letters, Serbian in Latin and Cyrillic ones.
_TWO_SCRIPTS = {"ku", "sr", "uz", "az", "pa"}


_ENGLISH_SHARE = 0.1  # of the words: 344 of 348 English articles have more, none of 146 others


def contradicts(
    claimed: str,
    value: str,
) -> bool:
    """Whether a text may not be in its claimed language, as its letters and its words show.

    Templates claim English over everything, so English is believed only where it reads so. A claim
    of a language whose common words are not listed here is kept within its script: there the
    outlet knows better than a model.
    """
    sample = value[:_SAMPLE]
    if telltale.is_plainly(sample, claimed):
        return False
    told = telltale.likely(sample)
    if told is not None and told != claimed and telltale.outvotes(sample, told, claimed):
        return True
    if len(sample) >= _ENOUGH and not _has_words_of(claimed, sample):
        return True
    if claimed in _TWO_SCRIPTS:
        return False
    script = _script_of(sample)
    return script is not None and script != _SCRIPT_OF.get(claimed, _LATIN)


def _has_words_of(
    claimed: str,
    sample: str,
) -> bool:
    words = text.words(sample)
    found = telltale.count(words, claimed)
    if found is not None and claimed == "en":
        return found >= _ENGLISH_SHARE * len(words)
    # Of another script nothing is known by that: the model guesses what it has not seen.
    return found != 0 or _SCRIPT_OF.get(claimed, _LATIN) != _LATIN


def language_of(
    paragraphs: Sequence[str],
    claimed: str | None = None,
) -> str | None:
    """Return the language that most of a text is written in; None where it is too short to say.

    Asked at its beginning, middle and end, since a notice in another language may come first. The
    claim of the page is believed where most of these parts may be in it.
    """
    parts = _parts(" ".join(paragraphs))
    if claimed is not None:
        against = sum(contradicts(claimed, part) for part in parts)
        if against * 2 <= len(parts):
            return claimed
    found = Counter(filter(None, map(identify, parts)))
    # The first of equals: the part that comes first.
    return max(found, key=found.__getitem__, default=None)


def _parts(whole: str) -> list[str]:
    """Return the beginning, middle and end of a text, or the whole of a short one."""
    last = len(whole) - _SAMPLE
    if last <= 0:
        return [whole]
    starts = sorted({0, last // 2, last})
    return [whole[start : start + _SAMPLE] for start in starts]


def of_paragraph(
    words: Sequence[str],
    paragraph: str,
    spoken: str,
) -> str:
    """Return the language of a paragraph of a text in the language `spoken`.

    Nearly always that one, which its first words show. A quotation or a translation in another
    language below is read in its own.
    """
    if len(paragraph) < _ENOUGH:
        return spoken
    may_be = telltale.has_its_words(words, spoken)
    if may_be and (spoken == "ku" or not telltale.is_sorani(paragraph)):
        return spoken
    if not contradicts(spoken, paragraph):
        return spoken
    return identify(paragraph) or spoken


def _script_of(sample: str) -> str | None:
    """Return the script of most letters; None where there are too few to say."""
    letters = len(_LETTER.findall(sample))
    if letters < _LEAST_LETTERS:
        return None
    for script, characters in _SCRIPTS.items():
        if len(characters.findall(sample)) > letters / 2:
            return script
    return _LATIN
