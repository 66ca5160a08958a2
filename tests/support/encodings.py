"""Documents in the encodings of the world's press, each with the labels that its bytes get.

A feed, a sitemap, a list in OPML, a JSON feed and a page, of 20 languages in 45 encodings. Each
declares nothing, the truth, UTF-8, UTF-16, or another encoding of its region; its header says
nothing, the truth, UTF-8 or Latin 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from crawler.errors import FeedUnreadable
from crawler.text import charset

Kind = Literal["feed", "sitemap", "opml", "json", "page"]

_HEADLINES = {
    "ar": "أعلن الوزير أن آخر القوات الأجنبية ستغادر البلاد قبل نهاية العام",
    "fa": "وزیر گفت که آخرین نیروهای خارجی پیش از پایان سال کشور را ترک می کنند",
    "he": "השר אמר כי אחרוני החיילים הזרים יעזבו את המדינה לפני סוף השנה",
    "ru": "Министр сказал, что последние войска покинут страну до конца года",
    "uk": "Міністр сказав, що останні війська залишать країну до кінця року",
    "bg": "Министърът каза, че последните войски ще напуснат страната до края на годината",
    "tr": "Bakan, son yabancı askerlerin yıl sonundan önce ülkeden ayrılacağını söyledi",
    "el": "Ο υπουργός είπε ότι τα τελευταία στρατεύματα θα φύγουν πριν από το τέλος του έτους",
    "de": "Der Minister erklärte, die letzten Truppen würden das Land über Nacht räumen",
    "fr": "Le ministre a déclaré que les dernières forces étrangères quitteraient déjà le pays",
    "pl": "Minister oświadczył, że ostatnie oddziały opuszczą kraj jeszcze przed końcem roku",
    "cs": "Ministr řekl, že poslední vojáci opustí zemi ještě před koncem roku",
    "hu": "A miniszter közölte, hogy az utolsó csapatok még az év vége előtt elhagyják az országot",
    "lt": "Ministras pareiškė, kad paskutiniai kariai išvyks iš šalies dar iki metų pabaigos",
    "th": "รัฐมนตรีกล่าวว่ากองกำลังต่างชาติชุดสุดท้ายจะออกจากประเทศก่อนสิ้นปี",
    "ja": "大臣は、最後の外国部隊が年末までに国を離れると述べた",
    "zh": "部长表示，最后一批外国军队将在年底前离开该国",
    "zh-tw": "部長表示，最後一批外國軍隊將在年底前離開該國",
    "ko": "장관은 마지막 외국 군대가 연말 이전에 그 나라를 떠날 것이라고 말했다",
    "en": "The minister said that the last foreign troops would leave before the year's end",
}
# The label that a document declares, and the codec of Python that writes it.
_ENCODINGS = {
    "ar": "windows-1256 iso-8859-6",
    "fa": "",
    "he": "windows-1255",
    "ru": "windows-1251 koi8-r iso-8859-5",
    "uk": "windows-1251 koi8-u",
    "bg": "windows-1251",
    "tr": "windows-1254 iso-8859-9",
    "el": "windows-1253 iso-8859-7",
    "de": "windows-1252 iso-8859-1 iso-8859-15",
    "fr": "windows-1252 iso-8859-1",
    "pl": "windows-1250 iso-8859-2",
    "cs": "windows-1250 iso-8859-2",
    "hu": "windows-1250",
    "lt": "windows-1257",
    "th": "windows-874",
    "ja": "shift_jis euc-jp iso-2022-jp",
    "zh": "gbk gb18030",
    "zh-tw": "big5",
    "ko": "euc-kr",
    "en": "",
}
_UNICODE = "utf-8 utf-8-mark utf-16le utf-16be utf-16le-mark utf-16be-mark"
_CODECS = {
    "windows-874": "cp874",
    "utf-8-mark": "utf-8-sig",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_NEIGHBOURS = {
    "ar": "windows-1252",
    "he": "iso-8859-1",
    "ru": "koi8-r",
    "uk": "iso-8859-5",
    "ja": "shift_jis",
    "zh": "big5",
    "zh-tw": "gbk",
    "ko": "shift_jis",
}
DOCUMENTS: dict[Kind, str] = {
    "feed": "{declaration}<rss version='2.0'><channel><title>A</title><link>http://a.example/</link>"
    "<item><title>{text}</title><link>http://a.example/1</link>"
    "<description>{text}</description></item></channel></rss>",
    "sitemap": "{declaration}<urlset><url><loc>http://a.example/1</loc><news><title>{text}</title>"
    "</news></url></urlset>",
    "opml": "{declaration}<opml version='2.0'><body><outline text='{text}' type='rss'"
    " xmlUrl='http://a.example/feed'/></body></opml>",
    "json": '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1",'
    ' "url": "http://a.example/1", "title": "{text}"}}]}}',
    "page": "<!doctype html><html><head>{declaration}<title>{text}</title></head>"
    "<body><p>{text}</p></body></html>",
}


@dataclass(frozen=True, slots=True)
class Combination:
    """A document in bytes, and the labels that they get."""

    kind: Kind
    language: str
    encoding: str  # that the bytes are in
    declared: str
    header: str

    @property
    def text(self) -> str:
        """The headline in it."""
        return _HEADLINES[self.language]

    @property
    def body(self) -> bytes:
        """The document."""
        declaration = ""
        if self.declared:
            is_page = self.kind == "page"
            form = '<meta charset="{}">' if is_page else '<?xml version="1.0" encoding="{}"?>\n'
            declaration = form.format(self.declared)
        document = DOCUMENTS[self.kind].format(declaration=declaration, text=self.text)
        mark = "\ufeff" if self.encoding.startswith("utf-16") and "mark" in self.encoding else ""
        label = self.encoding.removesuffix("-mark") if mark else self.encoding
        return (mark + document).encode(_CODECS.get(label, label), "xmlcharrefreplace")

    @property
    def content_type(self) -> str:
        """The header."""
        return f"text/xml; charset={self.header}" if self.header else "text/xml"

    @property
    def is_known(self) -> bool:
        """Whether mark, bytes, declaration or header say what the bytes are."""
        own = self.encoding.removesuffix("-mark")
        return own.startswith("utf-") or own in (self.declared, self.header)


def combinations() -> Iterator[Combination]:
    """Yield every combination; JSON declares nothing."""
    for kind in DOCUMENTS:
        for language in _HEADLINES:
            for encoding in f"{_UNICODE} {_ENCODINGS[language]}".split():
                own = encoding.removesuffix("-mark")
                for declared in _declared(kind, own, language):
                    for header in dict.fromkeys(("", own, "utf-8", "iso-8859-1")):
                        yield Combination(kind, language, encoding, declared, header)


def _declared(kind: Kind, own: str, language: str) -> list[str]:
    if kind == "json":
        return [""]
    wrong = _NEIGHBOURS.get(language, "windows-1252")
    return list(dict.fromkeys(("", own, "utf-8", "utf-16", wrong)))


def is_right(combination: Combination) -> bool:
    """Whether the headline is in what is read."""
    read = charset.read if combination.kind == "page" else charset.read_data
    try:
        decoded = read(combination.body, combination.content_type)
    except FeedUnreadable:
        return False
    return combination.text in decoded.text
