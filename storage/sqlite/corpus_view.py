"""The query of the corpus, in two forms: as it is now, and as it was known at a time.

The first is the view `corpus` of a store. The second reads only rows that were stored until
`:as_of`. What the store learns has the time at which it did (`stored_at`, `found_at`), set by the
one writer, so what was known at a time stays the same. Names of outlets are those of today, and so
is what sources.toml says of them; a family that changed is the one of the article's date.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.sqlite.values import from_column

_COPIES = "('exact', 'near', 'syndicated', 'truncated')"
_ALWAYS = "1"


def fact(
    name: str,
    *,
    outlet: str = "source.name",
    date: str = "article.declared_at",
) -> str:
    """Return the SQL of a fact about an outlet at a date, by the names of columns; or NULL."""
    return f"""(SELECT fact.value FROM outlet_fact AS fact
        WHERE fact.outlet = {outlet} AND fact.name = '{name}' AND fact.since <= {date}
        ORDER BY fact.since DESC LIMIT 1)"""  # noqa: S608 - names of this project


# The family of an outlet at the date of an article; `source` has the one of today.
FAMILY = f"coalesce({fact('family')}, source.family)"
_PUBLISHER = fact("family", outlet="publisher.name", date="member.declared_at")
_MEMBER_FAMILY = f"coalesce({_PUBLISHER}, publisher.family)"


@dataclass(frozen=True, slots=True)
class _Form:
    """One of the two forms; the one of now has no conditions on times."""

    is_as_of: bool

    def until(self, column: str) -> str:
        """Return the condition that a row was stored by then."""
        return f"{column} <= :as_of" if self.is_as_of else _ALWAYS

    def known(self, article: str) -> str:
        """Return the condition that an article had its first text by then."""
        if not self.is_as_of:
            return _ALWAYS
        return f"""EXISTS (SELECT 1 FROM revision AS first WHERE first.article_id = {article}.id
            AND first.number = 1 AND {self.until("first.stored_at")})"""  # noqa: S608 - names of this file

    def linked(self, article: str, root: str, kinds: str = "") -> str:
        """Return the condition that an article belonged to its cluster or group by then.

        It is the first of it, or has an edge to another article.
        """
        if not self.is_as_of:
            return _ALWAYS
        kind = f" AND link.kind IN {kinds}" if kinds else ""
        return f"""({article}.id = {article}.{root} OR EXISTS (
            SELECT 1 FROM relation AS link WHERE link.article_id = {article}.id
            AND {self.until("link.found_at")}{kind}))"""  # noqa: S608 - names of this file

    def in_cluster(self, article: str) -> str:
        """Return the condition that an article was a copy, or had copies."""
        return self.linked(article, "cluster_id", _COPIES)

    def first_of_cluster(self, order: str) -> str:
        """Return the id of the first member of an article's cluster: of itself, if it had none."""
        # By then the root of the cluster may have been no member of it, but a copy found later.
        same = "member.cluster_id = article.cluster_id"
        if self.is_as_of:
            same = f"({same} OR member.id = article.cluster_id)"
        return self.case(
            self.in_cluster("article"),
            f"""(SELECT member.id FROM article AS member
                 WHERE {same} AND {self.known("member")} AND {self.in_cluster("member")}
                 ORDER BY member.{order}, member.id LIMIT 1)""",  # noqa: S608 - names of this file
            "article.id",
        )

    def count_in_group(self, counted: str, condition: str = _ALWAYS) -> str:
        """Return how many different values the members of an article's group have."""
        return self.case(
            self.linked("article", "group_id"),
            f"""(SELECT count(DISTINCT {counted}) FROM article AS member
                 JOIN source AS publisher ON publisher.id = member.source_id
                 WHERE member.group_id = article.group_id AND {self.known("member")}
                   AND {self.linked("member", "group_id")} AND {condition})""",  # noqa: S608 - as above
            "1",
        )

    def case(self, condition: str, value: str, otherwise: str) -> str:
        """Return a value with a condition; the value alone if the condition always holds."""
        if condition == _ALWAYS:
            return value
        return f"CASE WHEN {condition} THEN {value} ELSE {otherwise} END"

    def newest_revision(self) -> str:
        """Return the condition that a revision was the newest of its article."""
        return f"""revision.number = (SELECT max(number) FROM revision AS newest
            WHERE newest.article_id = article.id AND {self.until("newest.stored_at")})"""  # noqa: S608 - as above

    def case_of_changes(self) -> str:
        """Return the classes of all that an outlet changed up to a revision, each once, as JSON.

        What a later version of the extractor read otherwise is no change of the outlet.
        """
        return f"""CASE WHEN revision.number = 1 THEN '[]' ELSE (
            SELECT json_group_array(value) FROM (
                SELECT change.value AS value FROM revision AS before, json_each(before.changes)
                    AS change
                WHERE before.article_id = article.id AND before.number <= revision.number
                  AND before.number > 1 AND {self.until("before.stored_at")}
                  AND change.value <> 'reread'
                GROUP BY change.value ORDER BY min(before.number), change.value)) END"""  # noqa: S608 - as above

    def quotes(self) -> str:
        """Return the statements of a text in their order, as JSON."""
        closed = "said.until > :as_of" if self.is_as_of else "0"
        return f"""(SELECT json_group_array(json_object(
                'text', substr(CASE WHEN paragraph < 0 THEN revision.headline
                    ELSE json_extract(revision.body, '$[' || paragraph || ']') END,
                    start + 1, stop - start),
                'kind', kind, 'speaker', name, 'how', how, 'via', via, 'certainty', certainty,
                'paragraph', paragraph, 'start', start, 'end', stop, 'group', part_of))
            FROM (SELECT * FROM statement AS said
                  WHERE said.article_id = article.id AND said.revision = revision.number
                    AND {self.until("said.found_at")} AND (said.until IS NULL OR {closed})
                  ORDER BY said.position))"""  # noqa: S608 - as above

    def claims(self) -> str:
        """Return the claims of a text in their order, as JSON."""
        closed = "claimed.until > :as_of" if self.is_as_of else "0"
        return f"""(SELECT json_group_array(json_object(
                'sentence', substr(CASE WHEN paragraph < 0 THEN revision.headline
                    ELSE json_extract(revision.body, '$[' || paragraph || ']') END,
                    start + 1, stop - start),
                'force', force, 'stance', stance, 'speaker', name, 'country', country,
                'condition', condition, 'said_on', said_on, 'via', via, 'certainty', certainty,
                'paragraph', paragraph, 'start', start, 'end', stop))
            FROM (SELECT * FROM claim AS claimed
                  WHERE claimed.article_id = article.id AND claimed.revision = revision.number
                    AND {self.until("claimed.found_at")}
                    AND (claimed.until IS NULL OR {closed})
                  ORDER BY claimed.position))"""  # noqa: S608 - as above

    def select(self, revision: str, chosen: str) -> str:
        """Return the whole query: of the revisions and the articles that fulfil the conditions."""
        is_root = f"NOT ({self.in_cluster('member')} AND member.cluster_id <> member.id)"
        return _SELECT.format(
            family=FAMILY,
            outlet_kind=fact("kind"),
            alignment=fact("alignment"),
            leaning=fact("leaning"),
            owner=fact("owner"),
            original=self.first_of_cluster("declared_at"),
            seen_first=self.first_of_cluster("first_seen"),
            group_id=self.case(
                self.linked("article", "group_id"), "article.group_id", "article.id"
            ),
            outlets=self.count_in_group(_MEMBER_FAMILY),
            independent_texts=self.count_in_group(
                f"coalesce(member.wire, {_MEMBER_FAMILY})",
                is_root,
            ),
            verdict_until=self.until("newest.stored_at"),
            edge_until=self.until("edge.found_at"),
            back_until=self.until("back.found_at"),
            changes=self.case_of_changes(),
            quotes=self.quotes(),
            claims=self.claims(),
            fetched_at=_FETCHED_AT,
            removed_at=_REMOVED_AT,
            revision=revision,
            chosen=chosen,
        )


