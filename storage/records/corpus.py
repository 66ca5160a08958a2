"""An article of the corpus, under the public names of its fields."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.article import Insert
from storage.records.claim import Claimed
from storage.records.statement import Quoted
from storage.records.verdict import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusArticle:
    """An article of the corpus. Exports and commands use the same names of fields."""

    id: int
    url: str  # to open and to cite
    url_key: str  # the identity: never opened
    source: str
    family: str
    outlet_kind: str | None  # this and what follows of the outlet: as sources.toml says
    alignment: str
    leaning: str | None  # at the article's date, as the owner
    owner: str | None
    country: str | None
    outlet_group: str | None
    headline: str
    standfirst: str | None
    byline: list[str]
    published: datetime | None
    published_zone: str | None
    modified: datetime | None
    language: str | None
    body: list[str]
    captions: list[str]
    inserts: list[Insert]
    credit: str | None
    wire: str | None
    section: str | None
    tags: list[str]
    image: str | None
    site_name: str | None
    access: str | None
    license: str | None
    copyright: str | None
    copyright_holder: str | None
    usage_info: str | None
    restrictions: list[str] | None  # None: read by a version that did not look
    max_snippet: int | None
    tdm_policy: str | None
    charset: str
    word_count: int
    first_seen: datetime
    first_published: datetime
    fetched_at: datetime
    removed_at: datetime | None  # None: it is online, as far as is known
    changes: list[str]  # classes of all that the outlet changed
    page_digest: str
    relevant: bool
    probability: float | None  # None: judged by a version without
    score: float
    evidence: list[Evidence]
    quotes: list[Quoted]
    claims: list[Claimed]
    duplicate_of: int | None
    duplicate_kind: str | None
    containment: float | None
    seen_first: int
    group_id: int
    outlets: int
    independent_texts: int
    revision: int
    extractor_version: str
    topic_version: str
