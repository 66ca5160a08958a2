"""The evidence bundle: one HTML file that is valid, safe and always the same, and its PDF."""

import io
import re
import sqlite3
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import html5lib
import pytest

from storage.articles import revisions
from storage.articles.corpus import Wanted
from storage.errors import StorageError
from storage.export import ExportRequest, write
from storage.export.bundle import document
from storage.export.withholding import Withheld
from storage.records.article import Insert, InsertKind
from storage.records.rights import Rights
from storage.records.verdict import Evidence, Verdict
from storage.sqlite import corpus_view
from tests.support.filling import NOW, store, visit

_HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;\x00\ufdd0\ud800"
_SENTENCE = "The garrison leaves on Friday."
_BODY = [f"Snow fell on the pier. {_SENTENCE} Nobody waved.", "القوات تغادر الميناء"]


def _bundle(connection: sqlite3.Connection, form: str = "html", **asked: object) -> bytes:
    out = io.BytesIO()
    wanted = Wanted(as_of=corpus_view.settled(connection))
    request = ExportRequest(form=form, wanted=wanted, **asked)  # type: ignore[arg-type]  # a test's shorthand
    write(connection, out, request)
    return out.getvalue()


def _page(connection: sqlite3.Connection, **asked: object) -> str:
    return _bundle(connection, **asked).decode()  # type: ignore[arg-type]  # as above


def _with_evidence(url: str, **fields: object) -> revisions.Visit:
    seen = visit(url, _BODY, NOW, **fields)
    evidence = Evidence(
        terms=("leaves",),
        place="lead",
        sentence=_SENTENCE,
        weight=1.0,
        movement="leave",
        mover="foreign",
        is_denied=True,
        paragraph=0,
        start=23,
    )
    verdict = Verdict(relevant=True, score=1.0, evidence=(evidence,), topic_version="t-1")
    return replace(seen, reading=replace(seen.reading, verdict=verdict))


@pytest.fixture
def filled(connection: sqlite3.Connection) -> sqlite3.Connection:
    store(connection, 1, "https://a.example/1", _with_evidence("https://a.example/1"))
    return connection


