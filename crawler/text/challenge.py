"""Pages that services put in place of what was asked for, to keep robots out."""

import re

from crawler.text import charset
from crawler.text.normal import count_words, tidy

MOST_WORDS = 60  # a challenge has fewer

# As the services title them, Cloudflare in the language of the reader.
TITLE = re.compile(
    r"^(?:just a moment|attention required|access (?:to this page has been )?denied|verify(?:ing)? "
    r"(?:that )?you are (?:a )?human|are you a (?:robot|human)|please wait|checking your browser"
    r"|ddos-guard|bot verification|security check|captcha|one more step|pardon our interruption"
    r"|request rejected|error 1020|you have been blocked|human verification"
    r"|vercel security checkpoint|client challenge|sucuri website firewall|radware bot manager"
    r"|making sure you're not a bot)"
    r"|^(?:nur einen moment|un instant|un momento|um momento|een moment|ci siamo quasi|один момент"
    r"|bir dakika lütfen|لحظة|cierpliwości)\W*$",
    re.I,
)
# Names in the scripts of services that protect sites: Cloudflare, Imperva, PerimeterX, DataDome,
# DDoS-Guard, AWS WAF, Akamai, Sucuri, Radware, Anubis, and the cookie that shared hosts compute.
MARKS = (
    b"/cdn-cgi/challenge-platform/",
    b"cf-chl-",
    b"_cf_chl_opt",
    b"_Incapsula_Resource",
    b"px-captcha",
    b"captcha-delivery.com",
    b"ddos-guard",
    b"awsWafCookieDomainList",
    b"/_sec/cp_challenge/",
    b"sucuri_cloudproxy_js",
    b"perfdrive.com",
    b"/.within.website/x/cmd/anubis/",
    b"slowAES.decrypt",
)
_MOST_BYTES = 100_000  # of a page that are looked at: no challenge is longer than a few kB
_HIDDEN = re.compile(rb"<(script|style)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_MARKUP = re.compile(rb"<[^<>]*>?")
_TITLE_ELEMENT = re.compile(rb"<title[^<>]*>([^<]{1,300})", re.I)


def challenge_in(body: bytes, content_type: str | None = None) -> str | None:
    """Return how a page shows that it is a challenge, or None where it is none.

    Sites that are protected have the same scripts on every page; a challenge has little text.
    """
    page = charset.read(body[:_MOST_BYTES], content_type).utf8
    sign = _sign_in(page)
    if sign is None or _words_of(page) >= MOST_WORDS:
        return None
    return f"a challenge page, {sign}"


def _sign_in(page: bytes) -> str | None:
    """Return the title or the script that a challenge has."""
    title = _title_of(page)
    if TITLE.search(title) is not None:
        return f'titled "{title}"'
    for mark in MARKS:
        if mark in page:
            return f"with {mark.decode()}"
    return None


def _title_of(page: bytes) -> str:
    match = _TITLE_ELEMENT.search(page)
    if match is None:
        return ""
    return tidy(match[1].decode())


def _words_of(page: bytes) -> int:
    """Return how many words a page shows."""
    visible = _HIDDEN.sub(b" ", page)
    shown = _MARKUP.sub(b" ", visible)
    return count_words(shown.decode())