# A revision `removed` repeats the text before it, and its own time is that of the 404 or 410.
_FETCHED_AT = """CASE WHEN revision.change <> 'removed' THEN revision.fetched_at ELSE coalesce(
        (SELECT shown.fetched_at FROM revision AS shown
         WHERE shown.article_id = article.id AND shown.number < revision.number
           AND shown.change <> 'removed' ORDER BY shown.number DESC LIMIT 1),
        revision.fetched_at) END"""
# Of those in a row, as a later extraction adds one, the first says when the article was taken down.
_REMOVED_AT = """CASE WHEN revision.change = 'removed' THEN (
        SELECT min(gone.fetched_at) FROM revision AS gone
        WHERE gone.article_id = article.id AND gone.number <= revision.number
          AND gone.change = 'removed' AND gone.number > coalesce(
            (SELECT max(shown.number) FROM revision AS shown
             WHERE shown.article_id = article.id AND shown.number < revision.number
               AND shown.change <> 'removed'), 0)) END"""

_SELECT = """
SELECT
    article.id AS id,
    coalesce(cited.url, revision.url) AS url,
    article.canonical_url AS url_key,
    source.name AS source,
    {family} AS family,
    {outlet_kind} AS outlet_kind, coalesce({alignment}, 'unknown') AS alignment,
    {leaning} AS leaning, {owner} AS owner,
    source.country AS country, source.grouping AS outlet_group,
    revision.headline, revision.standfirst, revision.byline, revision.published,
    revision.published_zone, revision.modified, revision.language, revision.body,
    revision.captions, revision.inserts, revision.credit, article.wire, revision.section,
    revision.tags, revision.image, revision.site_name, revision.access, rights.license,
    rights.copyright, rights.copyright_holder, rights.usage_info, rights.restrictions,
    rights.max_snippet, rights.tdm_policy, revision.charset,
    revision.word_count,
    article.first_seen AS first_seen,
    original.declared_at AS first_published,
    {fetched_at} AS fetched_at,
    {removed_at} AS removed_at,
    {changes} AS changes,
    revision.page_digest AS page_digest,
    verdict.relevant, verdict.probability, verdict.score, verdict.evidence, {quotes} AS quotes,
    {claims} AS claims,
    nullif(original.id, article.id) AS duplicate_of,
    CASE WHEN original.id <> article.id
        THEN coalesce(edge.kind, back.kind_back) END AS duplicate_kind,
    CASE WHEN original.id <> article.id
        THEN coalesce(edge.containment, back.containment) END AS containment,
    {seen_first} AS seen_first,
    {group_id} AS group_id,
    {outlets} AS outlets,
    {independent_texts} AS independent_texts,
    revision.number AS revision,
    revision.extractor_version,
    verdict.topic_version
FROM article
JOIN source ON source.id = article.source_id
JOIN revision ON revision.article_id = article.id AND {revision}
JOIN verdict ON verdict.article_id = article.id AND verdict.revision = revision.number
    AND verdict.stored_at = (
        SELECT max(newest.stored_at) FROM verdict AS newest
        WHERE newest.article_id = article.id AND newest.revision = revision.number
          AND {verdict_until})
JOIN article AS original ON original.id = {original}
LEFT JOIN cited ON cited.article_id = revision.article_id AND cited.revision = revision.number
LEFT JOIN rights ON rights.article_id = revision.article_id
    AND rights.revision = revision.number
LEFT JOIN relation AS edge ON edge.article_id = article.id AND edge.of = original.id
    AND {edge_until}
LEFT JOIN relation AS back ON back.article_id = original.id AND back.of = article.id
    AND {back_until}
WHERE {chosen}
"""

