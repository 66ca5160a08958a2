"""The tables of sources.toml that hold for all outlets: `[drawdown]`, limits, network, topic."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from crawler.config.fields import (
    AddressRanges,
    Contact,
    Deadline,
    Delay,
    Duration,
    Endpoint,
    EngineName,
    FileName,
    Flag,
    MaxAge,
    PerHost,
    Proxy,
    Section,
    Timeout,
    within,
)
from storage.records.model import Engine

MIB = 1024 * 1024
GIB = 1024 * MIB

BodySize = Annotated[int, Field(strict=True, ge=1024, le=200_000_000)]  # bytes


class Limits(Section):
    """Limits of concurrency, time and size. Defaults and their sources: docs/sources.md."""

    in_flight: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 256
    idle_connections: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 1000
    per_host: PerHost = 1
    delay: Delay = timedelta(seconds=5)
    connect_timeout: Timeout = timedelta(seconds=10)
    read_timeout: Timeout = timedelta(seconds=20)
    feed_deadline: Deadline = timedelta(seconds=30)
    article_deadline: Deadline = timedelta(seconds=60)
    parse_timeout: Timeout = timedelta(seconds=5)
    drain: Annotated[Duration, within("0s", "10min")] = timedelta(seconds=30)
    feed_bytes: BodySize = 10 * MIB
    article_bytes: BodySize = 5 * MIB
    sitemap_bytes: BodySize = 50 * MIB
    entries: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 1000
    workers: Annotated[int, Field(strict=True, ge=1, le=64)] = 2
    copies_index: Literal["memory", "disk"] = "memory"
    worker_bytes: Annotated[int, Field(strict=True, ge=256 * MIB)] = 2 * GIB
    memory_bytes: Annotated[int, Field(strict=True, ge=64 * MIB)] = 2 * GIB
    least_free_bytes: Annotated[int, Field(strict=True, ge=0)] = 512 * MIB


class General(Section):
    """`[drawdown]`: the contact of the operator, the path of the corpus, the age limit."""

    contact: Contact
    store: FileName = "var/corpus.db"
    max_age: MaxAge = timedelta(days=30)
    archive: Literal["zstd", "gzip", "off"] = "zstd"
    archive_off_topic: Flag = False
    metrics_port: Annotated[int, Field(strict=True, ge=1, le=65_535)] | None = None
    limits: Limits = Limits()


class Network(Section):
    """`[network]`: the HTTP engine, the proxy, and which addresses may be connected."""

    connect_to: dict[Endpoint, Endpoint] = Field(default_factory=dict)
    ca_file: str | None = None
    allow_private: AddressRanges = Field(default_factory=list)
    engine: EngineName = Engine.DRAWDOWN
    proxy: Proxy | None = None

    @model_validator(mode="after")
    def _has_an_engine_for_a_proxy(self) -> "Network":
        if self.proxy is not None and self.engine is not Engine.HTTPX:
            raise ValueError('proxy needs engine = "httpx" in [network]')
        return self


class Rights(Section):
    """`[rights]`: the wishes of pages that are honoured; all are recorded: docs/sources.md."""

    honour: list[Literal["noindex", "noarchive", "tdm", "noai"]] = Field(default_factory=list)


class Topic(Section):
    """`[topic]`: the rule that decides relevance."""

    file: str | None = None  # by default the shipped topic


WEB_PORT = 8321  # of `drawdown web`, where nothing else is said


class Web(Section):
    """`[web]`: the page over the corpus, for `drawdown web`; with a port `run` serves it too."""

    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    address: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    hosts: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]] = Field(default_factory=list)
    token_file: str | None = None
