"""Bytes become text: whose word counts, and what happens where nobody's is true."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import webencodings

from crawler.text import charset, labels
from tests.support import encodings

ARABIC = "أعلن الوزير أن آخر القوات الأجنبية ستغادر البلاد قبل نهاية العام الجاري. "
RUSSIAN = "Министр сказал, что последние иностранные войска покинут страну до конца года. "
TURKISH = "Bakan, son yabancı askerlerin yıl sonundan önce ülkeden ayrılacağını söyledi. "
Read = Callable[[bytes, str | None], charset.Decoded]


@pytest.mark.parametrize(
    ("body", "content_type", "name", "origin"),
    [
        (b"\xef\xbb\xbfK\xc3\xb6ln", "text/html; charset=latin1", "utf-8", "byte order mark"),
        ("سوريا".encode("utf-16"), None, "utf-16le", "byte order mark"),
        (ARABIC.encode("cp1256"), "text/html; charset=windows-1256", "windows-1256", "header"),
        (b'<meta charset="cp1251">' + RUSSIAN.encode("cp1251"), None, "windows-1251", "meta"),
        (b'<meta charset="x-user-defined">K\xf6ln', None, "windows-1252", "meta"),
        (b"<?xml encoding='koi8-r'?>" + RUSSIAN.encode("koi8-r"), None, "koi8-r", "xml"),
        ("Köln".encode(), None, "utf-8", "utf-8"),
        ("Köln".encode(), "text/html; charset=iso-8859-1", "utf-8", "utf-8"),
        (b"K\xf6ln", "text/html; charset=iso-8859-1", "windows-1252", "header"),
    ],
)  # fmt: skip
def test_the_mark_comes_before_the_header_and_the_header_before_the_page(
    body: bytes, content_type: str | None, name: str, origin: str
) -> None:
    decoded = charset.read(body, content_type)

    assert (decoded.charset, decoded.origin) == (name, origin)
    assert decoded.unreadable == 0


@pytest.mark.parametrize(
    ("text", "codec"),
    [(ARABIC, "cp1256"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (TURKISH, "cp1254")],
)
@pytest.mark.parametrize("declared", ["", "utf-8"])
def test_an_undeclared_or_misdeclared_page_is_read_from_its_bytes(
    text: str, codec: str, declared: str
) -> None:
    """`Content-Type: charset=utf-8` over a page of 1998 is common; browsers show its mojibake."""
    page = f"<html><script>var a = 1;</script><p>{text * 5}</p></html>"

    decoded = charset.read(page.encode(codec), f"text/html; charset={declared}")

    assert text in decoded.text
    assert decoded.origin == "detected"


JAPANESE = "大臣は、最後の外国部隊が年末までに国を離れると述べた。"


@pytest.mark.parametrize("declared", ["", "iso-2022-jp", "utf-8", "shift_jis"])
@pytest.mark.parametrize("read", [charset.read, charset.read_data])
def test_japanese_in_escapes_is_read_whatever_is_declared(read: Read, declared: str) -> None:
    """Its bytes are ASCII, and so they are UTF-8 as well."""
    body = f"<p>{JAPANESE}</p>".encode("iso-2022-jp")

    decoded = read(body, f"text/html; charset={declared}")

    assert (decoded.text, decoded.charset) == (f"<p>{JAPANESE}</p>", "iso-2022-jp")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("start", ["<p>", "\n<p>", '{"a": "'])
@pytest.mark.parametrize("read", [charset.read, charset.read_data])
def test_wide_characters_without_a_mark_are_seen_by_their_nul_bytes(
    read: Read, start: str, codec: str
) -> None:
    decoded = read(f"{start}The ferry sails".encode(codec), "text/html; charset=utf-8")

    assert decoded.text == f"{start}The ferry sails"


@pytest.mark.parametrize("read", [charset.read, charset.read_data])
def test_one_bad_byte_costs_one_character(read: Read) -> None:
    body = f"<p>{ARABIC}</p>".encode() + b"\xd8 <p>" + ARABIC.encode()

    decoded = read(body, "text/html; charset=windows-1256")

    assert (decoded.text.count(ARABIC), decoded.unreadable) == (2, 1)


def test_a_default_label_is_not_believed_over_the_alphabet_of_the_text() -> None:
    """`AddDefaultCharset ISO-8859-1` of a server is said of every file."""
    declared = b"<?xml version='1.0' encoding='windows-1251'?>"
    header = "text/xml; charset=iso-8859-1"
    russian, french = RUSSIAN.encode("cp1251"), "Déjà l'été à la forêt, où ça?".encode("cp1252")

    texts = [charset.read_data(declared + russian, header), charset.read_data(russian * 3, header)]
    assert [text.charset for text in texts] == ["windows-1251", "windows-1251"]
    assert charset.read_data(french, header).charset == "windows-1252"


SOME = [one for number, one in enumerate(encodings.combinations()) if number % 40 == 0]


@pytest.mark.parametrize("kind", ["feed", "sitemap", "opml", "json", "page"])
def test_a_document_is_read_where_anything_says_what_its_bytes_are(kind: str) -> None:
    """Each fortieth of the combinations that `python -m bench.encodings` reads."""
    known = [one for one in SOME if one.kind == kind and one.is_known]
    wrong = [one for one in known if not encodings.is_right(one)]

    assert len(known) >= 10
    assert wrong == []


def test_what_nobody_can_read_is_counted() -> None:
    page = b"<p>" + "Köln am Rhein. ".encode() * 900 + b"\xff\xfe</p>"

    decoded = charset.read(page, "text/html; charset=utf-8")

    assert decoded.text.count("\ufffd") == decoded.unreadable == 2
    assert decoded.described == "header, 2 characters unreadable"


@pytest.mark.parametrize(
    "label", ["zlib", "utf-7", "unicode_escape", "punycode", "hex", "undefined", "\ud83d"]
)
def test_no_header_selects_a_codec_that_is_no_charset(label: str) -> None:
    assert labels.codec_for(label) is None
    assert charset.decode(b"a\xc3\xa4", f"text/html; charset={label}") == "aä"


def test_what_a_meta_declares_is_found_as_the_standard_says(shared: Path) -> None:
    """html5lib's sniffing cases, but for the one that needs a script to run."""
    folder = shared / "data/encoding/html5lib"
    cases = [
        case
        for file in sorted(folder.glob("*.dat"))
        for case in re.findall(
            rb"#data\n(.*?)\n#encoding\n(.*?)\n(?:\n|$)", file.read_bytes(), re.S
        )
    ]
    wrong = [(body, label) for body, label in cases if not _is_read_as(body, label.decode())]

    assert len(cases) >= 80
    assert not wrong


