"""The headers of every answer: what a browser may do with it.

Content Security Policy Level 3, Trusted Types, Fetch Metadata and the cross-origin policies of the
HTML Standard. No page needs an inline script, style or handler.
"""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
# An archived page: nothing loads, nothing runs, it has no origin, and only our own frame shows it.
ARCHIVED_PAGE = (
    "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

# With `no-referrer` Chromium sends `Origin: null` with our own form.
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-cache, private",
}
IMMUTABLE = "public, max-age=31536000, immutable"
