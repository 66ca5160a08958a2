"""News agencies: the names they sign with, and the agency that a text is from.

Source of the names: the members' lists of EANA, FANA and OANA.
"""

import re
from collections.abc import Iterable, Sequence

from crawler import text
from crawler.urls.address import address_of

# The common name, the other names in lower case, and the site.
_AGENCIES = {
    "AA": ("anadolu, anadolu agency, anadolu ajansı, الأناضول", "aa.com.tr"),
    "Adnkronos": ("", "adnkronos.com"),
    "AFP": ("agence france-presse, أ ف ب, فرانس برس", "afp.com"),
    "AGI": ("", "agi.it"),
    "ANI": ("", "aninews.in"),
    "ANKA": ("", "ankahaber.net"),
    "ANP": ("", "anp.nl"),
    "ANSA": ("", "ansa.it"),
    "AP": ("associated press, the associated press, أسوشيتد برس", "apnews.com"),
    "APA": ("", "apa.at"),
    "ATS": ("sda, keystone-sda", "keystone-sda.ch"),
    "Belga": ("", "belga.be"),
    "Bloomberg": ("", "bloomberg.com"),
    "CTK": ("čtk", "ctk.cz"),
    "DHA": ("", "dha.com.tr"),
    "dpa": ("deutsche presse-agentur", "dpa.com"),
    "EFE": ("agencia efe", "efe.com"),
    "epd": ("", "epd.de"),
    "Europa Press": ("", "europapress.es"),
    "Fars": ("فارس", "farsnews.ir"),
    "IANS": ("", "ians.in"),
    "IHA": ("", "iha.com.tr"),
    "INA": ("واع", "ina.iq"),
    "Interfax": ("интерфакс", "interfax.ru"),
    "IRNA": ("ایرنا", "irna.ir"),
    "ISNA": ("ایسنا", "isna.ir"),
    "Jiji": ("jiji press", "jiji.com"),
    "KNA": ("", "kna.de"),
    "KUNA": ("", "kuna.net.kw"),
    "Kyodo": ("", "kyodonews.net"),
    "Lusa": ("", "lusa.pt"),
    "Mehr": ("مهر", "mehrnews.com"),
    "MENA": ("", "mena.org.eg"),
    "MTI": ("", "mti.hu"),
    "NNA": ("", "nna-leb.gov.lb"),
    "NTB": ("", "ntb.no"),
    "PA": ("pa media, press association", "pa.media"),
    "PAP": ("", "pap.pl"),
    "Petra": ("", "petra.gov.jo"),
    "PTI": ("", "ptinews.com"),
    "QNA": ("", "qna.org.qa"),
    "Reuters": ("thomson reuters, رويترز, רויטרס", "reuters.com"),
    "RIA Novosti": ("риа новости", "ria.ru"),
    "Ritzau": ("", "ritzau.dk"),
    "SANA": ("سانا", "sana.sy"),
    "SID": ("", "sid.de"),
    "SPA": ("", "spa.gov.sa"),
    "STT": ("", "stt.fi"),
    "Tanjug": ("", "tanjug.rs"),
    "Tasnim": ("تسنیم", "tasnimnews.com"),
    "TASS": ("тасс", "tass.com"),
    "TT": ("", "tt.se"),
    "Ukrinform": ("", "ukrinform.net"),
    "UPI": ("", "upi.com"),
    "WAFA": ("وفا", "wafa.ps"),
    "WAM": ("", "wam.ae"),
    "Xinhua": ("", "xinhuanet.com"),
    "Yonhap": ("", "yna.co.kr"),
}
# Every name, folded, with the common one.
_WIRES = {
    text.fold(name): wire
    for wire, (others, _) in _AGENCIES.items()
    for name in (wire, *filter(None, others.split(", ")))
}
AGENCIES = frozenset(_WIRES)
_SITES = {site: wire for wire, (_, site) in _AGENCIES.items()}