def _is_read_as(body: bytes, label: str) -> bool:
    expected = webencodings.lookup(label.strip())
    found = charset.declared_in(body)
    return (found or "windows-1252") == (expected.name if expected else "windows-1252")


def test_a_byte_of_latin_1_in_a_page_of_utf_8_is_a_letter() -> None:
    page = "<p>Der Fährmann grüßt, der Hafen ist für alle geöffnet.</p>".encode()

    decoded = charset.read(page + b"<p>Sie k\xf6nnen kommen.</p>")

    assert "Sie können kommen." in decoded.text
    assert (decoded.charset, decoded.unreadable) == ("utf-8", 0)


def test_a_character_that_was_cut_is_no_letter_of_latin_1() -> None:
    text = "غادرت القافلة الأخيرة القاعدة صباح الاثنين".encode()

    assert charset.read(text[:-1]).text.endswith("\ufffd")
    assert "\ufffd" in charset.read(text[:21] + text[22:]).text


def test_turkish_is_not_read_as_icelandic() -> None:
    turkish = "Bakanlık sözcüsü, kışlanın boşaltıldığını ve geçişin açıldığını söyledi. " * 3
    icelandic = "Skipið sigldi þá út á sjóinn, og það var gott veður þann daginn, sögðu þeir. " * 3
    label = "text/html; charset=iso-8859-1"

    assert charset.read(turkish.encode("windows-1254"), label).text == turkish
    assert charset.read(icelandic.encode("windows-1252"), label).text == icelandic
