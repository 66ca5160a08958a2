"""Words and letters that tell languages apart where a model or a page's claim is wrong.

Templates of Kurdish sites claim Arabic, Turkish or English, and the model has never seen Sorani. A
dozen common words of each language decide faster than any model, and for a text of one sentence.
"""

import re
from collections.abc import Sequence

from storage.words.forms import WORD, fold

# Each word is common in its language and rare in the others of its script ("de" and "a" are in
# none of the lists: half of Europe uses them).
_COMMON = {
    "en": "the of and to is that was with has have from were their said will which would",
    "de": "der die und das von den mit dem ist des nicht auf eine sich auch nach aus bei wird zum",
    "fr": "le les et des du est une dans qui pour sur pas avec au ses aux sont ont cette la en de",
    "es": "el los las y que una por para con su como se sus fue más la en de",
    "pt": "os do da dos das em um uma não para com por ao pelo são foi mais que de",
    "it": "il di che della gli per nel alla sono dei delle anche non una dal la",
    "nl": "het een van niet zijn op met voor wordt aan ook naar werd bij en de",
    "sv": "och att som av är inte med från om det har jag",
    "pl": "w na z się nie że do jest oraz po przez od są jak",
    "tr": "ve bir bu için ile olarak olan daha sonra göre kadar gibi çok ise türkiye oldu dedi",
    "az": "və bir bu üçün ilə olan daha sonra görə kimi çox edib deyib olub",
    "ku": """
        û ji li ku bi di yên xwe jî dê wê ev wî bû hat kir got dike dibe dikin hate bo tê nav her
        لە کە بۆ بە لەگەڵ ئەم ئەو لەسەر بەڵام دوای دەکات کرد دەبێت هەیە وتی یان ئێمە بووە خۆی دژ
        """,
    "ar": "في من على إلى أن التي الذي عن مع هذا هذه ما بعد كان قال وقال وفي ومن كما قد خلال بين",
    "fa": "در به از که این است را با برای آن خود شد کرد های می شده گفت کند تا بر یک هم باید",
    "ur": "کے کی میں ہے سے کو نے کا اور پر ہیں کہ اس گیا",
    "ru": "в и на что с не по из как для от это его также был будет они при",
    "uk": "в і на що з не до та про від як це його також був буде вони при за у",
    "he": "של את על לא זה עם כי גם הוא אל או היא אך אמר כל בין",
}
_SETS = {name: frozenset(map(fold, words.split())) for name, words in _COMMON.items()}
# A word of two lists tells nothing between them: "от" is Russian alone, "не" is Ukrainian too.
_OWN = {
    name: words.difference(*(other for n, other in _SETS.items() if n != name))
    for name, words in _SETS.items()
}
# As most texts write them: folding a word costs more than all that is asked of it here.
_WRITTEN = {name: frozenset(words.split()) for name, words in _COMMON.items()}
_OWN_WRITTEN = {
    name: frozenset(word for word in words if fold(word) in _OWN[name])
    for name, words in _WRITTEN.items()
}
_LOOKED_AT = 25  # words of a text: two sentences hold five or more of the words above
_LEAST = 2  # of them, else a name or a quotation decides; and times as many as of the claimed
_BEGINNING = 320  # characters: some 50 words
_PLAIN = 3  # words of the claimed language alone: nothing else is asked
_LEAST_WORDS = 8  # of a paragraph without a common word of its language: shorter ones have none