_NOW = _Form(is_as_of=False)
_AS_OF = _Form(is_as_of=True)

# The view of a store: `schema.migrate` creates it again when this query changes.
VIEW = f"CREATE VIEW corpus AS {_NOW.select(_NOW.newest_revision(), _ALWAYS)}"

# The original of an article, by `:as_of`.
ORIGINAL = _AS_OF.first_of_cluster("declared_at")


def as_of(*, chosen: str, every_revision: bool) -> str:
    """Return the query with the columns of the view, as the corpus was known at `:as_of`.

    `chosen` limits the articles; with `every_revision` each text is a row, not only the newest.
    """
    newest = _AS_OF.newest_revision()
    every = _AS_OF.until("revision.stored_at")
    return _AS_OF.select(every if every_revision else newest, chosen)


# Articles of which something became known after `:since`, until `:as_of`.
CHANGED = """
    article.id IN (SELECT article_id FROM revision WHERE stored_at > :since AND stored_at <= :as_of
                   UNION SELECT article_id FROM verdict
                   WHERE stored_at > :since AND stored_at <= :as_of
                   UNION SELECT article_id FROM relation
                   WHERE found_at > :since AND found_at <= :as_of
                   UNION SELECT of FROM relation WHERE found_at > :since AND found_at <= :as_of
                   UNION SELECT article_id FROM statement_reading
                   WHERE read_at > :since AND read_at <= :as_of)
"""


def settled(connection: sqlite3.Connection) -> datetime | None:
    """Return the time of the newest row: until then everything is known."""
    row = connection.execute(
        """
        SELECT max(newest) FROM (
            SELECT max(stored_at) AS newest FROM revision
            UNION ALL SELECT max(stored_at) FROM verdict
            UNION ALL SELECT max(found_at) FROM relation
            UNION ALL SELECT max(read_at) FROM statement_reading)
        """
    ).fetchone()
    return from_column(row[0])
