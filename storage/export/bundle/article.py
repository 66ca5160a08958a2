"""One article of a bundle: its text with marked evidence, verdict, rights, citation, provenance."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from storage.export.bundle.markup import block, element, facts, link, table, text
from storage.export.bundle.trail import Trail
from storage.export.citations import key_of, local_day, note_of
from storage.records.model import CorpusArticle
from storage.records.verdict import Evidence
from storage.sqlite.values import required

_KINDS: Final = {
    "exact": "exact copy",
    "near": "near copy",
    "syndicated": "the same agency text",
    "truncated": "the beginning of it",
}
Span = tuple[int, int]


def section(
    article: CorpusArticle,
    trail: Trail,
) -> str:
    """Return an article as a section of the bundle."""
    parts = [
        block("h2", _headline(article), article.language, id=anchor(article)),
        facts(list(_facts(article))),
        *_text(article),
        *_verdict(article),
        element("h3", "Citation"),
        element("p", citation(article), class_="citation"),
        *_rights(article),
        *_copies(article, trail),
        *_provenance(trail),
    ]
    return element("article", "\n".join(parts))


def anchor(article: CorpusArticle) -> str:
    """Return the id of an article's section, and the key of its citation: `drawdown76r2`."""
    return key_of(article)


def citation(article: CorpusArticle) -> str:
    """Return an article as a text cites it, as HTML."""
    day = local_day(article)
    authors = ", ".join(article.byline)
    headline = block("cite", f"“{text(article.headline)}”", article.language)
    named = [text(authors), headline, text(article.source), day.isoformat() if day else "undated"]
    cited = ", ".join(part for part in named if part)
    proof = f"{link(article.url)} ({text(note_of(article))})"
    return f"{cited}, {proof} [{text(key_of(article))}]"


def _headline(article: CorpusArticle) -> str:
    if not article.headline:
        return f"Article {article.id}, without a headline"
    return _marked(article.headline, _spans(article, None, article.headline))


def _facts(article: CorpusArticle) -> Iterator[tuple[str, str]]:
    yield "Outlet", text(article.source)
    if article.family != article.source:
        yield "Family", text(article.family)
    yield "Agency", text(article.wire or "")
    yield "Authors", text(", ".join(article.byline) or "no byline")
    yield "Published", _moment(article.published) or "undated"
    yield "Modified", _moment(article.modified)
    yield "Seen", _moment(article.fetched_at)
    yield "Taken down", _moment(article.removed_at)
    yield "Language", text(article.language or "unknown")
    yield "Access", text(article.access or "not stated by the page")
    yield "Address", link(article.url)
    yield "In this corpus", f"article {article.id}, revision {article.revision}"


def _moment(time: datetime | None) -> str:
    """Return a time in UTC as ISO 8601 writes it."""
    if time is None:
        return ""
    written = required(time)
    return element("time", text(written), datetime=written)


def _text(article: CorpusArticle) -> Iterator[str]:
    yield element("h3", "Text")
    if article.standfirst:
        marked = _marked(article.standfirst, _spans(article, None, article.standfirst))
        yield block("p", marked, article.language, class_="standfirst")
    for number, paragraph in enumerate(article.body):
        for insert in article.inserts:
            if insert.after == number:
                yield _insert(article, insert.text)
        marked = _marked(paragraph, _spans(article, number, paragraph))
        yield block("p", marked, article.language)
    for insert in article.inserts:
        if insert.after >= len(article.body):
            yield _insert(article, insert.text)
    for caption in article.captions:
        yield block("p", text(caption), article.language, class_="caption")
    if not article.body:
        yield element("p", "The text is not part of this bundle, or the page has none.")


def _insert(
    article: CorpusArticle,
    content: str,
) -> str:
    # A line break at the beginning of <pre> is dropped by browsers, so none is there.
    return block("pre", text(content.strip("\n")), article.language)


def _spans(
    article: CorpusArticle,
    paragraph: int | None,
    content: str,
) -> list[Span]:
    """Return where sentences of the evidence are in a paragraph, each once, in order."""
    spans: list[Span] = []
    for one in article.evidence:
        if one.paragraph != paragraph:
            continue
        # A sentence was tidied where it was read; it is where the store says, or the first such.
        start = one.start if content.startswith(one.sentence, one.start) else -1
        if start < 0:
            start = content.find(one.sentence)
        if start >= 0 and one.sentence:
            spans.append((start, start + len(one.sentence)))
    return sorted(set(spans))