# Sorani writes e, ê, o and rolled r and l by letters that Arabic and Persian do not have, and
# begins its vowels with a hamza ("ئەمریکا", in older files "ئهمریكا"). Where heh was typed for e
# that hamza is all that is left.
_SORANI_HEH = "\u06d5"
_SORANI_ALONE = ("\u06ce", "\u06c6", "\u0695", "\u06b5", " \u0626")  # never typed for heh
# Sorani spells without these: a Persian file whose heh is typed as the Kurdish e has many.
_NOT_SORANI = ("\u062b", "\u0630", "\u0635", "\u0636", "\u0637", "\u0638", "\u0629")
# Uyghur shares two of its letters and has five of its own.
_UYGHUR = ("\u06d0", "\u06c7", "\u06c8", "\u06cb", "\u06ad")
_LEAST_SORANI = 3  # such letters in 400: 56 of 56 Sorani texts, none of 234 Arabic and Persian ones
_RARE = 3  # letters of Sorani for one that it lacks (a name): Persian has two at most
_KURMANJI = re.compile("[êîûÊÎÛ]")
_SAMPLE = 400  # characters


def is_sorani(value: str) -> bool:
    """Whether a text is Kurdish in Arabic letters, however short it is.

    >>> is_sorani("هێزەکان لە سووریا دەکشێنەوە"), is_sorani("نیروها از سوریە خارج می شوند")
    (True, False)
    """
    sample = f" {value[:_SAMPLE]}"
    alone = sum(map(sample.count, _SORANI_ALONE))
    own = alone + sample.count(_SORANI_HEH)
    if own < _LEAST_SORANI:
        return False
    foreign = sum(map(sample.count, (*_NOT_SORANI, *_UYGHUR)))
    if own <= foreign * _RARE:
        return False
    return alone >= _LEAST or not _is_persian(sample)


def _is_persian(sample: str) -> bool:
    """Whether words of Persian outnumber those of Kurdish."""
    counts = _counts(WORD.findall(sample)[:_LOOKED_AT])
    return counts["fa"] > counts["ku"]


def likely(value: str) -> str | None:
    """Return the language whose common words a text has most of; None where it has too few.

    A tie is None, and so is a headline without a common word.
    """
    sample = value[:_SAMPLE]
    if is_sorani(sample):
        return "ku"
    counts = _counts(WORD.findall(sample)[:_LOOKED_AT])
    first, second = sorted(counts, key=counts.__getitem__, reverse=True)[:2]
    if first == "ku" and _KURMANJI.search(sample) is None:
        return None
    is_clear = counts[first] > counts[second] and counts[first] >= _LEAST
    return first if is_clear else None


def is_plainly(
    value: str,
    claimed: str,
) -> bool:
    """Whether a text begins with enough common words of its claimed language, and is no Sorani."""
    own = _OWN_WRITTEN.get(claimed)
    if own is None:
        return False
    found = sum(map(own.__contains__, WORD.findall(value[:_BEGINNING])))
    return found >= _PLAIN and not is_sorani(value)


def outvotes(
    value: str,
    told: str,
    claimed: str,
) -> bool:
    """Whether the likely language of a text has clearly more common words than the claimed one.

    Norwegian has some words of Swedish and none is listed for it: such a claim is kept, except
    over Sorani, which its letters give away.
    """
    if told == "ku" and is_sorani(value):
        return True
    if claimed not in _OWN:
        return False
    counts = _counts(WORD.findall(value[:_SAMPLE])[:_LOOKED_AT])
    return counts[told] >= _LEAST * max(1, counts[claimed])


def _counts(words: Sequence[str]) -> dict[str, int]:
    folded = list(map(fold, words))
    return {name: sum(map(own.__contains__, folded)) for name, own in _OWN.items()}


def count(
    words: Sequence[str],
    language: str,
) -> int | None:
    """Return how many words are common ones of a language; None where none are listed for it."""
    common = _SETS.get(language)
    if common is None:
        return None
    return sum(map(common.__contains__, map(fold, words)))


def has_its_words(
    words: Sequence[str],
    language: str,
) -> bool:
    """Whether the words of a paragraph may be of a language, as far as its common words show.

    True for a paragraph too short to say, and for a language of which no words are listed.
    """
    if language not in _SETS or len(words) < _LEAST_WORDS:
        return True
    first = words[:_LOOKED_AT]
    if not _WRITTEN[language].isdisjoint(first):
        return True
    return not _SETS[language].isdisjoint(map(fold, first))
