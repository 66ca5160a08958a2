"""Lines that lead elsewhere, by how they begin: "Read also: …", and the same in other languages.

Each row has an example that a test reads. An opening that begins ordinary sentences too is weak: it
leads elsewhere only where a mark or the end of the line follows, e.g. "Related:" but not "Related
talks began in May."
"""

import re
from typing import NamedTuple

from crawler import text

_HEAD = 100  # characters at the beginning of a line that are read
_BULLETS = "»>•▶►*- \u200f\u200e"
_CUT = "\x00"  # in place of the rest of a longer line
# What ends a line, or divides its opening from the title that it leads to.
_END = r"(?:\s*(?:[:：|>»/…]|\.{3}|$)|\s+[–—-])"
_TITLE = rf"[^.!?؟{_CUT}]{{0,60}}$"  # a short line that is no sentence


class Pointer(NamedTuple):
    """How lines of a language begin that lead elsewhere, with one such line."""

    language: str
    firm: tuple[str, ...]  # patterns in lower case
    weak: tuple[str, ...]
    example: str


POINTERS = (
    Pointer(
        "en",
        (
            r"(?:read|see|watch|listen|view)(?: +(?:more|also|next|now|the full|full))? *[:|>»–-]",
            r"read (?:more|also|next|the full)\b",
            r"(?:click|tap) here\b",
            r"sign up\b",
            r"subscribe\b",
            r"follow us\b",
            r"follow .{1,40} on (?:x|twitter|facebook|instagram|whatsapp|telegram)\b",
            r"follow .{1,40} on (?:google|youtube|tiktok|linkedin|snapchat|threads|bluesky)\b",
            r"join (?:us|our)\b",
            r"share (?:this|on)\b",
            r"don['’]?t miss\b",
            r"you (?:may|might) (?:also )?like\b",
            r"(?:story|article) continues\b",
            r"continue reading\b",
            r"get the latest\b",
            rf"(?:also|more|must)[ -](?:read|on|from|in|see)\b{_TITLE}",
            rf"sponsored by {_TITLE}",
            r"photos?:",
            r"video:$",
        ),
        (
            r"related(?: +(?:articles?|stories|news|content|topics|coverage|links?))?",
            r"recommended(?: +for you)?",
            r"advertise?ments?",
            r"sponsored(?: (?:content|post))?",
        ),
        "Read also: What the wall cost in 1961",
    ),
    Pointer(
        "de",
        (
            r"lesen sie (?:auch|mehr|hier)\b",
            r"das könnte sie (?:auch )?interessieren",
            rf"mehr (?:zum thema|dazu)\b{_TITLE}",
        ),
        (r"auch interessant", r"weiterlesen", r"zum thema"),
        "Mehr zum Thema",
    ),
    Pointer(
        "fr",
        (r"lire aussi\b", r"à lire (?:aussi|également)\b", r"voir aussi\b", r"abonnez-vous\b"),
        (r"à lire", r"lire la suite", r"sur le même (?:sujet|thème)"),
        "Lire aussi : le mur en 1961",
    ),
    Pointer(
        "es pt it",
        (
            r"le[ae] también\b",
            r"leia (?:também|mais)\b",
            r"leggi anche\b",
            r"(?:te|le) puede interesar\b",
        ),
        (r"relacionad[oa]s?", r"más información"),
        "Lea también: el muro en 1961",
    ),
    Pointer(
        "ru",
        (
            r"читайте (?:также|подробнее|далее|полностью|ещё|еще|на)\b",
            r"читать (?:далее|также|полностью|ещё|еще)\b",
            r"смотрите также\b",
            r"подпи(?:сывайтесь|шитесь|сывайся|шись)\b",
            r"ещё по теме\b",
        ),
        (
            r"(?:материалы |новости )?по теме",
            r"подробнее",
            r"читать",
            r"подписаться",
            r"больше новостей",
        ),
        "Читайте также: Стена в 1961 году",
    ),
    Pointer(
        "tr",
        (
            r"bunlar[ıi]? da (?:oku|ilgi)",
            r"ilgili haber\b",
            r"haberin devam[ıi]\b",
            r"ayr[ıi]ca (?:oku|bkz|bak[ıi]n)",
            r"devam[ıi]n[ıi] oku",
        ),
        (r"ilgili (?:haberler|konular|içerik(?:ler)?)", r"ayr[ıi]ca"),
        "İLGİLİ HABER: Duvar 1961'de ne kadara mal oldu",
    ),
    Pointer(
        "ar",
        (
            r"[اإأ]قرأ(?:وا)? (?:أيض|ايض|المزيد)",
            r"(?:شاهد|طالع|انظر)(?:وا)? (?:أيض|ايض|المزيد)",
            r"تابعو?نا (?:على|عبر|في)",
            r"اشتركوا? في (?:قنا|نشر)",
        ),
        (
            r"[اإأ]قرأ",
            r"ل?لمزيد(?: من (?:الأخبار|التفاصيل|المعلومات))?",
            r"المزيد(?: من (?:الأخبار|التفاصيل|المعلومات))?",
            r"(?:مواضيع|موضوعات|أخبار|مقالات|تقارير)? ?ذات صلة",
            r"قد يهمك(?: أيض[اً]+)?",
        ),
        "اقرأ أيضا: كم كلف الجدار",
    ),
    Pointer(
        "fa",
        (
            r"بیشتر (?:بخوانید|بدانید|ببینید)",
            r"همچنین (?:بخوانید|ببینید)",
            r"ما را در .{1,40} دنبال کنید",
        ),
        (
            r"(?:مطالب|اخبار|خبرهای) مرتبط",
            r"(?:انتهای|پایان) پیام",
            r"کد ?خبر",
            r"لینک کوتاه",
        ),
        "بیشتر بخوانید: دیوار در سال ۱۹۶۱",
    ),
    Pointer(
        "he",
        (r"קראו (?:גם|עוד)", r"לקריאה נוספת", r"הצטרפו (?:ל|אל)", r"עקבו אחרינו"),
        (
            r"כתבות (?:נוספות|קשורות)",
            r"(?:עוד|כתבות) בנושא",
            r"לכתבה המלאה",
            r"לקריאה",
            r"ראו גם",
        ),
        "קראו גם: כמה עלתה החומה",
    ),
    Pointer(
        "ku",
        (
            r"(?:her ?wiha|zêdetir) bixwîn",
            r"me li .{1,40} bişopîn",
            r"(?:زیاتر|هەروەها) بخوێن",
        ),
        (
            r"(?:nûçeyên|mijarên) têkildar",
            r"bixwîn(?:e|in)",
            r"(?:بابەت|هەواڵ)ی پەیوەندیدار",
        ),
        "Her wiha bixwîne: Dîwar di sala 1961ê de",
    ),
)


def _compiled(rows: tuple[Pointer, ...]) -> re.Pattern[str]:
    """Return one pattern of all openings: a single search decides."""
    firm = [pattern for row in rows for pattern in row.firm]
    weak = [f"(?:{pattern}){_END}" for row in rows for pattern in row.weak]
    return re.compile("|".join([*firm, *weak]))


_OPENING = _compiled(POINTERS)


def is_pointer(paragraph: str) -> bool:
    """Whether a paragraph leads elsewhere.

    >>> is_pointer("» Read also: the wall in 1961"), is_pointer("Read the sea well, he said.")
    (True, False)
    >>> is_pointer("Related:"), is_pointer("Related talks began in May.")
    (True, False)
    """
    head = text.lowered(paragraph[:_HEAD]).lstrip(_BULLETS)
    if len(paragraph) > _HEAD:
        head += _CUT
    return _OPENING.match(head) is not None
