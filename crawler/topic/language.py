"""Identify the language of a text, if the page does not declare it."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from crawler import text

_ENOUGH = 60  # characters: below it guesses are wrong too often (0.999 right from there on)
_SAMPLE = 400  # characters: as right as 1,000 (698 and 699 of 706), in three quarters of the time
# The press that is watched and the languages it may be taken for: more choices mean more errors
# (of 140 languages, Arabic came out as Moroccan Arabic).
_LANGUAGES = """
ar az bg ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko ku ckb lt lv mk ms nl no
pl ps pt ro ru sk sl sq sr sv tg th tr uk ur uz vi zh
""".split()
# Letters of Kurdish alone: e, ê, o, and the rolled r and l of Sorani.
_SORANI = re.compile("[\u06d5\u06ce\u06c6\u0695\u06b5]")


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
    if len(sample) < _ENOUGH:
        return None
    language, _ = _identifier().classify(sample)
    return text.primary_language(language)


def likeliest(value: str, among: Iterable[str]) -> str | None:
    """Return which of some languages a text is most likely written in, however short it is.

    A guess: under 60 characters it may be wrong. None where none of them is known.
    """
    wanted = set(among)
    if "ku" in wanted and _SORANI.search(value):
        return "ku"
    for tag, _ in _identifier().rank(value[:_SAMPLE]):
        language = text.primary_language(tag)
        if language in wanted:
            return language
    return None


# The commonest English words. Other languages share some ("in", "was"), none so many.
_ENGLISH = frozenset("the of and to in a is that for was on it with as he said be by at".split())
_ENGLISH_SHARE = 0.1  # of the words: 344 of 348 English articles have more, none of 146 others
# A share of fewer letters than these says nothing of the script.
_LEAST_LETTERS = _ENOUGH / 2

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


def contradicts(claimed: str, value: str) -> bool:
    """Whether a text is not in its claimed language, as its script or its words show.

    Templates claim English over everything, so English is believed only where it reads so; another
    claim among languages of one script is kept, since there the outlet knows better.
    """
    if claimed == "en" and not _reads_as_english(value):
        return True
    if claimed in _TWO_SCRIPTS:
        return False
    script = _script_of(value[:_SAMPLE])
    return script is not None and script != _SCRIPT_OF.get(claimed, _LATIN)


def _reads_as_english(value: str) -> bool:
    words = text.words(value[:_SAMPLE])
    english = sum(word in _ENGLISH for word in words)
    return english >= _ENGLISH_SHARE * len(words)


def _script_of(sample: str) -> str | None:
    """Return the script of most letters; None where there are too few to say."""
    letters = len(_LETTER.findall(sample))
    if letters < _LEAST_LETTERS:
        return None
    for script, characters in _SCRIPTS.items():
        if len(characters.findall(sample)) > letters / 2:
            return script
    return _LATIN
