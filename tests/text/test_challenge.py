"""A challenge is distinguished from a page of a site that has the same scripts on every page."""

import pytest

from crawler.text.challenge import challenge_in

PROTECTED = '<script src="/cdn-cgi/challenge-platform/h/b/scripts/jsd/main.js"></script>'


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<title>Just a moment...</title><noscript>Enable cookies</noscript>",
         'a challenge page, titled "Just a moment..."'),
        ("<title>Один момент…</title>", 'a challenge page, titled "Один момент…"'),
        (f"<title>harbour.example</title>{PROTECTED}",
         "a challenge page, with /cdn-cgi/challenge-platform/"),
        ("<script>document.cookie = toHex(slowAES.decrypt(c, 2, a, b))</script>",
         "a challenge page, with slowAES.decrypt"),
    ],
)  # fmt: skip
def test_a_challenge_is_named(page: str, reason: str) -> None:
    assert challenge_in(page.encode()) == reason


@pytest.mark.parametrize(
    "page",
    [
        f"<title>The Harbour Post</title><p>{'Boats sail at dawn. ' * 30}</p>{PROTECTED}",
        "<title>Un momento histórico</title><p>Boats sail.</p>",
        "<title>Page not found</title><p>404</p>",
        "",
    ],
)
def test_another_page_is_none(page: str) -> None:
    assert challenge_in(page.encode()) is None
