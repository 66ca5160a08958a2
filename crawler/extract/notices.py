"""Paragraphs in which an outlet speaks of itself: rights, appeals, rules for comments, software.

Each row holds words that occur together in lower case, and an example that a test reads. A word
that news uses too ("newsletter") is weak: it makes a notice only where the reader is addressed.
"""

import re
from typing import NamedTuple

from crawler import text

_LONGEST = 299  # characters: a longer paragraph is prose, whatever its words


class Notice(NamedTuple):
    """What a notice says: for each alternative, words that all occur in it, with an example."""

    language: str
    alternatives: tuple[tuple[str, ...], ...]
    example: str


def _each(*phrases: str) -> tuple[tuple[str, ...], ...]:
    return tuple((phrase,) for phrase in phrases)


RIGHTS = (
    Notice(
        "en",
        _each("all rights reserved", "(c) 20", "copyright 20", "copyright ©"),
        "Copyright 2026 Harbour Post. All rights reserved.",
    ),
    Notice("de", _each("alle rechte vorbehalten"), "Alle Rechte vorbehalten."),
    Notice("fr", _each("tous droits réservés"), "Tous droits réservés."),
    Notice("es", _each("todos los derechos reservados"), "Todos los derechos reservados."),
    Notice("ru", _each("все права защищены"), "Все права защищены."),
    Notice("ar", _each("جميع الحقوق محفوظة"), "جميع الحقوق محفوظة لصحيفة الميناء."),
    Notice("tr", _each("tüm hakları saklıdır"), "Tüm hakları saklıdır."),
    Notice("fa", (("حقوق", "محفوظ است"),), "تمامی حقوق برای روزنامه بندر محفوظ است."),
    Notice("he", _each("כל הזכויות שמורות"), "כל הזכויות שמורות."),
    Notice("ku", (("hemû maf", "parastî"),), "Hemû mafên wê parastî ne."),
)
# What an outlet asks of its readers: money, a subscription, news of mistakes.
APPEALS = (
    Notice(
        "en",
        (
            *_each(
                "by signing up",
                "your email address",
                "to your inbox",
                "unsubscribe at",
                "support our journalism",
                "support our work",
                "support independent journalism",
                "register for free",
                "download our app",
            ),
            ("please consider", "contribution"),
            ("please consider", "donat"),
            ("please consider", "subscri"),
            ("please consider", "support"),
            ("value our", "contribution"),
            ("make a donation", "our"),
            ("become a member", "our"),
            ("spotted a", "let us know"),
            ("spotted an error", "us"),
        ),
        "If you value our reporting, please consider a monthly contribution.",
    ),
    Notice(
        "en",
        _each(
            "earn a commission",
            "earn commission",
            "affiliate commission",
            "independently selected",
            "editorially independent",
        ),
        "We may earn a commission if you buy through our links.",
    ),
    Notice(
        "de",
        (
            *_each("unterstützen sie uns", "unterstützen sie unsere"),
            ("hat ihnen", "artikel gefallen"),
            ("hat ihnen", "beitrag gefallen"),
            ("werden sie mitglied", "uns"),
            ("newsletter", "abonnieren sie"),
            ("fehler", "schreiben sie uns"),
        ),
        "Hat Ihnen der Artikel gefallen? Dann unterstützen Sie uns mit einer Spende.",
    ),
    Notice(
        "fr",
        (
            *_each("soutenez-nous", "soutenez notre"),
            ("faites un don", "nous"),
            ("abonnez-vous", "newsletter"),
        ),
        "Soutenez notre travail : faites un don.",
    ),
    Notice(
        "es",
        (("apoya", "nuestro periodismo"), ("suscríbete", "boletín")),
        "Apoya nuestro periodismo con una donación.",
    ),
    Notice(
        "ru",
        (
            *_each("нашли ошибку", "нашли опечатку", "ctrl+enter", "ctrl + enter"),
            ("поддержите", "редакци"),
            ("поддержите", "наш"),
            ("подписывайтесь на", "наш"),
            ("подпишитесь на", "наш"),
        ),
        "Нашли ошибку? Выделите её и нажмите Ctrl+Enter.",
    ),
    Notice(
        "ar",
        (
            ("ادعم", "صحافتنا"),
            ("تبرع", "لدعم"),
            ("اشترك", "نشرتنا"),
            ("اشترك", "قناتنا"),
            ("تابعونا", "قناة"),
            ("تابعونا", "قناتنا"),
        ),
        "ادعموا صحافتنا المستقلة باشتراك شهري.",
    ),
    Notice(
        "fa",
        (("کانال", "ما را دنبال"), ("عضو کانال", "شوید"), ("از ما حمایت", "کنید")),
        "برای خبرهای تازه کانال تلگرام ما را دنبال کنید.",
    ),
    Notice(
        "he",
        (("תמכו", "בעיתונות"), ("מצאתם טעות",), ("טעות בכתבה",), ("הירשמו", "לניוזלטר")),
        "מצאתם טעות? כתבו לנו.",
    ),
    Notice(
        "tr",
        (("bize abone ol",), ("bizi destekle",), ("kanalımıza", "abone"), ("bültenimize", "abone")),
        "Google News'te bize abone olun",
    ),
    Notice(
        "ku",
        (("piştgiriya me", "bikin"), ("me li", "bişopîn")),
        "Me li Telegramê bişopînin",
    ),
)
# Which comments an outlet prints, and whose opinions they are.
COMMENT_RULES = (
    Notice(
        "en",
        (
            ("comments", "are moderated"),
            ("comments", "do not reflect"),
            ("comments", "our community guidelines"),
            ("opinions expressed", "do not", "reflect"),
            ("views expressed", "do not", "reflect"),
        ),
        "Comments are moderated and do not reflect the views of the Harbour Post.",
    ),
    Notice(
        "de",
        (
            ("kommentare", "moderiert"),
            ("kommentar", "netiquette"),
            ("kommentare", "freigeschaltet"),
        ),
        "Kommentare werden moderiert. Bitte beachten Sie unsere Netiquette.",
    ),
    Notice(
        "fr",
        (("commentaires", "modér"), ("commentaires", "charte")),
        "Les commentaires sont modérés.",
    ),
    Notice(
        "ru",
        (("комментари", "модераци"), ("мнение редакции", "не совпада")),
        "Комментарии проходят модерацию.",
    ),
    Notice(
        "ar",
        (
            ("حذف التعليقات",),
            ("لا تعبر", "عن رأي", "الآراء"),
            ("لا تعبر", "عن رأي", "المقال"),
            ("لا تعبر", "عن رأي", "التعليقات"),
        ),
        "تحتفظ الصحيفة بحق حذف التعليقات المسيئة.",
    ),
    Notice(
        "fa",
        (("نظر", "توهین", "منتشر"), ("دیدگاه", "توهین", "منتشر"), ("نظر", "پس از تایید", "منتشر")),
        "نظرهای حاوی توهین منتشر نمی‌شود.",
    ),
    Notice(
        "he",
        (("תגובות", "יאושרו"), ("תגובות", "לא יפורסמו"), ("תגובות", "יוסרו")),
        "תגובות פוגעניות לא יפורסמו.",
    ),
    Notice(
        "tr",
        (
            ("yorum", "onay", "yayım"),
            ("yorum", "onay", "yayın"),
            ("yorum", "hakaret", "onaylan"),
            ("yorum", "hakaret", "yayın"),
        ),
        "Yorumlarınız onaylandıktan sonra yayımlanır.",
    ),
)
# What a site says of the reader's program.
SOFTWARE = (
    Notice(
        "en",
        (
            *_each(
                "enable javascript",
                "javascript is disabled",
                "turn on javascript",
                "permission to load",
                "view this post on",
                "download the app",
            ),
            ("your browser", "support"),
            ("print preview", "images"),
            ("uses cookies", "website"),
            ("use cookies", "we"),
            ("accept", "cookies", "you"),
        ),
        "Your browser does not support this video.",
    ),
    Notice(
        "de",
        (
            ("druckvorschau",),
            ("aktivieren sie", "javascript"),
            ("ihr browser", "unterstützt"),
            ("verwendet cookies",),
            ("verwenden cookies", "wir"),
        ),
        "Bitte schließen Sie die Druckvorschau, bis alle Bilder geladen sind.",
    ),
    Notice(
        "fr",
        (("votre navigateur",), ("utilise des cookies",), ("utilisons des cookies", "nous")),
        "Votre navigateur ne peut pas lire cette vidéo.",
    ),
    Notice(
        "ru",
        (("ваш браузер",), ("использует", "файлы cookie"), ("используем", "cookie")),
        "Ваш браузер не поддерживает видео.",
    ),
    Notice(
        "ar",
        (("متصفحك",), ("ملفات تعريف الارتباط",)),
        "متصفحك لا يدعم تشغيل الفيديو.",
    ),
    Notice(
        "fa",
        (("مرورگر شما",),),
        "مرورگر شما از ویدئو پشتیبانی نمی‌کند.",
    ),
    Notice(
        "he",
        (("הדפדפן שלך",), ("משתמש בקובצי cookie",), ("משתמש בעוגיות", "אתר")),
        "הדפדפן שלך אינו תומך בווידאו.",
    ),
    Notice(
        "tr",
        (("tarayıcınız",), ("çerez", "kullan", "site")),
        "Tarayıcınız video oynatmayı desteklemiyor.",
    ),
)
# That the rest of the text is for subscribers.
PAYWALLS = (
    Notice(
        "en",
        _each(
            "subscribe to continue",
            "subscribe to read",
            "subscribe to keep",
            "subscribe now to",
            "continue reading with",
            "continue reading your",
            "already a subscriber",
            "subscribers only",
            "subscriber only",
            "to read the full article",
            "to read the full story",
            "article is for subscribers",
            "article is exclusive to",
        ),
        "Subscribe to continue reading.",
    ),
    Notice(
        "de",
        _each("jetzt weiterlesen", "weiterlesen mit", "nur für abonnenten"),
        "Jetzt weiterlesen mit dem Hafenboten Plus.",
    ),
    Notice(
        "fr",
        _each(
            "il vous reste",
            "réservé aux abonnés",
            "réservée aux abonnés",
            "abonnez-vous pour",
        ),
        "La suite est réservée aux abonnés.",
    ),
    Notice(
        "es",
        _each("suscríbete para", "exclusivo para suscriptores"),
        "Contenido exclusivo para suscriptores.",
    ),
    Notice(
        "ru",
        (
            ("только", "подписчикам"),
            ("только для подписчиков",),
            ("оформите подписку",),
            ("по подписке", "доступ"),
        ),
        "Полный текст доступен только подписчикам.",
    ),
    Notice(
        "ar",
        (
            ("للمشتركين فقط",),
            ("حصري للمشتركين",),
            ("اشترك", "لمتابعة القراءة"),
            ("اشترك", "لقراءة المزيد"),
            ("اشترك", "لقراءة المقال"),
        ),
        "هذا المقال للمشتركين فقط.",
    ),
    Notice(
        "fa",
        (
            ("ویژه مشترک",),
            ("فقط", "مشترکان"),
            ("اشتراک", "ادامه مطلب"),
            ("برای مطالعه کامل", "اشتراک"),
        ),
        "ادامه مطلب ویژه مشترکان است.",
    ),
    Notice(
        "he",
        (("למנויים בלבד",), ("למנויים", "המלא"), ("הירשמו", "להמשיך לקרוא"), ("לרכישת מינוי",)),
        "הכתבה המלאה למנויים בלבד.",
    ),
    Notice(
        "tr",
        (
            ("abonelere özel",),
            ("abonelerimize özel",),
            ("devamını okumak", "abone"),
            ("tamamını okumak", "abone"),
            ("okumaya devam", "abone"),
        ),
        "Bu içerik abonelere özeldir.",
    ),
    Notice(
        "ku",
        (("tenê", "aboneyan"), ("tenê", "endaman")),
        "Ev nivîs tenê ji bo aboneyan e.",
    ),
    Notice("ja", _each("会員限定", "有料会員"), "この記事は会員限定です。"),
    Notice("zh", (("订阅", "阅读全文"), ("付费", "阅读全文")), "订阅后阅读全文。"),
)
# News has these words too: "He broke the terms of service of the base."
WEAK = (
    "newsletter",
    "log in to",
    "sign in to",
    "register now",
    "unsubscribe",
    "terms of use",
    "terms of service",
    "privacy policy",
    "cookie policy",
)
NOTICES = (*RIGHTS, *APPEALS, *COMMENT_RULES, *SOFTWARE, *PAYWALLS)
_ADDRESS = re.compile(
    r"\b(?:[Yy]ou|[Yy]our|[Oo]ur|us|Sie|Ihnen|Ihre?n?|uns|[Vv]ous|[Vv]otre|[Nn]ous|[Ss]ign up)\b"
    r"|^(?:Log|Sign|Register|Subscribe|Download|Get|Read|See|View)\b"
)
# e.g. "© 2026 Harbour Post", "Harbour Post ©"; not "The logo © was painted on the wall."
_COPYRIGHT = re.compile(r"^\W*©|© ?(?:19|20)\d\d|©[^.!?©]*$")


