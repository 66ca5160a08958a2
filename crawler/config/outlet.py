"""`[[source]]`: an outlet with its addresses, its politeness limits, and facts about it."""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from crawler.config.fields import (
    Delay,
    EngineName,
    Flag,
    Interval,
    Languages,
    MaxAge,
    Name,
    Pattern,
    PerHost,
    Periods,
    Section,
    Selector,
    SourceUrls,
    Timezone,
    Url,
)
from storage.records import model
from storage.records.model import Source, SourceKind

Kind = Literal[
    "agency", "newspaper", "broadcaster", "online", "magazine", "think tank", "monitor", "official",
    "aggregator",
]  # fmt: skip


class Selectors(Section):
    """`selectors` of an outlet: where generic extraction needs help."""

    links: Selector | None = None
    href: Pattern | None = None
    body: Selector | None = None
    remove: Selector | None = None
    valid_until: date | None = None


class Outlet(Section):
    """`[[source]]`: an outlet with its feeds, listing pages or sitemaps."""

    name: Name
    feed: SourceUrls = Field(default_factory=list)
    page: SourceUrls = Field(default_factory=list)
    sitemap: SourceUrls = Field(default_factory=list)
    homepage: Url | None = None
    country: str | None = None
    language: Languages = Field(default_factory=list)
    group: str | None = None
    kind: Kind | None = None
    alignment: Literal["state", "public", "party", "independent", "unknown"] = "unknown"
    leaning: Periods | None = None
    owner: Periods | None = None
    family: str | None = None
    enabled: Flag = True
    note: str | None = None
    selectors: Selectors = Selectors()
    interval: Interval | None = None
    max_age: MaxAge = None
    delay: Delay | None = None
    per_host: PerHost | None = None
    robots: Literal["obey", "ignore"] = "obey"
    allow_invalid_tls: Flag = False
    engine: EngineName | None = None
    feed_timezone: Timezone | None = None

    @model_validator(mode="after")
    def _has_an_address(self) -> "Outlet":
        has_address = any((self.feed, self.page, self.sitemap))
        if not has_address:
            raise ValueError("needs at least one of: feed, page, sitemap")
        return self

    def _max_age_seconds(self) -> float | None:
        """Return the outlet's own age limit; None if it has none, inf if it is unlimited."""
        if "max_age" not in self.model_fields_set:
            return None
        if self.max_age is None:
            return math.inf
        return self.max_age.total_seconds()

    def sources(self) -> Iterator[Source]:
        """Yield one source for each address; none if the outlet is not enabled."""
        if not self.enabled:
            return
        for kind in SourceKind:
            for url in getattr(self, kind.value):
                yield self._source(kind, url)

    def _source(self, kind: SourceKind, url: str) -> Source:
        owner = self.owner[-1].name if self.owner else None
        has_one_language = len(self.language) == 1
        return Source(
            name=self.name,
            kind=kind,
            url=str(url),
            homepage=self.homepage,
            country=self.country,
            language=self.language[0] if has_one_language else None,
            group=self.group,
            family=self.family or owner or self.name,
            selectors=model.Selectors(**self.selectors.model_dump()),
            interval_seconds=_seconds(self.interval),
            max_age_seconds=self._max_age_seconds(),
            delay_seconds=_seconds(self.delay),
            max_per_host=self.per_host,
            ignore_robots=self.robots == "ignore",
            allow_invalid_tls=self.allow_invalid_tls,
            engine=self.engine,
            feed_timezone=self.feed_timezone,
            credentials=getattr(url, "credentials", None),
        )


def _seconds(value: timedelta | None) -> float | None:
    return None if value is None else value.total_seconds()


def source_at(url: str) -> Source:
    """Return an address that an operator gives as a source of its own, with user and password.

    Raises ValueError with the reason where it is no address of a source.
    """
    try:
        (source,) = Outlet(name="-", feed=[url]).sources()
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise ValueError(reason.removeprefix("Value error, ")) from None
    return source
