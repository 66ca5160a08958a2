"""`[[source]]`: an outlet with its addresses, its politeness limits, and facts about it."""

import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from crawler.config.fields import (
    Alignments,
    Country,
    Delay,
    Domains,
    EngineName,
    Flag,
    Interval,
    Languages,
    MaxAge,
    Name,
    Pattern,
    PerHost,
    Period,
    Periods,
    Section,
    Selector,
    SourceUrls,
    Timezone,
    Url,
)
from storage.records import model
from storage.records.model import Fact, Source, SourceKind
from storage.records.source import OutletKind


class Selectors(Section):
    """`selectors` of an outlet: where generic extraction needs help."""

    links: Selector | None = None
    href: Pattern | None = None
    body: Selector | None = None
    remove: Selector | None = None
    valid_until: date | None = None


class Shared(Section):
    """The keys that an outlet may have from its group."""

    country: Country = None
    language: Languages = Field(default_factory=list)
    kind: OutletKind | None = None
    alignment: Alignments | None = None
    leaning: Periods | None = None
    owner: Periods | None = None
    family: Periods | None = None
    enabled: Flag = True
    interval: Interval | None = None
    max_age: MaxAge = None
    delay: Delay | None = None
    per_host: PerHost | None = None
    robots: Literal["obey", "ignore"] = "obey"
    engine: EngineName | None = None
    feed_timezone: Timezone | None = None


class Group(Shared):
    """`[group.NAME]`: what the outlets of a group have where they say nothing else."""


class Outlet(Shared):
    """`[[source]]`: an outlet with its feeds, listing pages or sitemaps."""

    name: Name
    feed: SourceUrls = Field(default_factory=list)
    page: SourceUrls = Field(default_factory=list)
    sitemap: SourceUrls = Field(default_factory=list)
    homepage: Url | None = None
    domains: Domains = Field(default_factory=list)
    former_domains: Domains = Field(default_factory=list)
    group: str | None = None
    note: str | None = None
    selectors: Selectors = Selectors()
    allow_invalid_tls: Flag = False

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
        family = self._families()
        has_one_language = len(self.language) == 1
        return Source(
            name=self.name,
            kind=kind,
            url=str(url),
            homepage=self.homepage,
            country=self.country,
            language=self.language[0] if has_one_language else None,
            group=self.group,
            family=family[-1].value if family else self.name,
            facts=(*self._facts(), *family),
            domains=tuple(self.domains),
            former_domains=tuple(self.former_domains),
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

    def _facts(self) -> Iterator[Fact]:
        """Yield what the file states about the outlet."""
        if self.kind is not None:
            yield Fact(name="kind", value=self.kind)
        yield from _dated("alignment", self.alignment)
        yield from _dated("leaning", self.leaning)
        yield from _dated("owner", self.owner)

    def _families(self) -> list[Fact]:
        """Return the families of the outlet: as stated, else its owners.

        Before the first one that is dated it is a family of its own.
        """
        families = list(_dated("family", self.family or self.owner))
        if families and families[0].since is not None:
            families.insert(0, Fact(name="family", value=self.name))
        return families


def _dated(name: str, periods: Iterable[Period] | None) -> Iterator[Fact]:
    for period in periods or ():
        yield Fact(name=name, value=period.name, since=period.since)


def with_group(outlet: Outlet, group: Group) -> Outlet:
    """Return an outlet with the keys of its group where it has none of its own."""
    missing = group.model_fields_set - outlet.model_fields_set
    inherited = {key: getattr(group, key) for key in missing}
    return outlet.model_copy(update=inherited)


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
