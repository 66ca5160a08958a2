"""`/articles/ID/page`: the archived page, cleaned by a parser, in a frame that can do nothing.

Policy and sandbox alone would still open connections: a browser connects for a frame inside before
it refuses it. So nothing that asks for anything is left in the page either.
"""

from collections.abc import Mapping

from crawler.text import charset
from crawler.web.answering import Content, Page
from crawler.web.asking import Asked, NotFound
from crawler.web.cleaning import clean
from crawler.web.pages.article import get
from crawler.web.policy import ARCHIVED_PAGE
from storage.archive import places
from storage.archive.pages import page_of
from storage.archive.places import Place, folder_for
from storage.records.model import Page as Fetched


def page(asked: Asked) -> Page:
    """Return the page around the frame."""
    article = get(asked, asked.moment("as_of"))
    fetched = _fetched(asked, article.id, article.revision)
    return Page(
        template="archived.html",
        title=f"Archived page of {article.headline or article.id}",
        section="/search",
        values={"article": article, "fetched": fetched},
    )


def raw(asked: Asked) -> Content:
    """Return the cleaned page itself, under a policy that allows nothing."""
    article = get(asked, asked.moment("as_of"))
    fetched = _fetched(asked, article.id, article.revision)
    text = charset.decode(fetched.body, fetched.header("content-type"))
    headers: Mapping[str, str] = {"content-security-policy": ARCHIVED_PAGE}
    return Content(
        body=clean(text).encode("utf-8", "replace"),
        media_type="text/html; charset=utf-8",
        headers=headers,
    )


def _fetched(asked: Asked, article_id: int, revision: int) -> Fetched:
    """Return the newest archived page of an article up to a revision. Raises NotFound."""
    row = asked.connection.execute(
        """
        SELECT file, offset, length FROM archived
        WHERE article_id = :id AND revision <= :revision ORDER BY revision DESC, id DESC LIMIT 1
        """,
        {"id": article_id, "revision": revision},
    ).fetchone()
    if row is None:
        raise NotFound
    place = Place(row["file"], row["offset"], row["length"])
    try:
        return page_of(places.read(folder_for(asked.site.store), place)).page
    except (OSError, ValueError) as error:
        raise NotFound from error
