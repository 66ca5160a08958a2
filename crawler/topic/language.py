"""Which language a text is written in, where the page does not say."""

from functools import lru_cache
from typing import Any

from crawler import text

_ENOUGH = 60  # characters: below it guesses are wrong too often (0.999 right from there on)
_SAMPLE = 1000
# The press that is watched and the languages it may be taken for: more choices mean more errors
# (of 140 languages, Arabic came out as Moroccan Arabic).
_LANGUAGES = """
ar az bg ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko ku ckb lt lv mk ms nl no
pl ps pt ro ru sk sl sq sr sv tg th tr uk ur uz vi zh
""".split()


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """Load the model once a process. Any: py3langid is untyped."""
    # Here and not above: it brings numpy, and most commands never identify a language.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([name for name in _LANGUAGES if name in identifier.labels])
    return identifier


def identify(value: str) -> str | None:
    """Return the language of a text as an ISO 639-1 code; None where the text is too short."""
    sample = value[:_SAMPLE]
    if len(sample) < _ENOUGH:
        return None
    language, _ = _identifier().classify(sample)
    return text.primary_language(language)
