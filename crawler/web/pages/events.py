"""`/events`: what is live, for a page that is open."""

from crawler.web import live
from crawler.web.answering import Streamed
from crawler.web.asking import Asked, Busy

_MOST_ARTICLES = 2**53  # numbers of articles that a script can write exactly


def page(asked: Asked) -> Streamed:
    """Return the stream of states. Raises Busy where too many pages are open."""
    if asked.site.open_streams >= live.MOST_READERS:
        raise Busy
    after = asked.number("after", -1, least=0, most=_MOST_ARTICLES)
    return Streamed(
        parts=live.events(asked.site, None if after < 0 else after),
        media_type="text/event-stream",
        headers={"cache-control": "no-store"},
    )
