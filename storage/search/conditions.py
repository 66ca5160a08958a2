"""The fields of a query as SQL conditions over row, article, revision, source and verdict."""

import re
from collections.abc import Callable
from urllib.parse import quote

from storage.search.nodes import Field
from storage.sqlite import corpus_view
from storage.sqlite.values import required
from storage.statements import names
from storage.words.forms import fold

Bind = Callable[[object], str]  # returns the name of a new parameter with a value


def condition_of(node: Field, bind: Bind) -> str:
    """Return the condition that a field has its value."""
    match node.name:
        case "duplicate":
            return _duplicate(node.value, bind)
        case "changes":
            return _has_changes(node.value, bind)
        case "revised":
            return _was_revised(node, bind)
        case "rights":
            return _claims_rights(node.value, bind)
        case "speaker":
            return _is_quoted(node.value, bind)
    condition, values_of = _FIELDS[node.name]
    parameters = map(bind, values_of(node))
    return condition.format(*parameters)


_ORIGINAL = f"({corpus_view.ORIGINAL})"


def _duplicate(value: str, bind: Bind) -> str:
    if value == "no":
        return f"article.id = {_ORIGINAL}"
    if value == "yes":
        return f"article.id <> {_ORIGINAL}"

    original = bind(int(value))
    return f"(article.id <> {original} AND {_ORIGINAL} = {original})"


def _is_quoted(name: str, bind: Bind) -> str:
    """Return the condition that somebody of this name says something in the text."""
    has_name = names.condition("statement", name, bind)
    return f"EXISTS ({_STATEMENT} AND {has_name})"


# The statements of a text, as known.
_STATEMENT = """SELECT 1 FROM statement WHERE statement.article_id = row.article_id
    AND statement.revision = row.revision AND statement.found_at <= :as_of
    AND (statement.until IS NULL OR statement.until > :as_of)"""


def _has_changes(value: str, bind: Bind) -> str:
    """Return the condition that a kind of change is recorded, or so many changed texts are."""
    if value.isdigit():
        least = bind(int(value))
        return f"(SELECT count(*) {_CHANGED}) >= {least}"
    kind = bind(value)
    return f"EXISTS (SELECT 1 {_LATER_TEXT} AND {kind} IN (SELECT value FROM {_KINDS}))"  # noqa: S608 - constants


def _was_revised(node: Field, bind: Bind) -> str:
    """Return the condition that the outlet changed the text: at a time, ever, or never."""
    if node.value == "no":
        return f"NOT EXISTS (SELECT 1 {_CHANGED})"
    if node.day is None:
        return f"EXISTS (SELECT 1 {_CHANGED})"
    start, end = map(bind, _period(node))
    in_time = f"changed.fetched_at >= {start} AND changed.fetched_at < {end}"
    return f"EXISTS (SELECT 1 {_CHANGED} AND {in_time})"


_RIGHTS = """FROM rights WHERE rights.article_id = row.article_id
    AND rights.revision = row.revision"""


def _claims_rights(value: str, bind: Bind) -> str:
    """Return the condition that a page asks for something, for nothing, or was not read for it."""
    if value == "unknown":
        return f"NOT EXISTS (SELECT 1 {_RIGHTS})"
    if value == "none":
        return f"EXISTS (SELECT 1 {_RIGHTS} AND rights.restrictions = '[]')"
    asked = bind(f'"{value}"')
    return f"EXISTS (SELECT 1 {_RIGHTS} AND instr(rights.restrictions, {asked}) > 0)"


# A claim of the text that is searched, as known; unsure ones too.
_CLAIM = """EXISTS (SELECT 1 FROM claim WHERE claim.article_id = row.article_id
    AND claim.revision = row.revision AND claim.{name} = {{}}
    AND claim.found_at <= :as_of AND (claim.until IS NULL OR claim.until > :as_of))"""

# The later texts of an article, as known; and those of them that the outlet changed.
_LATER_TEXT = """FROM revision AS changed WHERE changed.article_id = row.article_id
    AND changed.number > 1 AND changed.stored_at <= :as_of"""
_CHANGED = f"""{_LATER_TEXT} AND changed.changes <> '["reread"]'"""
_KINDS = "json_each(changed.changes)"

Values = tuple[object, ...]


def _folded(node: Field) -> Values:
    return (fold(node.value),)


def _same(node: Field) -> Values:
    return (node.value,)


def _lower(node: Field) -> Values:
    return (node.value.lower(),)


def _is_on(node: Field) -> Values:
    return (int(node.value == "on"),)


def _share(node: Field) -> Values:
    return (float(node.value),)


def _number(node: Field) -> Values:
    return (int(node.value),)


def _start(node: Field) -> Values:
    return _period(node)[:1]


def _period(node: Field) -> Values:
    assert node.day is not None  # noqa: S101 - the parser reads it
    assert node.until is not None  # noqa: S101 - as above
    return required(node.day), required(node.until)


_SCHEME = re.compile(r"^https?://(?:www\.)?")
_URL_SIGNS = "/:?#[]@!$&'()*+,;=%~"  # that a URL contains as they are (RFC 3986, 2.2 and 2.4)


def _address(node: Field) -> Values:
    """Return a part of an address, as it is written and as it is sent."""
    part = _SCHEME.sub("", node.value.lower())
    return part, quote(part, safe=_URL_SIGNS).lower()


def _contains_either(address: str) -> str:
    """Return the condition that an address contains one of two texts."""
    return f"(instr(lower({address}), {{0}}) > 0 OR instr(lower({address}), {{1}}) > 0)"


_IN_ALIAS = f"""EXISTS (SELECT 1 FROM url_alias WHERE url_alias.article_id = row.article_id
    AND {_contains_either("url_alias.canonical_url")})"""  # noqa: S608 - constants
_URL = f"""({_contains_either("revision.url")} OR {_contains_either("article.canonical_url")}
    OR {_IN_ALIAS})"""


def _contains(value: str) -> str:
    """Return the condition that a value, which may be NULL, contains a text."""
    return f"instr(folded({value}), {{}}) > 0"


# Field: the condition with its parameters in braces, and their values. A fact about the outlet is
# the one of the article's date, which needs the article and its source.
_FIELDS: dict[str, tuple[str, Callable[[Field], Values]]] = {
    "source": (_contains("source.name"), _folded),
    "family": (_contains(corpus_view.FAMILY), _folded),
    "owner": (_contains(corpus_view.fact("owner")), _folded),
    "kind": (f"{corpus_view.fact('kind')} = {{}}", _same),
    "alignment": (f"coalesce({corpus_view.fact('alignment')}, 'unknown') = {{}}", _same),
    "leaning": (_contains(corpus_view.fact("leaning")), _folded),
    "group": (_contains("source.grouping"), _folded),
    "author": (_contains("revision.byline"), _folded),
    "wire": ("folded(article.wire) = {}", _folded),
    "country": ("source.country = {}", _same),
    "lang": ("row.language = {}", _lower),
    "url": (_URL, _address),
    "after": ("row.published >= {}", _start),
    "before": ("row.published < {}", _start),
    "published": ("(row.published >= {} AND row.published < {})", _period),
    "seen": ("(article.first_seen >= {} AND article.first_seen < {})", _period),
    "verdict": ("verdict.relevant = {}", _is_on),
    "probability": ("verdict.probability >= {}", _share),
    "id": ("article.id = {}", _number),
    "force": (_CLAIM.format(name="force"), _same),
    "stance": (_CLAIM.format(name="stance"), _same),
}
