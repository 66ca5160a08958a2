"""The articles that a query finds, as people read them: copies under their originals."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from crawler.commands.render.prose import say
from crawler.commands.render.text import moment, plain
from crawler.commands.render.verdict import percent
from crawler.comparison.kinds import kind_of_copy
from crawler.text.counting import counted
from storage.search.find import Found

_INDENT = 4  # columns before what is under a headline


def print_found(found: Sequence[Found], total: int, offset: int) -> None:
    """Print a page of results, and how many there are in all."""
    shown = {article.id for article in found}
    copies: defaultdict[int, list[Found]] = defaultdict(list)
    for article in found:
        if article.duplicate_of in shown:
            copies[article.duplicate_of].append(article)
    for article in found:
        if article.duplicate_of not in shown:
            _print(article, copies[article.id])
    _print_count(found, total, offset)


def _print(article: Found, copies: Sequence[Found]) -> None:
    """Print an article, and under it its copies on the same page."""
    say(f"{article.id}  {plain(article.headline)}", hanging=_INDENT, bold=True)
    facts = (
        plain(article.source),
        _date(article),
        article.language or "language unknown",
        _verdict(article),
        _original(article),
    )
    say(", ".join(filter(None, facts)), indent=_INDENT)
    say(plain(article.snippet), indent=_INDENT)
    for copy in copies:
        kind = kind_of_copy(copy.duplicate_kind)
        line = f"{copy.id}  {plain(copy.headline)}: {plain(copy.source)}, {_date(copy)}, {kind}"
        say(line, indent=_INDENT, hanging=_INDENT)


def _date(article: Found) -> str:
    if article.published is None:
        return "undated"
    shown = moment(article.published)
    is_future = article.published > datetime.now(UTC)
    return f"{shown} (in the future, as the page claims)" if is_future else shown


def _verdict(article: Found) -> str:
    """Return how likely an article is on topic, or what an older verdict says."""
    off = "" if article.relevant else "off topic"
    if article.probability is None:
        return off
    return ", ".join(filter(None, (percent(article.probability), off)))


def _original(article: Found) -> str:
    if article.duplicate_of is None:
        return ""
    return f"{kind_of_copy(article.duplicate_kind)} of {article.duplicate_of}"


def _print_count(found: Sequence[Found], total: int, offset: int) -> None:
    """Say how many articles were found, how many are shown, and how to see the others."""
    if not total:
        say("nothing found")
        return
    articles = counted(total, "article")
    if not found:
        say(f"{articles} found, none after --offset {offset}")
        return
    click.echo()
    last = offset + len(found)
    said = articles if len(found) == total else f"{len(found):,} of {articles}"
    if last < total:
        said += f"; --offset {last} shows the next"
    if any(article.duplicate_of is not None for article in found):
        said += "; duplicate:no leaves copies out"
    say(said)
