"""What a page and its response claim of the rights in the text."""

import pytest

from crawler.extract.article import read_page
from storage.records.rights import Rights

_URL = "https://outlet.example/news/1"


def _rights(page: str, *headers: tuple[str, str]) -> Rights:
    return read_page(page.encode(), url=_URL, headers=headers).article.rights


def _json_ld(claims: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle",{claims}}}</script>'


def test_a_page_without_a_word_of_rights_claims_nothing() -> None:
    assert _rights("<p>The ferry is late.") == Rights()


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (_json_ld('"license":"/terms"'), "https://outlet.example/terms"),
        (_json_ld('"license":{"@type":"CreativeWork","url":"https://cc.example/by"}'),
         "https://cc.example/by"),
        ('<link rel="license" href="https://cc.example/by">', "https://cc.example/by"),
        ('<a rel="nofollow license" href="/reuse">Reuse</a>', "https://outlet.example/reuse"),
        ('<meta name="dcterms.license" content="Free for schools">', "Free for schools"),
        ('<figure><a rel="license" href="/photo">CC</a></figure>', None),
    ],
)  # fmt: skip
def test_a_licence_is_that_of_the_text(page: str, found: str | None) -> None:
    assert _rights(page).license == found


def test_a_licence_may_be_in_the_response() -> None:
    link = ("Link", '</style.css>; rel=preload, <https://cc.example/by>; rel="license"')

    assert _rights("<p>Text", link).license == "https://cc.example/by"


@pytest.mark.parametrize(
    ("page", "notice"),
    [
        (_json_ld('"copyrightNotice":"(c) 2026 Ferry Press"'), "(c) 2026 Ferry Press"),
        ('<meta name="copyright" content="Ferry Press">', "Ferry Press"),
        ("<footer><div>Contact <p>© 2026 <a>Ferry Press</a></p></div></footer>",
         "© 2026 Ferry Press"),
        ("<footer><p>Alle Rechte vorbehalten, Fährpresse GmbH</p></footer>",
         "Alle Rechte vorbehalten, Fährpresse GmbH"),
        ("<footer><p>جميع الحقوق محفوظة لصحيفة العبارة</p></footer>",
         "جميع الحقوق محفوظة لصحيفة العبارة"),
        ("<p>He wrote about copyright in 2020.</p>", None),
    ],
)  # fmt: skip
def test_a_copyright_notice_is_found(page: str, notice: str | None) -> None:
    assert _rights(page).copyright == notice


def test_a_holder_may_be_described_elsewhere() -> None:
    graph = (
        '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Old",'
        '"copyrightHolder":{"@id":"#press"},"usageInfo":"/use"},'
        '{"@type":"Organization","@id":"#press","name":"Ferry Press"}]}</script>'
    )
    rights = _rights(graph)

    assert rights.copyright_holder == "Ferry Press"
    assert rights.usage_info == "https://outlet.example/use"


@pytest.mark.parametrize(
    ("rules", "restrictions"),
    [
        ("index, follow, max-snippet:-1", ()),
        ("NoIndex,NOARCHIVE", ("noindex", "noarchive")),
        ("none", ("noindex",)),
        ("max-snippet:0", ("nosnippet",)),
        ("noai, noimageai", ("noai", "noimageai")),
    ],
)
def test_rules_are_read_from_the_page_and_from_the_response(
    rules: str, restrictions: tuple[str, ...]
) -> None:
    meta = f'<meta name="robots" content="{rules}">'

    assert _rights(meta).restrictions == restrictions
    assert _rights("<p>Text", ("X-Robots-Tag", rules)).restrictions == restrictions


@pytest.mark.parametrize(
    ("header", "restrictions"),
    [
        ("otherbot: noindex, noarchive", ()),
        ("drawdown: noarchive", ("noarchive",)),
        ("unavailable_after: 25 Jun 2026 15:00:00 PST", ()),
        ("noindex, max-snippet:20", ("noindex",)),
    ],
)
def test_rules_for_another_robot_are_not_ours(header: str, restrictions: tuple[str, ...]) -> None:
    assert _rights("<p>Text", ("x-robots-tag", header)).restrictions == restrictions


def test_the_strictest_length_of_a_snippet_counts() -> None:
    page = '<meta name="robots" content="max-snippet:80"><meta name="drawdown" content="x">'

    assert _rights(page, ("X-Robots-Tag", "max-snippet:20")).max_snippet == 20


@pytest.mark.parametrize(
    ("page", "headers", "is_reserved"),
    [
        ('<meta name="tdm-reservation" content="1">', (), True),
        ('<meta name="tdm-reservation" content="1">', (("TDM-Reservation", "0"),), False),
        ("<p>Text", (("tdm-reservation", "1"),), True),
        ("<p>Text", (), False),
    ],
)
def test_the_response_decides_whether_mining_is_reserved(
    page: str, headers: tuple[tuple[str, str], ...], is_reserved: bool
) -> None:
    assert ("tdm" in _rights(page, *headers).restrictions) is is_reserved


def test_the_policy_of_mining_is_an_address() -> None:
    assert _rights("<p>T", ("TDM-Policy", "/tdm.json")).tdm_policy == (
        "https://outlet.example/tdm.json"
    )
    assert _rights('<meta name="tdm-policy" content="javascript:x()">').tdm_policy is None


@pytest.mark.parametrize(
    ("claim", "is_forbidden"), [("disallow", True), ("no", True), ("allow", False)]
)
def test_a_meta_of_its_own_may_forbid_training(claim: str, is_forbidden: bool) -> None:
    page = f'<meta name="ai-training" content="{claim}">'

    assert ("noai" in _rights(page).restrictions) is is_forbidden