def _marked(
    content: str,
    spans: Sequence[Span],
) -> str:
    """Return a text with marked spans; of two that overlap the first."""
    parts = []
    done = 0
    for start, end in spans:
        if start < done:
            continue
        parts.append(text(content[done:start]))
        parts.append(element("mark", text(content[start:end])))
        done = end
    parts.append(text(content[done:]))
    return "".join(parts)


def _verdict(article: CorpusArticle) -> Iterator[str]:
    word = "On topic" if article.relevant else "Off topic"
    yield element("h3", f"Evidence: {word.lower()}")
    chance = "" if article.probability is None else f", probability {article.probability:.2f}"
    yield element("p", f"{word}{chance}, by the topic {text(article.topic_version)}.")
    sentences = [_evidence(article, one) for one in article.evidence]
    if sentences:
        yield element("ol", "\n".join(sentences))


def _evidence(
    article: CorpusArticle,
    one: Evidence,
) -> str:
    said = [part for part in (one.movement, one.mover) if part]
    said += ["asked for"] * one.is_asked + ["denied"] * one.is_denied
    if one.probability is not None:
        said.append(f"probability {one.probability:.2f}")
    sentence = block("q", text(one.sentence), article.language)
    return element("li", f"{sentence} {element('small', text('; '.join(said)))}")


def _rights(article: CorpusArticle) -> Iterator[str]:
    rows = facts(
        [
            ("Copyright", text(article.copyright or "")),
            ("Holder", text(article.copyright_holder or "")),
            ("Licence", link(article.license or "")),
            ("Conditions", link(article.usage_info or "")),
            ("The page asks", text(", ".join(article.restrictions or ()))),
            ("Data mining", link(article.tdm_policy or "")),
        ]
    )
    if rows:
        yield element("h3", "Rights, as the page claims them")
        yield rows


def _copies(
    article: CorpusArticle,
    trail: Trail,
) -> Iterator[str]:
    if not trail.copies:
        return
    yield element("h3", "Copies and shared text")
    yield element(
        "p",
        f"In {article.outlets} outlets by owner, {article.independent_texts} independent texts.",
    )
    rows = []
    for row in trail.copies:
        share = f"{row['containment']:.0%}"
        headline = block("span", text(row["headline"]), row["language"])
        rows.append(
            [
                f"article {row['id']}",
                text(row["source"]),
                text(row["family"]),
                f"{headline} {link(row['url'])}",
                f"{text(_KINDS.get(row['kind'], row['kind']))}, {share}",
            ]
        )
    headings = ["Article", "Outlet", "Family", "Headline", "Shared text"]
    yield table("Articles with the same text", headings, rows)


def _provenance(trail: Trail) -> Iterator[str]:
    yield element("h3", "Provenance")
    yield table(
        "Revisions, each with the digests of its page and text",
        ["No.", "Change", "Fetched", "Status", "Address", "SHA-256 of the page", "Digest of text"],
        [_revision(row) for row in trail.revisions],
    )
    if trail.sightings:
        yield table(
            "Lists in which it was found",
            ["Outlet", "List", "First seen"],
            [
                [text(row["source"]), link(row["feed"]), text(row["first_seen"])]
                for row in trail.sightings
            ],
        )
    if not trail.pages:
        yield element("p", "No page of it is in the archive.")
        return
    yield table(
        "Its pages in the archive",
        ["Revision", "File", "Offset", "Bytes", "SHA-256 of the page"],
        [_page(row) for row in trail.pages],
    )


def _revision(row: sqlite3.Row) -> list[str]:
    digests = [row["page_digest"], row["text_hash"]]
    return [
        str(row["number"]),
        text(row["change"]),
        text(row["fetched_at"]),
        str(row["status"]),
        link(row["url"]),
        *(element("code", text(digest)) for digest in digests),
    ]


def _page(row: sqlite3.Row) -> list[str]:
    digest = element("code", text(row["digest"]))
    numbers = [str(row["offset"]), str(row["length"])]
    return [str(row["revision"]), text(row["file"]), *numbers, digest]
