"""`/changes`: what outlets changed in their articles, the newest first, by kind."""

from itertools import islice

from crawler.web.answering import Page
from crawler.web.asking import Asked
from crawler.web.rendering import address
from storage.articles.changed import KINDS, Changed, Wish, changed

_SHOWN = 50  # changes on a page


def page(asked: Asked) -> Page:
    """Return a page of changes. Raises Mistake."""
    kind = asked.choice("kind", ["", *KINDS], "")
    shows_all = asked.flag("all")
    wish = Wish(
        before=asked.text("before") or None,
        kind=kind or None,  # type: ignore[arg-type]  # one of them
        is_everything=shows_all,
    )
    found = list(islice(changed(asked.connection, wish), _SHOWN + 1))
    shown = found[:_SHOWN]
    given = {"kind": kind, "all": "1" if shows_all else ""}
    following = shown[-1].stored_at if len(found) > _SHOWN else None
    return Page(
        template="changes.html",
        title="Changes",
        records=shown,
        next=address("/changes", **given, before=following) if following else None,
        values={
            "shown": shown,
            "kind": kind,
            "kinds": [
                (one, address("/changes", **{**given, "kind": one}), one == kind)
                for one in ("", *KINDS)
            ],
            "shows_all": shows_all,
            "other": address("/changes", kind=kind, all="" if shows_all else "1"),
        },
    )


def newest(asked: Asked, most: int) -> list[Changed]:
    """Return the newest changes of articles on topic."""
    return list(islice(changed(asked.connection, Wish()), most))
