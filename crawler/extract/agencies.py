"""News agencies: the names they sign with, and the wire that a text is from.

Source of the names: the members' lists of EANA, FANA and OANA.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

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
_WIRES = {
    text.fold(name): wire
    for wire, (others, _) in _AGENCIES.items()
    for name in (wire, *filter(None, others.split(", ")))
}
AGENCIES = frozenset(_WIRES)
_SITES = {site: wire for wire, (_, site) in _AGENCIES.items()}

# "BEIRUT (AP) —", "MOSCOW, May 18. /TASS/.", "(Reuters) -" at the beginning, "(AFP)" at the end.
_BRACKETED = re.compile(r"[(/\[]([^()/\[\]]{2,30})[)/\]]")
_DATELINE = 70  # characters in which it stands, at the beginning or at the end
_PART = re.compile(r"(?:(?<!\s)\s+)?(?:[,;/|&+]| and | und | et | with | from | by |：|:)\s*", re.I)
_CREDITED = re.compile(
    r"\b(?:the )?(associated press|ap|reuters|afp|agence france-presse|dpa|anadolu(?: agency)?)\b"
    r" (?:contributed|report|writers?|reporting)",
    re.I,
)


def wire_of(
    *, credit: str | None, body: Sequence[str], claimed: str | None, links: Iterable[str]
) -> str | None:
    """Return the agency that a text is from, by its common name; None where nothing names one.

    Named by the dateline, the credit line, the canonical URL that a copy claims, or a link to the
    agency's home page. An agency that only contributed is none.
    """
    if body and (wire := _in_dateline(body[0][:_DATELINE]) or _in_dateline(body[-1][-_DATELINE:])):
        return wire
    if credit and not _CREDITED.search(credit):
        named = (_WIRES.get(text.fold(part).strip(" .()")) for part in _PART.split(credit))
        if (wire := next(filter(None, named), None)) is not None:
            return wire
    homes = (link for link in links if link.rstrip("/").count("/") == 2)
    return next(filter(None, map(_of_site, chain([claimed or ""], homes))), None)


def _in_dateline(line: str) -> str | None:
    named = (_WIRES.get(text.fold(name).strip()) for name in _BRACKETED.findall(line))
    return next(filter(None, named), None)


def _of_site(url: str) -> str | None:
    try:
        host = address_of(url).host
    except ValueError:
        return None
    return _SITES.get(host.removeprefix("www."))
