"""The records that flow between the rooms: the glossary of the project.

Every record is frozen; a change is a new value. Times are aware UTC datetimes, texts are NFC.
"""

from storage.records.corpus import CorpusArticle
from storage.records.feed import ChildSitemap, FeedEntry, FeedReading
from storage.records.frontier import Cookie, FrontierUrl, TargetKind
from storage.records.page import Page, PageReading, Phases, ReadWith
from storage.records.poll import PollState, PollWish
from storage.records.relation import SKETCH_VERSION, Fingerprint, Relation, RelationKind
from storage.records.robots import RobotsRecord, RobotsVerdict
from storage.records.source import Credentials, Engine, Fact, Selectors, Source, SourceKind

__all__ = [
    "SKETCH_VERSION",
    "ChildSitemap",
    "Cookie",
    "CorpusArticle",
    "Credentials",
    "Engine",
    "Fact",
    "FeedEntry",
    "FeedReading",
    "Fingerprint",
    "FrontierUrl",
    "Page",
    "PageReading",
    "Phases",
    "PollState",
    "PollWish",
    "ReadWith",
    "Relation",
    "RelationKind",
    "RobotsRecord",
    "RobotsVerdict",
    "Selectors",
    "Source",
    "SourceKind",
    "TargetKind",
]
