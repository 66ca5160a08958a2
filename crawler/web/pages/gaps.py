"""`/gaps`: the holes in what was watched, as `drawdown gaps` lists them."""

from collections import Counter
from typing import get_args

from crawler.web.answering import Page
from crawler.web.asking import Asked
from crawler.web.rendering import address
from storage.monitoring.gaps import Cause, Gap
from storage.monitoring.holes import may_be_loss

_SHOWN = 500  # gaps on a page
_CAUSES = get_args(Cause)
PLAIN = {
    "not polled": "No daemon ran: nobody knows what appeared meanwhile.",
    "failed": "The source did not answer, or not with its list.",
    "blocked": "The source refused us.",
    "window overflow": "No entry of the poll before was left: some may have passed unseen.",
    "source silent": "The source answered and had nothing new, against its own rhythm.",
    "topic silent": "No outlet wrote of the topic, against the rhythm of all.",
}


def page(asked: Asked) -> Page:
    """Return the gaps that are asked for. Raises Mistake."""
    shows_all = asked.flag("all")
    cause = asked.choice("cause", ["", *_CAUSES], "")
    source = asked.text("source")
    ledger = asked.site.ledger.now(asked.now)
    of_source = [gap for gap in ledger.since(asked.moment("since")) if _is_of(gap, source)]
    counts = Counter(gap.cause for gap in of_source if shows_all or may_be_loss(gap))
    of_cause = [gap for gap in of_source if cause in ("", gap.cause)]
    wanted = [gap for gap in of_cause if shows_all or may_be_loss(gap)]
    number = asked.number("page", 1)
    shown = wanted[(number - 1) * _SHOWN : number * _SHOWN]
    given = {name: asked.text(name) for name in ("source", "cause", "since", "all")}
    has_more = len(wanted) > number * _SHOWN
    return Page(
        template="gaps.html",
        title="Gaps",
        records=wanted,
        count=len(wanted),
        next=address("/gaps", **given, page=number + 1) if has_more else None,
        values={
            "gaps": shown,
            "total": len(wanted),
            "hidden": len(of_cause) - len(wanted),
            "source": source,
            "cause": cause,
            "since": asked.text("since"),
            "shows_all": shows_all,
            "causes": [
                (name, counts[name], address("/gaps", **{**given, "cause": name}))
                for name in _CAUSES
                if counts[name]
            ],
            "everything": address("/gaps", **{**given, "cause": None}),
            "with_all": address("/gaps", **{**given, "all": "1"}),
            "without_all": address("/gaps", **{**given, "all": None}),
            "previous": address("/gaps", **given, page=number - 1) if number > 1 else None,
            "now": asked.now,
            "plain": PLAIN,
        },
    )


def _is_of(gap: Gap, source: str) -> bool:
    """Return whether a gap is of an outlet; a silence of the topic is only with all outlets."""
    return source in ("", gap.source)
