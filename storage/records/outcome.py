"""How an attempt ended: the closed list, explained in docs/operations.md."""

from enum import StrEnum


class Outcome(StrEnum):
    """How an attempt ended. Each discovered URL carries exactly one at any moment."""

    # Articles
    PENDING = "pending"  # discovered, not yet ended: waiting for its first or next try
    STORED = "stored"  # a new article of the corpus
    ALIAS = "alias"  # leads to an article that is stored under another address
    TOO_OLD = "too_old"  # the feed's date lies before the age gate
    NOT_ARTICLE = "not_article"  # a page without an article body
    SECTION_PAGE = "section_page"  # a list of articles
    HOME_PAGE = "home_page"
    VIDEO = "video"  # a video with a line of text
    LIVE_BLOG = "live_blog"  # grows all day: no text of one moment is its article
    CONSENT_WALL = "consent_wall"  # asks for consent in place of the article
    SOFT_404 = "soft_404"  # says that it is missing, with status 200
    OFF_TOPIC = "off_topic"  # an imported page that was not wanted (`import --relevant`)
    FORGOTTEN = "forgotten"  # removed on demand, and never fetched again
    NOT_HTML = "not_html"  # a PDF, a picture, a video
    # Polls and revisits
    POLLED = "polled"  # the source answered with entries
    UNCHANGED = "unchanged"  # 304, or the same bytes as last time
    REVISED = "revised"  # the outlet changed the text: a new revision
    REMOVED = "removed"  # the outlet took the article down; its text is kept
    BAD_FEED = "bad_feed"  # not a feed, or one that nobody can read
    # The server said no
    ROBOTS_DENIED = "robots_denied"
    SLOW_BY_ROBOTS = "slow_by_robots"  # a Crawl-delay so long that only feeds are polled
    ROBOTS_UNREACHABLE = "robots_unreachable"
    DENIED = "denied"  # 401, 403, 451
    BLOCKED = "blocked"  # a challenge in place of the article
    NOT_FOUND = "not_found"
    GONE = "gone"
    CLIENT_ERROR = "client_error"  # any other 4xx
    RATE_LIMITED = "rate_limited"  # 429, 503
    SERVER_ERROR = "server_error"  # any other 5xx and undefined classes
    EMPTY = "empty"  # 200 or 204 without a body
    PARTIAL = "partial"  # 206 that nobody asked for
    # The address
    BAD_URL = "bad_url"
    SCHEME = "scheme"  # neither http nor https
    BLOCKED_ADDRESS = "blocked_address"  # private, loopback, metadata: never dialled
    REDIRECT_LOOP = "redirect_loop"  # more than the allowed hops
    # The network
    DNS = "dns"
    TLS = "tls"
    NETWORK = "network"  # refused, reset, unreachable, closed early
    TIMEOUT = "timeout"  # connect or read limit
    DEADLINE = "deadline"  # the limit of the whole fetch
    PROTOCOL = "protocol"  # not HTTP/1.1
    # The body
    TOO_LARGE = "too_large"
    TOO_LARGE_DECODED = "too_large_decoded"  # over the cap or expanded more than 100:1
    TINY_CHUNKS = "tiny_chunks"
    TRUNCATED = "truncated"  # shorter than announced
    TRUNCATED_ENCODING = "truncated_encoding"  # the compressed stream never ended
    DECODE = "decode"  # not in the coding it claims
    ENCODING = "encoding"  # an unknown coding, or more than one
    PARSE_TIMEOUT = "parse_timeout"  # the parser was killed at its time limit
    PARSE_CRASH = "parse_crash"  # the parser died
    # Ourselves
    INTERNAL_ERROR = "internal_error"  # a bug of this program; the log has the traceback


# Outcomes after which a URL is tried again, by rows in the store (docs/operations.md).
RETRYABLE = frozenset(
    {
        Outcome.ROBOTS_UNREACHABLE,
        Outcome.RATE_LIMITED,
        Outcome.SERVER_ERROR,
        Outcome.EMPTY,
        Outcome.PARTIAL,
        Outcome.DNS,
        Outcome.TLS,
        Outcome.NETWORK,
        Outcome.TIMEOUT,
        Outcome.DEADLINE,
        Outcome.PROTOCOL,
        Outcome.TRUNCATED,
        Outcome.TRUNCATED_ENCODING,
        Outcome.TINY_CHUNKS,
        Outcome.PARSE_TIMEOUT,
        Outcome.PARSE_CRASH,
        Outcome.INTERNAL_ERROR,
    }
)