Alternatives = tuple[tuple[str, tuple[str, ...]], ...]


def _sorted(notices: tuple[Notice, ...], *, is_ascii: bool) -> Alternatives:
    """Return the alternatives that are written in ASCII or not, each as its first word and rest."""
    return tuple(
        (words[0], words[1:])
        for notice in notices
        for words in notice.alternatives
        if "".join(words).isascii() is is_ascii
    )


_ASCII = _sorted(NOTICES, is_ascii=True)
_OTHER = _sorted(NOTICES, is_ascii=False)
_PAYWALLS = _sorted(PAYWALLS, is_ascii=True) + _sorted(PAYWALLS, is_ascii=False)


def is_notice(paragraph: str) -> bool:
    """Whether a short paragraph is about the outlet and not about the news.

    >>> is_notice("© 2026 Harbour Post"), is_notice("Sign up for our newsletter")
    (True, True)
    >>> is_notice("The ministry said so in its weekly newsletter.")
    False
    """
    if len(paragraph) > _LONGEST:
        return False
    lowered = text.lowered(paragraph)
    # Most paragraphs of the mission's languages need one of the two lists.
    if not lowered.isascii() and _says_other(lowered):
        return True
    if _says(lowered, _ASCII):
        return True
    # Substrings first: thrice as fast as one pattern.
    is_weak = any(map(lowered.__contains__, WEAK))
    return is_weak and _ADDRESS.search(paragraph) is not None


def is_paywall(paragraph: str) -> bool:
    """Whether a paragraph says that the rest is for subscribers.

    >>> is_paywall("Subscribe to continue reading."), is_paywall("They subscribe to this view.")
    (True, False)
    """
    return _says(text.lowered(paragraph), _PAYWALLS)


def _says_other(lowered: str) -> bool:
    """Whether letters beyond ASCII say so."""
    if _says(lowered, _OTHER):
        return True
    return "©" in lowered and _COPYRIGHT.search(lowered) is not None


def _says(lowered: str, alternatives: Alternatives) -> bool:
    """Whether all words of an alternative occur."""
    for first, rest in alternatives:
        if first in lowered and all(word in lowered for word in rest):
            return True
    return False