# In brackets or slashes, e.g. "BEIRUT (AP) —", "MOSCOW, May 18. /TASS/.", "(Reuters) -"
_BRACKETED = re.compile(r"[(/\[]([^()/\[\]]{2,30})[)/\]]")
# e.g. "ДАМАСК, 5 янв — РИА Новости. Порт …"
_DASHED = re.compile(r"\s[—–-]\s+([^.—–:،,-]{2,30})[.:]\s")
_REPORTED = re.compile(r"به گزارش\s+([^،,]{2,30})[،,]")
# Folded, around a name, e.g. "وكالة الأناضول", "خبرگزاری ایسنا", "агентство Интерфакс"
_AGENCY_WORD = re.compile(
    r"^(?:وكال[ةه](?: [أا]نباء)?|خبرگزار[يی]|агентство|agence|agencia|agentur) "
    r"| (?:haber )?(?:ajans[iı]|agency)$"
)
_LONGEST_NAME = 40  # characters
_DATELINE = 70  # characters at the beginning or at the end of a text, with the agency's name
# Between the names of a credit line, e.g. "AFP, dpa and our correspondent"
_BETWEEN = re.compile(
    r"(?:(?<!\s)\s+)?(?:[,;/|&+]| and | und | et | with | from | by |：|:)\s*", re.I
)
# An agency that only contributed, e.g. "The Associated Press contributed to this report."
_CONTRIBUTED = re.compile(
    r"\b(?:the )?(associated press|ap|reuters|afp|agence france-presse|dpa|anadolu(?: agency)?)\b"
    r" (?:contributed|report|writers?|reporting)",
    re.I,
)
_HOME_PAGE_SLASHES = 2  # in the URL of a home page, e.g. "https://www.afp.com"


def wire_of(
    *,
    credit: str | None,
    body: Sequence[str],
    claimed: str | None,
    links: Iterable[str],
) -> str | None:
    """Return the agency that a text is from, by its common name; None where nothing names one.

    Named by the dateline, the credit line, the canonical URL that a copy claims, or a link to the
    agency's home page. An agency that only contributed is none.
    """
    named = (
        _in_datelines(body),
        _in_credit(credit or ""),
        _of_site(claimed or ""),
        _in_links(links),
    )
    return _first(named)


def _in_datelines(body: Sequence[str]) -> str | None:
    """Return the agency that the first or the last paragraph names in brackets."""
    if not body:
        return None
    beginning, end = body[0][:_DATELINE], body[-1][-_DATELINE:]
    return (
        _in_brackets(beginning) or _after_dash(beginning) or _in_brackets(end) or _alone(body[-1])
    )


def _after_dash(beginning: str) -> str | None:
    """Return the agency between a dash and the first sentence, or that a text begins with.

    e.g. "MOSCOW, May 18 — RIA Novosti. The port …", "به گزارش ایسنا، بندر …" ("ISNA reports")
    """
    match = _DASHED.search(beginning) or _REPORTED.match(beginning)
    return None if match is None else _wire(match[1])


def _alone(line: str) -> str | None:
    """Return the agency that is a whole line."""
    return _wire(line) if len(line) <= _LONGEST_NAME else None


def _wire(name: str) -> str | None:
    """Return the common name of an agency, written with or without the word "agency"."""
    return _WIRES.get(_AGENCY_WORD.sub("", text.fold(name)).strip(' .()«»"'))


def _in_brackets(line: str) -> str | None:
    return _first(map(_wire, _BRACKETED.findall(line)))


def _in_credit(credit: str) -> str | None:
    """Return the agency that a credit line names, e.g. "Anadolu Agency, with our reporter"."""
    if _CONTRIBUTED.search(credit):
        return None
    return _first(map(_wire, _BETWEEN.split(credit)))


def _in_links(links: Iterable[str]) -> str | None:
    """Return the agency with a home page among the links: a link to a report is a citation."""
    home_pages = filter(_is_home_page, links)
    return _first(map(_of_site, home_pages))


def _of_site(url: str) -> str | None:
    """Return the agency that owns the site of a URL."""
    try:
        host = address_of(url).host
    except ValueError:
        return None
    return _SITES.get(host.removeprefix("www."))


def _is_home_page(link: str) -> bool:
    return link.rstrip("/").count("/") == _HOME_PAGE_SLASHES


def _first(wires: Iterable[str | None]) -> str | None:
    return next(filter(None, wires), None)
