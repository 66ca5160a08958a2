"""A summary of a small corpus: the last page of the demo."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

import click

from crawler.commands.render.console import print_table
from crawler.commands.render.differences import print_difference
from crawler.commands.render.layout import Column
from crawler.commands.render.lines import Facts, line_facts, print_lines
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.comparison.differences import Difference, read_differences
from crawler.text.counting import counted
from storage.articles import corpus
from storage.crawl import frontier, sources
from storage.crawl.sources import SourceStatus
from storage.records.model import CorpusArticle
from storage.sqlite.database import open_corpus
from storage.statements import claims
from storage.statements.timeline import Line, timeline

_MOST_LINES = 4  # of the timeline that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article that repeats another one."""

    id: int
    source: str
    headline: str
    kind: str
    containment: float
    original: int
    original_source: str
    original_headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An article, and how its text differs from an earlier one."""

    id: int
    source: str
    headline: str
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Counts, copies, revisions and outcomes of a corpus."""

    articles: int
    on_topic: int
    off_topic: int
    languages: list[str]
    copies: list[Copy]
    revised: list[str]
    examples: list[Example]  # what a copy cut, and what a revision changed
    timeline: list[Facts]  # of one force: who says what of it
    outcomes: dict[str, int]
    sources: list[SourceStatus]


def read_report(store: Path) -> Report:
    """Summarize a corpus that fits into memory."""
    with open_corpus(store) as connection:
        listed = {article.id: article for article in corpus.stream(connection)}
        on_topic = sum(article.relevant for article in listed.values())
        languages = {article.language or "?" for article in listed.values()}
        return Report(
            articles=len(listed),
            on_topic=on_topic,
            off_topic=len(listed) - on_topic,
            languages=sorted(languages),
            copies=_copies(listed),
            revised=_revised(listed),
            examples=_examples(connection, listed),
            timeline=_timeline(connection),
            outcomes=frontier.outcomes(connection),
            sources=sources.statuses(connection),
        )


def _examples(
    connection: Connection,
    listed: dict[int, CorpusArticle],
) -> list[Example]:
    """Return what the copy that kept least has cut, and what the first revision changed."""
    shown = []
    copies = [a for a in listed.values() if a.duplicate_kind in ("syndicated", "truncated")]
    if copies:
        shortest = min(
            copies,
            key=lambda a: a.word_count / listed[a.duplicate_of or 0].word_count,
        )
        shown.append(_example(shortest, read_differences(connection, shortest).copies[0]))
    revised = next(
        (article for article in listed.values() if article.revision > 1),
        None,
    )
    if revised is not None:
        shown.append(_example(revised, read_differences(connection, revised).revisions[0]))
    return shown


def _timeline(connection: Connection) -> list[Facts]:
    """Return who says what of one force: one that is contradicted, and short enough to read."""
    lines = timeline(claim for claim in claims.read(connection) if claim.is_sure)
    by_force: dict[str, list[Line]] = {}
    for line in lines:
        by_force.setdefault(line.force, []).append(line)
    short = [own for own in by_force.values() if len(own) <= _MOST_LINES and _disputes(own)]
    if not short:
        return []
    chosen = max(short, key=lambda own: (len(own), -_disputes(own)))
    own = timeline(claim for line in chosen for claim in line.claims)
    return [line_facts(line) for line in own]


def _disputes(lines: list[Line]) -> int:
    return sum(len(line.against) for line in lines)


def _copies(listed: dict[int, CorpusArticle]) -> list[Copy]:
    copies = [article for article in listed.values() if article.duplicate_of is not None]
    return [_copy(article, listed) for article in copies]


def _revised(listed: dict[int, CorpusArticle]) -> list[str]:
    """Return the articles with several revisions, as text."""
    revised = [article for article in listed.values() if article.revision > 1]
    return [f"{a.headline} ({a.source}, revision {a.revision})" for a in revised]


def _example(article: CorpusArticle, difference: Difference) -> Example:
    return Example(
        id=article.id, source=article.source, headline=article.headline, difference=difference
    )


def _copy(article: CorpusArticle, listed: dict[int, CorpusArticle]) -> Copy:
    original = listed[article.duplicate_of or 0]
    return Copy(
        id=article.id,
        source=article.source,
        headline=article.headline,
        kind=article.duplicate_kind or "",
        containment=article.containment or 0.0,
        original=original.id,
        original_source=original.source,
        original_headline=original.headline,
    )


def _source_cells(source: SourceStatus) -> Iterable[object]:
    outcomes = sorted(source.outcomes.items())
    others = [f"{n} {name}" for name, n in outcomes if name != "stored"]
    return (
        source.source,
        source.last_outcome,
        source.discovered,
        source.articles,
        source.relevant,
        source.duplicates,
        ", ".join(others),
    )


def _copy_cells(copy: Copy) -> Iterable[object]:
    return (
        copy.source,
        copy.headline,
        copy.kind,
        f"{copy.containment:.2f}",
        f"{copy.original_source}: {copy.original_headline}",
    )


_SOURCE_HEADINGS = (
    Column("Source"),
    Column("Last poll", 2),
    Column("Found", 3, is_number=True),
    Column("Stored", is_number=True),
    Column("On topic", is_number=True),
    Column("Copies", 2, is_number=True),
    Column("Other outcomes", 4),
)
_COPY_HEADINGS = (
    Column("Outlet"),
    Column("Headline", 3),
    Column("Kind"),
    Column("Containment", 2, is_number=True),
    Column("Repeats"),
)


def print_report(report: Report) -> None:
    """Print a report for people."""
    print_table(
        "What each source gave",
        _SOURCE_HEADINGS,
        map(_source_cells, report.sources),
    )
    print_table(
        "Copies, and of what",
        _COPY_HEADINGS,
        map(_copy_cells, report.copies),
    )
    for revised in report.revised:
        say(f"Revised: {plain(revised)}", hanging=2)
    for example in report.examples:
        click.echo()
        say(f"{plain(example.source)}: {plain(example.headline)}", hanging=2)
        print_difference(example.difference)
    if report.timeline:
        click.echo()
        say("Who says whose forces leave, and who says the opposite:")
        print_lines(report.timeline)
    click.echo()
    ended = ", ".join(f"{n} {name}" for name, n in sorted(report.outcomes.items()))
    articles = counted(report.articles, "article")
    copies = counted(len(report.copies), "copy", "copies")
    discovered = counted(sum(report.outcomes.values()), "URL")
    say(
        f"{articles} stored in {', '.join(report.languages)}: "
        f"{report.on_topic} on topic, {report.off_topic} off, {copies}."
    )
    say(f"{discovered} discovered: {ended}.\n")