@pytest.fixture
def hostile(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A corpus in which every text of the web tries to be markup."""
    url = "https://a.example/1"
    rights = Rights(
        license="javascript:alert(1)",
        copyright=_HOSTILE,
        copyright_holder=_HOSTILE,
        usage_info="data:text/html,x",
        restrictions=("noai",),
    )
    seen = visit(
        url,
        [_HOSTILE, "\n" + _HOSTILE],
        NOW,
        headline=_HOSTILE,
        standfirst=_HOSTILE,
        byline=(_HOSTILE,),
        captions=(_HOSTILE,),
        inserts=(Insert(kind=InsertKind.TABLE, text="\n" + _HOSTILE, after=1),),
        language='ar" onload="alert(1)',
        rights=rights,
    )
    store(connection, 1, url, seen)
    return connection


@pytest.mark.parametrize("corpus", ["connection", "filled", "hostile"])
def test_it_is_html_that_a_strict_parser_accepts(
    corpus: str, request: pytest.FixtureRequest
) -> None:
    data = _bundle(request.getfixturevalue(corpus))

    html5lib.HTMLParser(strict=True).parse(data)


def test_no_text_of_the_web_is_markup(hostile: sqlite3.Connection) -> None:
    page = _page(hostile)
    tree = html5lib.parse(page, namespaceHTMLElements=False)

    assert {node.tag for node in tree.iter()}.isdisjoint({"script", "img", "iframe", "object"})
    attributes = {name for node in tree.iter() for name in node.attrib}
    assert not any(name.startswith("on") for name in attributes)
    assert page.count("&lt;script&gt;alert(1)") >= 8


def test_only_addresses_of_the_web_are_links(hostile: sqlite3.Connection) -> None:
    targets = re.findall(r'href="([^"]*)"', _page(hostile))

    assert targets
    assert all(target.startswith(("https://", "http://", "#")) for target in targets)


def test_nothing_is_loaded_from_outside(filled: sqlite3.Connection) -> None:
    page = _page(filled)

    assert re.search(r"<(?:link|img|iframe|script|audio|video)\b|url\(|@import|src=", page) is None
    assert "default-src &#x27;none&#x27;" in page


def test_the_sentences_of_the_evidence_are_marked(filled: sqlite3.Connection) -> None:
    page = _page(filled)

    assert f"Snow fell on the pier. <mark>{_SENTENCE}</mark> Nobody waved." in page
    assert "leave; foreign; denied" in page


def test_a_headline_that_is_evidence_is_marked(connection: sqlite3.Connection) -> None:
    seen = visit("https://a.example/1", _BODY, NOW, headline="Troops leave the pier")
    evidence = Evidence(terms=(), place="headline", sentence="Troops leave the pier", weight=1.0)
    verdict = Verdict(relevant=True, score=1.0, evidence=(evidence,), topic_version="t-1")
    marked = replace(seen, reading=replace(seen.reading, verdict=verdict))
    store(connection, 1, "https://a.example/1", marked)

    assert "<mark>Troops leave the pier</mark></h2>" in _page(connection)


def test_each_block_says_its_language_and_direction(connection: sqlite3.Connection) -> None:
    for number, language in enumerate(["ar", "de", "ku"], 1):
        url = f"https://a.example/{number}"
        store(connection, 1, url, visit(url, [f"Text {number}"], NOW, language=language))
    page = _page(connection)

    assert '<p lang="ar" dir="rtl">Text 1</p>' in page
    assert '<p lang="de" dir="ltr">Text 2</p>' in page
    assert '<p lang="ku" dir="auto">Text 3</p>' in page


def test_it_says_how_each_text_is_cited_and_where_it_is_from(filled: sqlite3.Connection) -> None:
    filled.execute(
        "INSERT INTO archived (article_id, revision, file, offset, length, digest)"
        " VALUES (1, 1, 'pages-1.warc.zst', 4096, 77, 'd')"
    )
    page = _page(filled)

    assert "SHA-256 of the page d" in page
    assert "drawdown1r1" in page
    for cell in ("pages-1.warc.zst", "4096", "77", "<code>d</code>", "Lists in which it was found"):
        assert cell in page


def test_copies_are_listed_with_their_family(connection: sqlite3.Connection) -> None:
    for number in (1, 2):
        url = f"https://{'ab'[number - 1]}.example/1"
        words = [f"The {word} of the pier was painted again before winter came." for word in _WORDS]
        published = NOW + timedelta(hours=number)
        store(connection, number, url, visit(url, words, published))
    page = _page(connection)

    assert page.count("Articles with the same text") == 2
    assert "exact copy, 100%" in page


_WORDS = ("rail", "lamp", "bench", "gate", "step", "clock")


def test_headings_go_down_by_one_and_the_contents_lead_to_each(filled: sqlite3.Connection) -> None:
    page = _page(filled, query="title:pier")
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert 'href="#drawdown1r1"' in page
    assert 'id="drawdown1r1"' in page
    assert "title:pier" in page


def test_the_same_call_gives_the_same_bytes_whatever_came_later(
    filled: sqlite3.Connection,
) -> None:
    as_of = corpus_view.settled(filled)
    before = _bundle(filled)
    revisions.mark_removed(filled, 1, NOW + timedelta(days=1), 410)

    out = io.BytesIO()
    write(filled, out, ExportRequest(form="html", wanted=Wanted(as_of=as_of)))
    assert out.getvalue() == before
    assert b"Taken down" in _bundle(filled)


def test_a_text_that_is_withheld_is_not_in_it(filled: sqlite3.Connection) -> None:
    page = _page(filled, withheld=Withheld(everything=True))

    assert _SENTENCE not in page
    assert "without the texts" in page


def test_a_bundle_that_nobody_could_read_is_refused(
    filled: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "_MOST", 0)

    with pytest.raises(StorageError, match="narrow the query"):
        _bundle(filled)


@pytest.mark.slow  # WeasyPrint asks ldconfig for its libraries
def test_a_pdf_is_printed_and_the_same_each_time(filled: sqlite3.Connection) -> None:
    pytest.importorskip("weasyprint", exc_type=ImportError)
    first = _bundle(filled, "pdf")

    assert first.startswith(b"%PDF-")
    assert first == _bundle(filled, "pdf")


def test_without_weasyprint_the_message_says_what_to_install(
    filled: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    with pytest.raises(StorageError, match=re.escape("pip install 'drawdown[pdf]'")):
        _bundle(filled, "pdf")
