"""Names of persons in the parts that a reference sorts by: family, given, particle, suffix.

An organisation, and a name that cannot be divided with confidence, stays whole. The family name is
the last word with the particles before it, as the Chicago Manual of Style (17th edition, 16.71 to
16.84) indexes names of the languages that outlets here write in; who puts it first without a comma
(Hungarian, Chinese, Japanese, Korean) is not recognised and stays whole where there is no space.
"""

import re
from dataclasses import dataclass

_MOST_WORDS = 6  # a byline of more is a sentence: "By our correspondent in the north"

# Words that begin a family name, in lower case: "Jan van der Meer", "Omar bin Salman".
_PARTICLES = frozenset(
    """
    af al ap av bar bat ben bet bin bint da dal de degli dei del della den der des di do dos du el
    ibn la las le les lo los ould san st ter umm van vom von zu zum zur
    abd abdel abdul abou abu
    ابن ابو أبو آل ال بن بنت عبد ولد אבו אבן בן בר בת
    де дер дю ван фон ибн аль эль бин абу
    """.split()
)
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
# Words of desks, agencies and teams; one of them makes the whole an organisation.
_ORGANISATIONS = frozenset(
    """
    afp agencies agency ap associated bureau center centre channel committee correspondent
    correspondents council daily desk dpa editor editorial editors foundation group herald institute
    journal magazine media ministry monitor network news newsdesk newspaper newsroom observatory
    office online organization post press radio redaction report reporter reporters research reuters
    service staff syndicate team telegraph times tribune tv watch wire writer writers
    agence agentur ajansı bürosu dépêche haber merkezi presse rédaction redaktion servisi
    агентство агентства интерфакс корреспондент новости пресс-служба редакция риа служба тасс
    أخبار الأناضول التحرير تحرير خاص سانا صحيفة فريق قسم قناة مراسل مراسلون مركز موقع وكالات وكالة
    ایسنا ایرنا تسنیم خبرگزاری گروه تحریریه
    חדשות כתב כתבי מערכת סוכנות סוכנויות
    """.split()
)
_UNDIVIDED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, Han, Hangul
_NO_NAME = re.compile(r"[\d@/|<>{}\[\]:;]|https?")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in parts; `literal` alone where it is not divided."""

    literal: str = ""
    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""

    def sorted(self) -> str:
        """Return the name as a list of references has it: `van der Meer, Jan`."""
        if self.literal:
            return self.literal
        family = f"{self.particle} {self.family}".strip()
        return ", ".join(filter(None, (family, self.suffix, self.given)))


def read_name(text: str) -> Name:
    """Return a name in its parts.

    >>> read_name("Jan van der Meer").sorted(), read_name("Reuters").sorted()
    ('van der Meer, Jan', 'Reuters')
    """
    name = " ".join(text.split())
    if _is_whole(name):
        return Name(literal=name)
    family, comma, given = name.partition(", ")
    if comma and given.casefold() not in _SUFFIXES:
        return _in_order(family, given)

    words = name.replace(",", "").split(" ")
    suffix = words.pop() if words[-1].casefold() in _SUFFIXES else ""
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    if start < 1 or words[0].casefold() in _PARTICLES:  # "bin Salman": no given name is left
        return Name(literal=name)
    return Name(
        family=words[-1],
        given=" ".join(words[:start]),
        particle=" ".join(words[start:-1]),
        suffix=suffix,
    )


def _in_order(family: str, given: str) -> Name:
    """Return a name that was written as `Barrow, Tom`."""
    *particles, last = family.split(" ")
    has_particles = all(word.casefold() in _PARTICLES for word in particles)
    if not has_particles:
        return Name(family=family, given=given)
    return Name(family=last, given=given, particle=" ".join(particles))


def _is_whole(name: str) -> bool:
    words = name.split(" ")
    is_short = len(words) < 2
    is_long = len(words) > _MOST_WORDS or name.count(",") > 1
    is_odd = _NO_NAME.search(name) is not None or _UNDIVIDED.search(name) is not None
    if is_short or is_long or is_odd:
        return True
    is_abbreviation = any(
        word.isupper() and len(word) > 2 and word.casefold() not in _SUFFIXES for word in words
    )
    is_all_capitals = name.isupper()
    has_organisation = any(word.casefold().strip(".,()") in _ORGANISATIONS for word in words)
    has_and = any(word.casefold() in ("and", "&", "und", "et", "и", "و", "ve") for word in words)
    return has_organisation or has_and or (is_abbreviation and not is_all_capitals)
