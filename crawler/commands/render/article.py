"""An article as a page that a person reads: `drawdown show`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import click

from crawler.commands.render.console import print_table
from crawler.commands.render.layout import Column
from crawler.commands.render.prose import say
from crawler.commands.render.text import moment, plain
from crawler.commands.render.verdict import measured, say_evidence
from crawler.comparison.kinds import kind_of_copy
from crawler.text.counting import counted
from storage.export.citations import local_day
from storage.records.corpus import CorpusArticle

Row = dict[str, Any]  # a record of the provenance. Any: it has the columns of its table.
_LABEL = 11  # columns of the label before a fact
_ACCESS = {
    "free": "free",
    "partial": "partial: the page shows only the beginning",
    "paywalled": "paywalled, as the outlet says",
}


def print_article(found: CorpusArticle, trace: dict[str, list[Row]]) -> None:
    """Print the text of an article with all that a reader has to know about it."""
    _print_head(found)
    _print_text(found)
    print_verdict_of(found)
    _print_copies(found, trace)
    _print_revisions(trace["revisions"])
    _print_provenance(found, trace)
    _heading("Cite as")
    say(plain(citation(found)), indent=2, hanging=2)


def _heading(title: str) -> None:
    click.echo()
    say(title, bold=True)


def _fact(label: str, value: object) -> None:
    """Print a fact with its label, if there is one."""
    if value:
        say(f"{label:<{_LABEL}}{plain(value)}", hanging=_LABEL)


def _print_head(found: CorpusArticle) -> None:
    say(plain(found.headline) or "(no headline)", bold=True)
    if found.standfirst:
        say(plain(found.standfirst))
    click.echo()
    wire = f", from the agency {found.wire}" if found.wire else ""
    owner = f" (family {found.family})" if found.family != found.source else ""
    _fact("Outlet", f"{found.source}{owner}{wire}")
    _fact("", ", ".join(_outlet_facts(found)))
    _fact("Published", dated(found.published, found.published_zone) or "undated")
    _fact("Modified", dated(found.modified, found.published_zone))
    _fact("Authors" if len(found.byline) > 1 else "Author", ", ".join(found.byline) or "no byline")
    words = counted(found.word_count, "word")
    _fact("Text", f"{found.language or 'language unknown'}, {words}, article {found.id}")
    _fact("Section", found.section)
    _fact("Tags", ", ".join(found.tags))
    _fact("Access", _ACCESS.get(found.access or "", found.access) or "not stated by the page")
    _fact("Rights", rights_of(found))
    _fact("Address", found.url)
    _fact("Changed", ", ".join(found.changes))
    if found.removed_at is not None:
        _fact("Online", f"no: taken down by the outlet, seen {moment(found.removed_at)}")


_ASKED = {
    "noindex": "not to be found in searches",
    "noarchive": "no copy to be shown",
    "nosnippet": "no part of the text to be shown",
    "tdm": "text and data mining reserved",
    "noai": "not to be used to train machines",
    "noimageai": "its pictures not to be used to train machines",
}


def rights_of(found: CorpusArticle) -> str:
    """Return what a page claims of its rights, as people read it; empty where it claims nothing."""
    parts = [found.copyright or (found.copyright_holder and f"© {found.copyright_holder}")]
    parts.append(found.license and f"licence {found.license}")
    parts.append(found.usage_info and f"conditions at {found.usage_info}")
    parts += [_ASKED.get(name, name) for name in found.restrictions or ()]
    if found.max_snippet:
        parts.append(f"at most {counted(found.max_snippet, 'character')} to be shown")
    parts.append(found.tdm_policy and f"licence for data mining at {found.tdm_policy}")
    return "; ".join(filter(None, parts))


def _outlet_facts(found: CorpusArticle) -> Iterator[str]:
    """Yield what sources.toml says of the outlet, as of the date of the article."""
    if found.outlet_kind:
        yield found.outlet_kind
    if found.alignment != "unknown":
        yield f"alignment {found.alignment}"
    if found.leaning:
        yield found.leaning
    if found.owner:
        yield f"owned by {found.owner}"
    if found.country:
        yield f"country {found.country}"
    if found.outlet_group:
        yield f"group {found.outlet_group}"


def dated(time: datetime | None, zone: str | None) -> str:
    """Return a time in the zone of its outlet, and in UTC.

    >>> dated(datetime.fromisoformat("2026-11-27T22:56:00Z"), "+03:00")
    '2026-11-28 01:56 +03:00 (2026-11-27 22:56 UTC)'
    """
    if time is None:
        return ""
    in_utc = moment(time)
    offset = _offset(zone)
    if not offset:
        return in_utc if offset is not None else f"{in_utc}, as the page names no zone"
    return f"{time.astimezone(timezone(offset)):%Y-%m-%d %H:%M} {zone} ({in_utc})"


def _offset(zone: str | None) -> timedelta | None:
    if zone is None:
        return None
    try:
        return datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").utcoffset()
    except ValueError:  # a form of an earlier extractor
        return None


def _stored(text: str | None) -> str:
    """Return a time of the store, which is ISO 8601, as people read it."""
    return moment(datetime.fromisoformat(text)) if text else ""


def _print_text(found: CorpusArticle) -> None:
    click.echo()
    for paragraph in found.body:
        say(plain(paragraph))
        click.echo()
    for caption in found.captions:
        say(f"[picture] {plain(caption)}")


def print_verdict_of(found: CorpusArticle) -> None:
    """Print whether an article is on topic, and by which sentences."""
    if found.captions:
        click.echo()
    word = "on topic" if found.relevant else "off topic"
    say(f"Verdict: {word}, {measured(found)}, by the topic {found.topic_version}", bold=True)
    for evidence in found.evidence:
        say_evidence(evidence, indent=2)


def _print_copies(found: CorpusArticle, trace: dict[str, list[Row]]) -> None:
    """Print which article this one repeats, and who else carries the text."""
    click.echo()
    if found.duplicate_of is not None:
        kind = kind_of_copy(found.duplicate_kind)
        shared = "" if found.containment is None else f", {found.containment:.0%} of the text"
        say(f"{kind} of article {found.duplicate_of}{shared}, first published "
            f"{moment(found.first_published)}")  # fmt: skip
    if found.seen_first != (found.duplicate_of or found.id):
        say(f"first seen as article {found.seen_first}")
    outlets = counted(found.outlets, "outlet")
    say(f"carried by {outlets}, {counted(found.independent_texts, 'independent text')}")
    carriers = _each_once(trace["copies"])
    if carriers:
        print_table("Carriers", _CARRIER_HEADINGS, map(_carrier_cells, carriers))
    for row in trace.get("same_headline", ()):
        published = _stored(row["published"])
        day = f", {published}" if published else ""
        say(f"the same headline over another text: article {row['id']}, {row['source']}{day}")


def _each_once(rows: Iterable[Row]) -> list[Row]:
    """Return each carrier once; the store has it with each of its relations."""
    by_id: dict[int, Row] = {}
    for row in rows:
        by_id.setdefault(row["id"], row)
    return list(by_id.values())


_CARRIER_HEADINGS = (
    Column("Article", is_number=True),
    Column("Outlet"),
    Column("Published", 2),
    Column("Headline", 3),
)


def _carrier_cells(row: Row) -> Iterable[object]:
    published = _stored(row["published"] or row["first_seen"])
    return (row["id"], row["source"], published, row["headline"])


def _print_revisions(revisions: Sequence[Row]) -> None:
    if len(revisions) < 2:
        return
    print_table(
        "\nRevisions",
        (Column("No.", is_number=True), Column("Fetched"), Column("Change")),
        ((row["number"], _stored(row["fetched_at"]), _change(row)) for row in revisions),
    )


def _change(row: Row) -> str:
    changes = ", ".join(row["changes"] or ())
    return f"{row['change']}: {changes}" if changes else str(row["change"])


def _print_provenance(found: CorpusArticle, trace: dict[str, list[Row]]) -> None:
    """Say where an article was found, when it was fetched, and where its page is kept."""
    _heading("Where it is from")
    for line in _provenance(found, trace):
        say(plain(line), indent=2, hanging=2)
    say("`show --all` lists every stored fact, `show --diff` what was changed.", indent=2)


def _provenance(found: CorpusArticle, trace: dict[str, list[Row]]) -> Iterator[str]:
    for row in trace["sightings"][:_SIGHTINGS]:
        yield f"listed by {row['feed']}, first seen {_stored(row['first_seen'])}"
    more = len(trace["sightings"]) - _SIGHTINGS
    if more > 0:
        yield f"and by {more:,} more"
    for row in trace["revisions"][-1:]:
        status = f", HTTP {row['status']}" if row["status"] else ""
        yield f"fetched {_stored(row['fetched_at'])}{status}, from {row['url']}"
        if row["page_digest"]:
            yield f"page SHA-256 {row['page_digest']}"
    kept = trace["archived"][-1:]
    for row in kept:
        yield f"page kept in {row['file']} at byte {row['offset']:,}"
    if not kept:
        yield "its page is not in the archive"
    yield f"read by {found.extractor_version}"


_SIGHTINGS = 3  # shown; an article may stand in dozens of lists


def citation(found: CorpusArticle) -> str:
    """Return an article as a text cites it: by its revision, with the digest of the page.

    Exports have it in the forms of BibTeX, RIS and CSL.
    """
    authors = ", ".join(found.byline)
    published = local_day(found)
    day = f"{published:%Y-%m-%d}" if published else "undated"
    parts = [part for part in (authors, f"“{found.headline}”", found.source, day) if part]
    cited = ", ".join(parts)
    facts = [f"revision {found.revision}", f"fetched {moment(found.fetched_at)}"]
    if found.page_digest:
        facts.append(f"page SHA-256 {found.page_digest}")
    if found.removed_at is not None:
        facts.append(f"taken down by the outlet, seen {moment(found.removed_at)}")
    return f"{cited}, {found.url} ({', '.join(facts)})"
