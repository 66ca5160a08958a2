"""`[[source]]`: an outlet with its addresses, its manners, and what is said of it."""

import math
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from crawler.config.fields import (
    Delay,
    EngineName,
    Interval,
    Languages,
    MaxAge,
    Pattern,
    Periods,
    Section,
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
    """`selectors` of an outlet: what the generic finders need help with."""

    links: str | None = None
    href: Pattern | None = None
    body: str | None = None
    remove: str | None = None
    valid_until: date | None = None


class Outlet(Section):
    """`[[source]]`: an outlet with its feeds, listing pages or sitemaps."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
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
    enabled: bool = True
    note: str | None = None
    selectors: Selectors = Selectors()
    interval: Interval | None = None
    max_age: MaxAge = None
    delay: Delay | None = None
    per_host: Annotated[int, Field(ge=1, le=4)] | None = None
    robots: Literal["obey", "ignore"] = "obey"
    allow_invalid_tls: bool = False
    engine: EngineName | None = None
    feed_timezone: Timezone | None = None

    @model_validator(mode="after")
    def _has_an_address(self) -> "Outlet":
        if not (self.feed or self.page or self.sitemap):
            raise ValueError("needs at least one of: feed, page, sitemap")
        return self

    def _max_age_seconds(self) -> float | None:
        """Return the outlet's own age gate; None where the general one holds."""
        if "max_age" not in self.model_fields_set:
            return None
        return math.inf if self.max_age is None else self.max_age.total_seconds()

    def sources(self) -> Iterator[Source]:
        """Yield one source for each address; none of an outlet that is not enabled."""
        owner = self.owner[-1].name if self.owner else None
        for kind in SourceKind if self.enabled else ():
            for url in getattr(self, kind.value):
                yield Source(
                    name=self.name,
                    kind=kind,
                    url=str(url),
                    homepage=self.homepage,
                    country=self.country,
                    language=self.language[0] if len(self.language) == 1 else None,
                    group=self.group,
                    family=self.family or owner or self.name,
                    selectors=model.Selectors(**self.selectors.model_dump()),
                    interval_seconds=self.interval.total_seconds() if self.interval else None,
                    max_age_seconds=self._max_age_seconds(),
                    delay_seconds=self.delay.total_seconds() if self.delay is not None else None,
                    max_per_host=self.per_host,
                    ignore_robots=self.robots == "ignore",
                    allow_invalid_tls=self.allow_invalid_tls,
                    engine=self.engine,
                    feed_timezone=self.feed_timezone,
                    credentials=getattr(url, "credentials", None),
                )
